"""How a task is done: read the batches of a bundle in one go, write the files of their partitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.corrections import Filed, correct
from pipelines.documents.read import read_files
from pipelines.ids import file_sha256
from pipelines.lake.layout import partition_file
from pipelines.lake.tasks import (
    DOCUMENTS,
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
from pipelines.schemas import LAKE_TABLES, LakeTable, violations, write_parquet
from pipelines.statements import extract_statements

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class _Whole:
    """A partition of which all rows are at hand. `is_checked`: they are known to keep their schema."""

    task: Batch | Assembly
    tables: Tables
    is_checked: bool


def perform(task: Task) -> Outcome:
    """Do a task in this process.

    Raises:
        OSError: a file of the lake can't be read or written.
        ReaderUnavailableError: the process for hostile formats can't be started.
    """
    if isinstance(task, Assembly):
        return _assemble(task)
    if isinstance(task, Bundle):
        return _read(task.batches)
    return _read((task,))[0]


def _read(batches: tuple[Batch, ...]) -> tuple[BatchDone, ...]:
    """Read batches of one stage, and leave the rows of each as parts, or as its partition's files where it
    is the whole."""
    read = (_documents if batches[0].stage == DOCUMENTS else _statements)(batches)
    wholes = {}
    for number, (batch, (tables, done)) in enumerate(zip(batches, read, strict=True)):
        if not done.taken:
            continue
        if batch.is_whole:
            # What the first stage gives has just been checked; what is kept was, by the rules of then.
            is_checked = batch.stage == DOCUMENTS and not batch.keep
            wholes[number] = _Whole(batch, _with_kept(batch, tables), is_checked)
        else:
            for name, table in tables.items():
                file = part_file(batch.lake, name, batch.partition, batch.number)
                write_parquet(LAKE_TABLES[name], table, file)
    written = dict(zip(wholes, _write(list(wholes.values())), strict=True))
    return tuple(
        BatchDone(done.taken, done.quarantined, done.found, done.problems, written.get(number))
        for number, (_, done) in enumerate(read)
    )


def _assemble(task: Assembly) -> Written:
    """Put the files of a partition together. They are the same whatever was read in which batch."""
    tables = {}
    for name in TABLES[task.stage]:
        files = [part_file(task.lake, name, task.partition, number) for number in task.parts]
        pieces = [pl.read_parquet(file, glob=False) for file in files]
        tables[name] = pl.concat([*pieces, *_kept(task, name)])
    return _write([_Whole(task, tables, is_checked=False)])[0]


def _with_kept(batch: Batch, tables: Tables) -> Tables:
    return {name: pl.concat([table, *_kept(batch, name)]) for name, table in tables.items()}


def _kept(task: Batch | Assembly, name: str) -> Iterator[pl.DataFrame]:
    """The rows of a partition that stay."""
    if task.keep:
        file = partition_file(task.lake, name, task.partition)
        rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        yield rows.filter(pl.col("document_id").is_in(list(task.keep))).collect()


def _write(wholes: Sequence[_Whole]) -> list[Written]:
    ordered = [_ordered(whole) for whole in wholes]
    faulty: set[int] = set()
    for name in ordered[0][1] if ordered else ():
        unchecked = {
            number: tables[name]
            for number, (_, tables) in enumerate(ordered)
            if not wholes[number].is_checked
        }
        faulty |= _faulty(LAKE_TABLES[name], unchecked)
    found = []
    for number, (whole, (order, tables)) in enumerate(zip(wholes, ordered, strict=True)):
        rows, sums = {}, {}
        for name, table in tables.items():
            file = written_file(whole.task.lake, name, whole.task.partition)
            write_parquet(LAKE_TABLES[name], table, file)
            rows[name], sums[name] = table.height, file_sha256(file)
        found.append(Written(rows, sums, order, number not in faulty))
    return found


def _faulty(model: type[LakeTable], tables: Mapping[int, pl.DataFrame]) -> set[int]:
    """The tables with a row that breaks a rule of their schema.

    They are checked as one, since a check costs some ten milliseconds for however few rows; whose rows
    break it is asked only where some do.
    """
    if not tables or violations(model, pl.concat(tables.values())).is_empty():
        return set()
    return {number for number, table in tables.items() if not violations(model, table).is_empty()}


def _ordered(whole: _Whole) -> tuple[tuple[str, ...], Tables]:
    """The documents of a partition in order, and its tables in the order of the documents."""
    order: Sequence[str] | None = whole.task.order
    if order is None:
        order = whole.tables["documents"].sort("file_path")["document_id"].to_list()
    return tuple(order), {name: _in_order(table, order) for name, table in whole.tables.items()}


def _in_order(table: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Rows in the order of their documents; within a document as they stand."""
    position = {document: place for place, document in enumerate(order)}
    runs = [position[document] for document in table["document_id"].rle().struct.field("value")]
    if all(one < following for one, following in pairwise(runs)):
        return table
    places = pl.DataFrame({"document_id": order}, schema={"document_id": pl.String}).with_row_index("place")
    return (
        table.join(places, on="document_id", how="left", maintain_order="left")
        .sort("place", maintain_order=True)
        .drop("place")
    )


def _split(table: pl.DataFrame, owners: Mapping[str, int], count: int) -> list[pl.DataFrame]:
    """The rows of each batch, by the number of the batch that a document is in."""
    if count == 1:
        return [table]
    numbers = pl.DataFrame(
        {"document_id": list(owners), "batch": list(owners.values())},
        schema={"document_id": pl.String, "batch": pl.UInt32},
    )
    parts = table.join(numbers, on="document_id", how="left", maintain_order="left").partition_by(
        "batch", include_key=False, as_dict=True
    )
    return [parts.get((number,), table.clear()) for number in range(count)]


def _documents(batches: tuple[Batch, ...]) -> list[tuple[Tables, BatchDone]]:
    paths = {
        path: number for number, batch in enumerate(batches) for claimed in batch.items for path in claimed
    }
    raw: Path = batches[0].raw
    read = read_files([raw / path for path in paths], raw)
    owners: dict[str, int] = {}
    done = [BatchDone({}, read.quarantined if number == 0 else []) for number in range(len(batches))]
    told = read.documents.select("document_id", "file_path", "char_count").iter_rows()
    for document, file_path, characters in told:
        owners[document] = paths[file_path]
        done[owners[document]].taken[document] = file_path, characters
    return _by_batch({"documents": read.documents, "sentences": read.sentences}, owners, done)


def _statements(batches: tuple[Batch, ...]) -> list[tuple[Tables, BatchDone]]:
    owners = {document: number for number, batch in enumerate(batches) for (document,) in batch.items}
    documents, sentences = (
        pl.scan_parquet(
            list({partition_file(batch.lake, name, batch.partition): None for batch in batches}),
            glob=False,
            hive_partitioning=False,
        ).filter(pl.col("document_id").is_in(list(owners)))
        for name in TABLES[DOCUMENTS]
    )
    read = extract_statements(
        documents.select("document_id", "ref_area", "report_year", "file_path").collect(),
        sentences.collect(),
    )
    statements, found, problems = _corrected(read.statements, batches[0].corrections)
    done = [BatchDone({}, read.quarantined if number == 0 else []) for number in range(len(batches))]
    for document, number in owners.items():
        if document not in read.failed:
            done[number].taken[document] = document, 0
    for statement, document in found.items():
        done[owners[document]].found[statement] = document
    for document, rows in problems.items():
        done[owners[document]].problems[document] = rows
    return _by_batch({"statements": statements, "candidates": read.candidates}, owners, done)


def _by_batch(
    tables: Tables, owners: Mapping[str, int], done: list[BatchDone]
) -> list[tuple[Tables, BatchDone]]:
    split = {name: _split(table, owners, len(done)) for name, table in tables.items()}
    return [({name: split[name][number] for name in tables}, one) for number, one in enumerate(done)]


def _corrected(
    statements: pl.DataFrame, corrections: tuple[Filed, ...]
) -> tuple[pl.DataFrame, dict[str, str], dict[str, list[dict[str, Any]]]]:
    """Statements with their corrections, the statements that have one -> their documents, and by document
    what could not be applied."""
    found = statements_of(statements.lazy(), corrections)
    problems = {}
    for document in sorted(set(found.values())):
        own = [filed for filed in corrections if found.get(filed.statement_id) == document]
        applied = correct(statements, own)
        statements = applied.statements
        if applied.quarantined:
            problems[document] = applied.quarantined
    return statements, found, problems


def statements_of(statements: pl.LazyFrame, corrections: Sequence[Filed]) -> dict[str, str]:
    """statement_id -> document_id, of the statements that corrections name."""
    if not corrections:
        return {}
    wanted = pl.col("statement_id").is_in([filed.statement_id for filed in corrections])
    return dict(statements.filter(wanted).select("statement_id", "document_id").collect().iter_rows())
