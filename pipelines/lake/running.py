"""One run of a stage over the lake: what has to be read is read, in batches, and handed over by partition."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pipelines.documents.read import Progress
from pipelines.fingerprint import schema_fingerprint
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.engines import open_engine
from pipelines.lake.layout import SCHEMA_FILE, Partition, partition_file, single_file, write_schema_file
from pipelines.lake.ledger import Entry, ledger
from pipelines.lake.stage import Read, Stage, StageResult, Work
from pipelines.lake.tasks import (
    TABLES,
    Assembly,
    Batch,
    BatchDone,
    Bundle,
    Outcome,
    Task,
    Written,
    part_file,
    written_file,
)
from pipelines.lake.workers import Crashed
from pipelines.settings import Settings


class _Run:
    """The state of one run of a stage."""

    def __init__(self, stage: Stage, progress: Progress | None) -> None:
        self.stage, self.progress = stage, progress
        self.lake: Path = stage.paths.lake
        self.tables = TABLES[stage.name]
        self.ledger = ledger(stage.paths, stage.name)
        self.entries: dict[Partition, Entry] = {}
        self.open: dict[Partition, Read] = {}
        self.urgent: deque[Task] = deque()
        self.batch_characters = Settings().batch_characters
        self.done = self.read = self.kept = 0

    def tasks(self, works: Iterator[Work]) -> Iterator[Task]:
        """The batches of all partitions, small ones in bundles; a partition in which nothing changed has none."""
        together: list[Batch] = []
        size = 0
        for batch, characters in self.batches(works):
            if together and size + characters > self.batch_characters:
                yield _one_task(together)
                together, size = [], 0
            together.append(batch)
            size += characters
        if together:
            yield _one_task(together)

    def batches(self, works: Iterator[Work]) -> Iterator[tuple[Batch, int]]:
        """Each batch, and its characters."""
        for work in works:
            self.kept += len(work.keep)
            self.tell(len(work.keep))
            if not work.items:
                self.without_reading(work)
                continue
            batches = list(_batches(work, self.batch_characters))
            read = self.open[work.partition] = Read(work, waiting=len(batches))
            for items, characters in batches:
                yield self.next_batch(read, items, is_whole=len(batches) == 1), characters

    def next_batch(self, read: Read, items: tuple[tuple[str, ...], ...], *, is_whole: bool) -> Batch:
        read.batches += 1
        return self.stage.batch(read.work, read.batches, items, is_whole=is_whole)

    def without_reading(self, work: Work) -> None:
        if work.keeps_all:
            entry = self.stage.unchanged(work)
            self.entries[work.partition] = entry
            if entry is not work.previous:
                self.ledger.add(work.partition, entry)
        elif work.keep:
            self.open[work.partition] = Read(work)
            self.assemble(self.open[work.partition])

    def take(self, task: Task, outcome: Outcome | Crashed) -> None:
        """Go on with what a task gave."""
        if isinstance(task, Bundle):
            if isinstance(outcome, Crashed):
                self.urgent.extend(task.batches)
                return
            assert isinstance(outcome, tuple)
            for batch, done in zip(task.batches, outcome, strict=True):
                self.take(batch, done)
            return
        read = self.open[task.partition]
        if isinstance(task, Assembly):
            if not isinstance(outcome, Written):
                raise RuntimeError(  # noqa: TRY004 - it says what happened, not what kind of value it is
                    f"the process that writes {task.partition} was killed twice (out of memory?);"
                    " free memory, or lower GWR_WORKERS, and build again"
                )
            self.hand_over(read, outcome)
            return
        if isinstance(outcome, Crashed):
            self.after_crash(task, read)
            return
        assert isinstance(outcome, BatchDone)
        self.stage.quarantined += outcome.quarantined
        read.taken |= outcome.taken
        read.found |= outcome.found
        read.problems |= outcome.problems
        if outcome.taken and outcome.written is None:
            read.parts.append(task.number)
        self.read += len(outcome.taken)
        self.tell(len(task.items))
        read.waiting -= 1
        if outcome.written is not None:
            self.hand_over(read, outcome.written)
        elif not read.waiting:
            self.all_read(read)

    def after_crash(self, batch: Batch, read: Read) -> None:
        """Read the documents of a batch that kills its process one by one; what still does is set aside."""
        if len(batch.items) > 1:
            read.waiting += len(batch.items) - 1
            self.urgent.extend(
                replace(self.next_batch(read, (item,), is_whole=False), is_retry=True) for item in batch.items
            )
            return
        self.stage.quarantined += self.stage.crashed(read.work, batch.items[0])
        self.tell(1)
        read.waiting -= 1
        if not read.waiting:
            self.all_read(read)

    def all_read(self, read: Read) -> None:
        work = read.work
        if read.taken or (work.keep and not work.keeps_all):
            self.assemble(read)
        elif work.keeps_all and work.keep:
            self.entries[work.partition] = self.stage.unchanged(work)
            del self.open[work.partition]
        else:
            del self.open[work.partition]

    def assemble(self, read: Read) -> None:
        work = read.work
        parts = tuple(sorted(read.parts))
        self.urgent.append(Assembly(self.stage.name, self.lake, work.partition, parts, work.keep, work.order))

    def hand_over(self, read: Read, written: Written) -> None:
        """Give the new files of a partition their names, and note what is in them."""
        partition, previous = read.work.partition, read.work.previous
        for table in self.tables:
            file, new = partition_file(self.lake, table, partition), written_file(self.lake, table, partition)
            if previous is not None and previous.sums.get(table) == written.sums[table]:
                new.unlink()
            else:
                new.replace(file)
                self.stage.hashes.note(file, written.sums[table])
            for number in read.parts:
                part_file(self.lake, table, partition, number).unlink(missing_ok=True)
        self.entries[partition] = self.entry(read, written)
        self.ledger.add(partition, self.entries[partition])
        del self.open[partition]

    def entry(self, read: Read, written: Written) -> Entry:
        keys = dict(self.stage.keys(read))
        characters = {document: size for document, (_, size) in read.taken.items()}
        found, problems = dict(read.found), dict(read.problems)
        if (previous := read.work.previous) is not None:
            stay = set(read.work.keep)
            keys |= {document: key for document, key in previous.keys.items() if document in stay}
            characters |= {document: previous.characters[document] for document in stay}
            found |= {one: document for one, document in previous.found.items() if document in stay}
            problems |= {document: rows for document, rows in previous.problems.items() if document in stay}
        return Entry(
            keys={document: keys[document] for document in written.order if document in keys},
            characters=characters,
            rows=written.rows,
            sums=written.sums,
            valid=schema_fingerprint() if written.is_valid else "",
            searched=self.stage.searched(),
            found=found,
            problems=problems,
        )

    def tell(self, documents: int) -> None:
        self.done += documents
        if self.progress is not None and documents:
            self.progress(self.done, self.stage.total)

    def sweep(self) -> None:
        """Remove what no partition of this run is made of: partitions that lost all documents, what a run
        left that was killed, files of an earlier layout."""
        for table in self.tables:
            single_file(self.lake, table).unlink(missing_ok=True)
            expected = {partition_file(self.lake, table, partition) for partition in self.entries}
            folder = self.lake / table
            expected.add(folder / SCHEMA_FILE)
            for path in sorted(folder.rglob("*"), reverse=True):
                if not path.is_dir():
                    if path not in expected:
                        path.unlink()
                elif not any(path.iterdir()):
                    path.rmdir()


def _one_task(batches: list[Batch]) -> Task:
    return batches[0] if len(batches) == 1 else Bundle(tuple(batches))


def _batches(work: Work, most: int) -> Iterator[tuple[tuple[tuple[str, ...], ...], int]]:
    """The items of a partition in batches of so many characters, or of one that has more; with the number."""
    batch: list[tuple[str, ...]] = []
    size = 0
    for item, characters in zip(work.items, work.sizes, strict=True):
        if batch and size + characters > most:
            yield tuple(batch), size
            batch, size = [], 0
        batch.append(item)
        size += characters
    yield tuple(batch), size


def _head(works: Iterator[Work], enough: int) -> tuple[int, Iterator[Work]]:
    """Characters that are to be read, counted until there are enough, and all of the works."""
    size = 0
    seen: list[Work] = []
    for work in works:
        seen.append(work)
        size += sum(work.sizes)
        if size >= enough:
            break
    return size, chain(seen, works)


def run_stage(
    stage: Stage, progress: Progress | None = None, engine: EngineChoice | None = None
) -> StageResult:
    """Run a stage: read what is new or changed, hand it over by partition, remember it.

    The lake that comes out is the same bytes whatever an earlier run has read, and in however many
    batches, processes and machines.

    Args:
        stage: what is read.
        progress: told how many documents are done.
        engine: where it is read; None: as the settings say.

    Raises:
        OSError: a file of the lake can't be written.
        ReaderUnavailableError: the process for hostile formats can't be started.
        RayUnavailableError: Ray is not installed, or its cluster can't be reached or used.
    """
    run = _Run(stage, progress)
    for table in run.tables:
        write_schema_file(run.lake, table)
    size, works = _head(stage.plan(), Settings().parallel_from_characters)
    with open_engine(engine or EngineChoice.from_settings(), size, stage.name) as opened:
        for task, outcome in opened.run(run.tasks(works), run.urgent):
            run.take(task, outcome)
        read_by = opened.said
    run.sweep()
    run.ledger.save(run.entries)
    stage.hashes.save(only_asked=True)
    rows = {table: sum(entry.rows[table] for entry in run.entries.values()) for table in run.tables}
    return StageResult(run.entries, rows, stage.quarantined, run.read, run.kept, read_by)
