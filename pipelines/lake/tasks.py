"""What is done for a partition, in whatever process: read a batch of its documents, put its files together.

A task is small and names what lies in files; rows go from one process to another as Parquet only. How it is
done stands in `reading.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.corrections import Filed
from pipelines.lake.layout import Partition, partition_file

DOCUMENTS, STATEMENTS = "documents", "statements"
TABLES = {DOCUMENTS: ("documents", "sentences"), STATEMENTS: ("statements", "candidates")}
"""Stage -> the tables that it writes."""


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
        is_whole: whether no other batch comes into the partition, so that its files can be written at once.
        keep: where it is whole, the documents whose rows stay.
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
    keep: tuple[str, ...] = ()
    is_retry: bool = False
    corrections: tuple[Filed, ...] = ()

    def __str__(self) -> str:
        """Its partition, for messages."""
        return str(self.partition)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Batches of several partitions that are read together: most partitions hold few documents, and what a
    table costs however short it is (to check it by its schema, to scan a file) is paid once for all."""

    batches: tuple[Batch, ...]

    @property
    def lake(self) -> Path:
        """The folder of the output."""
        return self.batches[0].lake

    def __str__(self) -> str:
        """The partitions, for messages."""
        return f"{self.batches[0]} and {len(self.batches) - 1} more"


@dataclass(frozen=True, slots=True)
class Assembly:
    """The files of a partition, from batches that were read and rows that are kept."""

    stage: str
    lake: Path
    partition: Partition
    parts: tuple[int, ...]
    keep: tuple[str, ...]
    order: tuple[str, ...] | None

    def __str__(self) -> str:
        """Its partition, for messages."""
        return str(self.partition)


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
    quarantine, corrected statements and corrections that could not be applied by document.

    The first batch of a bundle has the rows for the quarantine of all of them.
    """

    taken: dict[str, tuple[str, int]]
    quarantined: list[dict[str, Any]]
    found: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    written: Written | None = None


Task = Batch | Bundle | Assembly
Outcome = BatchDone | tuple[BatchDone, ...] | Written
"""What comes of a batch, of a bundle (in the order of its batches), of an assembly."""


def part_file(lake: Path, table: str, partition: Partition, number: int) -> Path:
    """Where a batch leaves its rows."""
    file = partition_file(lake, table, partition)
    return file.with_name(f"{file.stem}-{number}.part")


def written_file(lake: Path, table: str, partition: Partition) -> Path:
    """Where the new file of a partition lies until it gets its name."""
    return partition_file(lake, table, partition).with_suffix(".written")
