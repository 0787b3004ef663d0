"""The Parquet files of a version, each written from its DuckDB file as readers will open it.

A big table is written in parts (`pipelines.publication.parts`), all of them or those that an earlier version's file
does not have. The bytes are the same either way.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.publication.catalog import PublishedModel
from pipelines.publication.earlier_files import as_published
from pipelines.publication.order import row_order
from pipelines.publication.parquet_footer import ParquetFileError
from pipelines.publication.parquet_parts import (
    ParquetPart,
    parts_of,
    put_together,
    whole_file,
)
from pipelines.publication.parts import WHOLE_TABLE, TablePart, part_column, part_value, table_parts
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import DATABASE, parquet_file, spill_folder


@dataclass(frozen=True, slots=True)
class FileToWrite:
    """A Parquet file to be written.

    Attributes:
        model: the table.
        in_order: whether its rows stand in their order in the DuckDB file.
        earlier: an earlier version that parts may be taken over from.
        changed: the part values (`part_value`) of rows that differ from that version's.
    """

    model: PublishedModel
    in_order: bool = True
    earlier: Path | None = None
    changed: frozenset[str | None] = frozenset()


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A Parquet file that was written.

    Attributes:
        parts: part -> its rows, in the order in which they stand in the file.
        new: the parts that were written now; the bytes of the others are those of the earlier version.
    """

    parts: dict[TablePart, int]
    new: frozenset[TablePart]

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class _Plan:
    """A file to be written, its parts and their rows, and those of them that are taken over."""

    wanted: FileToWrite
    parts: dict[TablePart, int]
    there: dict[TablePart, ParquetPart]


def write_parquet_files(root: Path, wanted: Sequence[FileToWrite]) -> dict[str, WrittenFile]:
    """Write `parquet/<model>.parquet` of some models, from `warehouse.duckdb` in the same folder.

    Args:
        root: the version's folder.
        wanted: what to write.

    Returns:
        Model -> what was written.

    Raises:
        DamagedFileError: a file of the earlier version is not as it was published.
        ParquetFileError: parts of it can't be taken over.
        duckdb.Error: the DuckDB file lacks a table.
        OSError: the disk is full or not writable.
    """
    folder = root.with_name(".parts")
    folder.mkdir(exist_ok=True)
    pool = ThreadPoolExecutor(len(os.sched_getaffinity(0)))
    try:
        # A thread for each part: many on one write row groups of other sizes than one does.
        with duckdb.connect(str(root / DATABASE), read_only=True, config={"threads": 1}) as database:
            database.execute(f"set temp_directory = {literal(str(spill_folder(root)))}")
            plans = list(pool.map(lambda file: _planned(database.cursor(), root, file), wanted))
            # The longest first, so that none is waited for alone.
            plans.sort(key=lambda it: -sum(it.parts.values()) * len(it.wanted.model.columns))
            started = [_started(database, root, folder, plan, pool) for plan in plans]
            for plan, parts in zip(plans, started, strict=True):
                _finish(root, plan, parts)
    finally:
        pool.shutdown(cancel_futures=True)
        shutil.rmtree(folder, ignore_errors=True)
    return {
        plan.wanted.model.name: WrittenFile(plan.parts, frozenset(plan.parts.keys() - plan.there.keys()))
        for plan in plans
    }


def _planned(database: duckdb.DuckDBPyConnection, root: Path, wanted: FileToWrite) -> _Plan:
    model = wanted.model
    column = part_column(model)
    value = part_value(column) if column else "null"
    counted = database.execute(f"select {value}, count(*) from {quoted(model.name)} group by all").fetchall()
    parts = table_parts(model.name, {found: int(rows) for found, rows in counted})
    there: dict[TablePart, ParquetPart] = {}
    if wanted.earlier and WHOLE_TABLE not in parts:
        earlier = as_published(wanted.earlier, parquet_file(root, model).relative_to(root).as_posix())
        there = {
            part: found
            for part, found in parts_of(earlier).items()
            if part in parts and not any(map(part.holds, wanted.changed))
        }
    for part, found in there.items():
        if found.rows != parts[part]:
            raise ParquetFileError(f"{found.file}: it has {found.rows:,} {part}, there are {parts[part]:,}")
    return _Plan(wanted, parts, there)


def _started(
    database: duckdb.DuckDBPyConnection, root: Path, folder: Path, plan: _Plan, pool: ThreadPoolExecutor
) -> dict[TablePart, Future[Path]]:
    """Begin to write the parts that are not there. A table that is not divided is written to its place at once."""
    model = plan.wanted.model
    return {
        part: pool.submit(
            _write,
            database.cursor(),
            plan.wanted,
            part,
            parquet_file(root, model) if part == WHOLE_TABLE else folder / f"{model.name}.{number}.parquet",
        )
        for number, part in enumerate(plan.parts)
        if part not in plan.there
    }


def rows_to_write(wanted: FileToWrite, part: TablePart) -> str:
    """The query for the rows of a part in their order."""
    model = wanted.model
    where = part.where(part_column(model) or "")
    order = "" if wanted.in_order else f" order by {', '.join(map(quoted, row_order(model)))}"
    return f"select * from {quoted(model.name)} where {where}{order}"


def _write(database: duckdb.DuckDBPyConnection, wanted: FileToWrite, part: TablePart, file: Path) -> Path:
    database.execute(
        f"copy ({rows_to_write(wanted, part)}) to {literal(str(file))} (format parquet, compression zstd)"
    )
    return file


def _finish(root: Path, plan: _Plan, written: dict[TablePart, Future[Path]]) -> None:
    if WHOLE_TABLE in plan.parts:
        written[WHOLE_TABLE].result()
        return

    def in_order() -> Iterator[tuple[TablePart, ParquetPart]]:
        for part in plan.parts:
            if part in plan.there:
                yield part, plan.there[part]
                continue
            file = written[part].result()
            yield part, whole_file(file)
            file.unlink()

    put_together(parquet_file(root, plan.wanted.model), in_order())
