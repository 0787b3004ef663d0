"""What is done for a partition, in whatever process: read a batch of its documents, put its files together.

A task is small and names what lies in files; rows go from one process to another as Parquet only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.corrections import Filed, correct
from pipelines.documents.read import read_files
from pipelines.ids import file_sha256
from pipelines.lake.layout import Partition, partition_file
from pipelines.schemas import LAKE_TABLES, violations, write_parquet
from pipelines.statements import extract_statements

DOCUMENTS, STATEMENTS = "documents", "statements"
TABLES = {DOCUMENTS: ("documents", "sentences"), STATEMENTS: ("statements", "candidates")}
"""Stage -> the tables that it writes."""

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents of a partition that are to be read.

    Attributes:
        stage: what is read of them.
        raw: the folder of the input.
        lake: the folder of the output.
        partition: whose documents they are.
        number: of the batch in its partition.
        items: what is read together: paths below raw/ that claim one document_id, or one document_id.
        order: the partition's documents in order; None: by file path.
        is_whole: whether nothing else comes into the partition, so that its files can be written at once.
        is_retry: whether it is one item of a batch that killed its process.
        corrections: those of all statements.
    """

    stage: str
    raw: Path
    lake: Path
    partition: Partition
    number: int
    items: tuple[tuple[str, ...], ...]
    order: tuple[str, ...] | None
    is_whole: bool
    is_retry: bool = False
    corrections: tuple[Filed, ...] = ()


@dataclass(frozen=True, slots=True)
class Assembly:
    """The files of a partition, from batches that were read and rows that are kept."""

    stage: str
    lake: Path
    partition: Partition
    parts: tuple[int, ...]
    keep: tuple[str, ...]
    order: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the files of a partition, under their names for the time being.

    `order` holds the documents in order, `is_valid` says whether all rows keep the rules of their schema.
    """

    rows: dict[str, int]
    sums: dict[str, str]
    order: tuple[str, ...]
    is_valid: bool


@dataclass(frozen=True, slots=True)
class BatchDone:
    """What reading a batch gave: document_id -> where it was read from and its characters, rows for the
    quarantine, corrected statements and corrections that could not be applied by document."""

    taken: dict[str, tuple[str, int]]
    quarantined: list[dict[str, Any]]
    found: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    written: Written | None = None


Task = Batch | Assembly


def part_file(lake: Path, table: str, partition: Partition, number: int) -> Path:
    """Where a batch leaves its rows."""
    file = partition_file(lake, table, partition)
    return file.with_name(f"{file.stem}-{number}.part")


def written_file(lake: Path, table: str, partition: Partition) -> Path:
    """Where the new file of a partition lies until it gets its name."""
    return partition_file(lake, table, partition).with_suffix(".written")


def read_batch(batch: Batch) -> BatchDone:
    """Read a batch, and leave its rows as parts, or as the partition's files where it is the whole."""
    tables, done = (_documents if batch.stage == DOCUMENTS else _statements)(batch)
    if not done.taken:
        return done
    if batch.is_whole:
        # What the first stage gives has just been checked.
        written = _write(batch, tables, batch.order, is_checked=batch.stage == DOCUMENTS)
        return BatchDone(done.taken, done.quarantined, done.found, done.problems, written)
    for name, table in tables.items():
        write_parquet(LAKE_TABLES[name], table, part_file(batch.lake, name, batch.partition, batch.number))
    return done


def assemble(task: Assembly) -> Written:
    """Put the files of a partition together. They are the same whatever was read in which batch."""
    tables = {}
    for name in TABLES[task.stage]:
        files = [part_file(task.lake, name, task.partition, number) for number in task.parts]
        pieces = [pl.read_parquet(file, glob=False) for file in files]
        if task.keep:
            file = partition_file(task.lake, name, task.partition)
            rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
            pieces.append(rows.filter(pl.col("document_id").is_in(list(task.keep))).collect())
        tables[name] = pl.concat(pieces)
    return _write(task, tables, task.order, is_checked=False)


def _write(task: Task, tables: Tables, order: Sequence[str] | None, *, is_checked: bool) -> Written:
    if order is None:
        order = tables["documents"].sort("file_path")["document_id"].to_list()
    rows, sums, is_valid = {}, {}, True
    for name, unordered in tables.items():
        table = _in_order(unordered, order)
        model = LAKE_TABLES[name]
        file = written_file(task.lake, name, task.partition)
        write_parquet(model, table, file)
        rows[name], sums[name] = table.height, file_sha256(file)
        is_valid = is_valid and (is_checked or violations(model, table).is_empty())
    return Written(rows, sums, tuple(order), is_valid)


def _in_order(table: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Rows in the order of their documents; within a document as they stand."""
    places = pl.DataFrame({"document_id": order}, schema={"document_id": pl.String}).with_row_index("place")
    return (
        table.join(places, on="document_id", how="left", maintain_order="left")
        .sort("place", maintain_order=True)
        .drop("place")
    )


def _documents(batch: Batch) -> tuple[Tables, BatchDone]:
    files = [batch.raw / path for claimed in batch.items for path in claimed]
    read = read_files(files, batch.raw)
    taken = {
        document: (file_path, characters)
        for document, file_path, characters in read.documents.select(
            "document_id", "file_path", "char_count"
        ).iter_rows()
    }
    return {"documents": read.documents, "sentences": read.sentences}, BatchDone(taken, read.quarantined)


def _statements(batch: Batch) -> tuple[Tables, BatchDone]:
    ids = [document for (document,) in batch.items]
    documents, sentences = (
        pl.scan_parquet(
            partition_file(batch.lake, name, batch.partition), glob=False, hive_partitioning=False
        ).filter(pl.col("document_id").is_in(ids))
        for name in TABLES[DOCUMENTS]
    )
    read = extract_statements(
        documents.select("document_id", "ref_area", "report_year", "file_path").collect(),
        sentences.collect(),
    )
    taken = {document: (document, 0) for document in ids if document not in read.failed}
    statements, found, problems = _corrected(read.statements, batch.corrections)
    done = BatchDone(taken, read.quarantined, found, problems)
    return {"statements": statements, "candidates": read.candidates}, done


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
