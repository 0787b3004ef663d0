"""What a stage of the lake is: what it plans for a partition, and what is different from stage to stage."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.file_hashes import FileHashes
from pipelines.lake.layout import Partition, partition_file
from pipelines.lake.ledger import Entry, ledger
from pipelines.lake.tasks import TABLES, Batch
from pipelines.paths import Paths

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What a run has to do for a partition.

    Attributes:
        partition: which one.
        previous: what an earlier run handed over and still lies there as it was; None: nothing.
        keep: the documents whose rows stay.
        items: what has to be read; see `Batch`.
        sizes: characters of each of them, roughly.
        order: the documents in order; None: by file path.
    """

    partition: Partition
    previous: Entry | None
    keep: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    sizes: tuple[int, ...]
    order: tuple[str, ...] | None = None

    @property
    def keeps_all(self) -> bool:
        """Whether every row that lies there stays."""
        return self.previous is not None and len(self.keep) == len(self.previous.keys)


@dataclass(slots=True)
class Read:
    """What has been read of a partition so far."""

    work: Work
    waiting: int = 0
    batches: int = 0
    parts: list[int] = field(default_factory=list)
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage did: partitions and rows of each table now, rows for the quarantine, documents read
    and kept, and by what they were read."""

    entries: Mapping[Partition, Entry]
    rows: Mapping[str, int]
    quarantined: list[dict[str, Any]]
    read: int
    kept: int
    read_by: str


class Stage(ABC):
    """What is different from stage to stage."""

    name: str

    def __init__(self, paths: Paths, *, rehash: bool = False) -> None:
        """Over the folders of a run; `rehash`: trust no hash that an earlier run remembered."""
        self.paths = paths
        self.quarantined: list[dict[str, Any]] = []
        self.total = 0
        self.hashes = FileHashes(paths.readings / f"lake_{self.name}.parquet", paths.lake, distrust=rehash)
        self.before = ledger(paths, self.name).load()

    @abstractmethod
    def plan(self) -> Iterator[Work]:
        """What has to be done for each partition, in order; sets `total`, the number of documents, at once."""

    @abstractmethod
    def keys(self, read: Read) -> Mapping[str, str]:
        """document_id -> key of the documents that were read."""

    @abstractmethod
    def crashed(self, work: Work, items: tuple[str, ...]) -> list[dict[str, Any]]:
        """Rows for the quarantine of documents that bring their process down."""

    def batch(self, work: Work, number: int, items: tuple[tuple[str, ...], ...], *, is_whole: bool) -> Batch:
        """Some documents of a partition, to be read."""
        return Batch(
            *(self.name, self.paths.raw, self.paths.lake, work.partition, number, items, work.order),
            is_whole=is_whole,
            keep=work.keep if is_whole else (),
        )

    def unchanged(self, work: Work) -> Entry:
        """What is known of a partition in which nothing has to be done."""
        assert work.previous is not None
        return work.previous

    def searched(self) -> str:
        """Hash of what was looked for in each partition."""
        return ""

    def intact(self, partition: Partition) -> Entry | None:
        """What an earlier run handed over for a partition; None where there is nothing, or not any more."""
        entry = self.before.get(partition)
        if entry is None:
            return None
        for table in TABLES[self.name]:
            file = partition_file(self.paths.lake, table, partition)
            try:
                is_same = self.hashes.sha256(file) == entry.sums.get(table)
            except OSError:
                is_same = False
            if not is_same:
                log.warning(
                    "%s: not as it was handed over (damaged, or written by a run that did not end);"
                    " the documents of its partition are read anew",
                    file.relative_to(self.paths.lake),
                )
                return None
        return entry
