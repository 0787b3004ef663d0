"""What a stage read and where it handed it over, so that the next run need not read it again.

`data/build/readings/<stage>.jsonl` has a line for each partition: the documents in it with the keys of
their readings, and the hashes of the files that hold them. A line is added as soon as a partition is
handed over, so that a run that is killed loses only what it was at; the last line of a partition counts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipelines.lake.layout import Partition
from pipelines.paths import Paths

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a partition.

    Attributes:
        keys: document_id -> key of its reading, in the order of the documents.
        characters: document_id -> length of its text.
        rows: table -> rows in its file.
        sums: table -> sha256 of its file.
        valid: fingerprint of the schemas that all rows keep; empty where one does not.
        searched: hash of the statement ids that corrections name, as they were looked for here.
        found: those that are here -> document_id.
        problems: document_id -> rows for the quarantine, of its corrections that could not be applied.
    """

    keys: Mapping[str, str]
    characters: Mapping[str, int]
    rows: Mapping[str, int]
    sums: Mapping[str, str]
    valid: str
    searched: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Line:
    partition: Partition
    entry: Entry


_LINE = TypeAdapter(_Line)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one stage."""

    file: Path

    def load(self) -> dict[Partition, Entry]:
        """What is known of each partition. A line that can't be used is left out, and said so once."""
        if not self.file.exists():
            return {}
        found: dict[Partition, Entry] = {}
        unusable = 0
        try:
            lines = self.file.read_bytes().split(b"\n")
        except OSError as error:
            log.warning("%s can't be read (%s); every document is read anew", self.file.name, error)
            return {}
        for line in filter(None, lines):
            try:
                known = _LINE.validate_json(line)
            except ValidationError:
                unusable += 1
            else:
                found[known.partition] = known.entry
        if unusable:
            log.warning(
                "%s: %d lines can't be used; the documents of their partitions are read anew",
                self.file.name,
                unusable,
            )
        return found

    def add(self, partition: Partition, entry: Entry) -> None:
        """Note a partition that has just been handed over."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("ab") as handle:
            # A line that a killed run left half-written ends here.
            handle.write(b"\n" + _LINE.dump_json(_Line(partition, entry)))

    def save(self, entries: Mapping[Partition, Entry]) -> None:
        """Write the ledger anew, a line for each partition. It appears whole."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".partial")
        lines = (_LINE.dump_json(_Line(partition, entries[partition])) for partition in sorted(entries))
        partial.write_bytes(b"\n".join(lines))
        partial.replace(self.file)


def ledger(paths: Paths, stage: str) -> Ledger:
    """The ledger of a stage, `documents` or `statements`."""
    return Ledger(paths.readings / f"{stage}.jsonl")
