"""A task that travels: with the bytes that it reads, to a machine that shares no disk with this one.

The task is done there in a folder of its own by the same code as here, and what it wrote comes back as the
bytes of its Parquet files. So the lake is the same wherever a task was done.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, read_regular
from pipelines.documents.sidecar import SUFFIX
from pipelines.lake.layout import partition_file
from pipelines.lake.reading import perform
from pipelines.lake.tasks import (
    DOCUMENTS,
    TABLES,
    Assembly,
    Batch,
    Bundle,
    Outcome,
    Task,
    part_file,
    written_file,
)


class NotPortableError(Exception):
    """What the task reads is not what bytes alone can stand for: a pipe, a link out of raw/, a file that is gone."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A task and the files that it reads: path below raw/ and below the lake -> bytes."""

    task: Task
    raw: Mapping[str, bytes]
    lake: Mapping[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(map(len, self.raw.values())) + sum(map(len, self.lake.values()))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task, and the files that it wrote: path below the lake -> bytes."""

    outcome: Outcome
    files: Mapping[str, bytes]


def pack(task: Task) -> Parcel:
    """A task with all that it reads.

    Raises:
        NotPortableError: a file of raw/ must be looked at where it lies; do the task here.
        OSError: a file of the lake can't be read.
    """
    raw: dict[str, bytes] = {}
    lake: dict[str, bytes] = {}
    for one in _parts(task):
        lake |= _pieces(one)
        if isinstance(one, Assembly):
            continue
        if one.stage == DOCUMENTS:
            raw |= _inputs(one)
        else:
            lake |= _texts(one)
    return Parcel(_travelling(task), raw, lake)


def perform_parcel(parcel: Parcel) -> Answer:
    """Do a task in a folder that is made for it and removed afterwards.

    Raises:
        OSError: the disk of this machine can't be written.
        ReaderUnavailableError: the process for hostile formats can't be started.
    """
    with tempfile.TemporaryDirectory(prefix="gwr-task-") as folder:
        raw, lake = Path(folder).resolve() / "raw", Path(folder).resolve() / "lake"
        for root, files in ((raw, parcel.raw), (lake, parcel.lake)):
            root.mkdir()
            for name, data in files.items():
                file = root / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        task = _at(parcel.task, raw, lake)
        outcome = perform(task)
        written = {file.relative_to(lake).as_posix(): file.read_bytes() for file in _outputs(task)}
        return Answer(outcome, written)


def unpack(answer: Answer, lake: Path) -> Outcome:
    """Put what a task wrote into the lake, where the task would have put it here.

    Raises:
        OSError: a file of the lake can't be written.
    """
    for name, data in answer.files.items():
        file = lake / name
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_bytes(data)
        partial.replace(file)
    return answer.outcome


def _at(task: Task, raw: Path, lake: Path) -> Task:
    if isinstance(task, Bundle):
        return Bundle(tuple(replace(batch, raw=raw, lake=lake) for batch in task.batches))
    return replace(task, raw=raw, lake=lake) if isinstance(task, Batch) else replace(task, lake=lake)


def _parts(task: Task) -> tuple[Batch | Assembly, ...]:
    return task.batches if isinstance(task, Bundle) else (task,)


def _travelling(task: Task) -> Task:
    """Without the folders of this machine, which mean nothing elsewhere."""
    return _at(task, Path(), Path())


def _inputs(batch: Batch) -> Iterator[tuple[str, bytes]]:
    """The documents of a batch and their sidecars."""
    for name in (name for claimed in batch.items for name in claimed):
        path = batch.raw / name
        yield name, _bytes(path, batch.raw)
        sidecar = path.with_suffix(SUFFIX)
        if sidecar.exists() or sidecar.is_symlink():
            yield sidecar.relative_to(batch.raw).as_posix(), _bytes(sidecar, batch.raw)


def _bytes(path: Path, raw: Path) -> bytes:
    try:
        check_entry(path, raw)
        return read_regular(path)
    except (OSError, DocumentError) as error:
        raise NotPortableError(path) from error


def _texts(batch: Batch) -> Iterator[tuple[str, bytes]]:
    """The rows of a batch's documents and sentences; the whole text of a document is not needed."""
    ids = [document for (document,) in batch.items]
    for table in TABLES[DOCUMENTS]:
        file = partition_file(batch.lake, table, batch.partition)
        rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        rows = rows.filter(pl.col("document_id").is_in(ids)).drop("text" if table == "documents" else [])
        target = io.BytesIO()
        rows.collect().write_parquet(target, compression="zstd", compression_level=1)
        yield file.relative_to(batch.lake).as_posix(), target.getvalue()


def _pieces(task: Batch | Assembly) -> Iterator[tuple[str, bytes]]:
    """What the files of a partition are put together from, beside what is read."""
    for table in TABLES[task.stage]:
        parts = task.parts if isinstance(task, Assembly) else ()
        files = [part_file(task.lake, table, task.partition, number) for number in parts]
        if task.keep:
            files.append(partition_file(task.lake, table, task.partition))
        for file in files:
            yield file.relative_to(task.lake).as_posix(), file.read_bytes()


def _outputs(task: Task) -> Iterator[Path]:
    """The files that a task has written; a batch that took nothing wrote none."""
    for one in _parts(task):
        for table in TABLES[one.stage]:
            files = [written_file(one.lake, table, one.partition)]
            if isinstance(one, Batch):
                files.append(part_file(one.lake, table, one.partition, one.number))
            yield from filter(Path.exists, files)
