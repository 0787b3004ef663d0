"""The stage that reads texts: documents and sentences -> statements and candidates, by partition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.corrections import Filed, load_corrections, orphan_row
from pipelines.documents.read import Progress
from pipelines.fingerprint import extraction_fingerprint
from pipelines.ids import hash_id
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.layout import Partition, partition_file
from pipelines.lake.ledger import Entry, ledger
from pipelines.lake.reading import statements_of
from pipelines.lake.running import run_stage
from pipelines.lake.stage import Read, Stage, StageResult, Work
from pipelines.lake.tasks import DOCUMENTS, STATEMENTS, Batch
from pipelines.paths import Paths
from pipelines.statements import failed_row


@dataclass(frozen=True, slots=True)
class StatementsResult:
    """What the stage did, and rows for the quarantine of corrections that were not applied."""

    stage: StageResult
    corrections: list[dict[str, Any]]


class _Statements(Stage):
    name = STATEMENTS

    def __init__(self, paths: Paths, corrections: tuple[Filed, ...], *, rehash: bool = False) -> None:
        super().__init__(paths, rehash=rehash)
        self.documents = ledger(paths, DOCUMENTS).load()
        self.corrections = corrections
        self._wanted = hash_id(*sorted({filed.statement_id for filed in corrections})) if corrections else ""

    def searched(self) -> str:
        return self._wanted

    def plan(self) -> Iterator[Work]:
        self.total = sum(len(entry.keys) for entry in self.documents.values())
        for partition in sorted(self.documents):
            yield self._work(partition, self.documents[partition])

    def _work(self, partition: Partition, documents: Entry) -> Work:
        previous = self._with_found(partition, self.intact(partition))
        known = previous.keys if previous else {}
        found = previous.found if previous else {}
        keep: list[str] = []
        read: list[str] = []
        for document in documents.keys:
            key = self._key(partition, document, found)
            (keep if key and known.get(document) == key else read).append(document)
        return Work(
            partition,
            previous,
            tuple(keep),
            tuple((document,) for document in read),
            tuple(documents.characters[document] for document in read),
            tuple(documents.keys),
        )

    def _with_found(self, partition: Partition, previous: Entry | None) -> Entry | None:
        """An entry that knows which of the statements that corrections name now are in the partition."""
        if previous is None or previous.searched == self._wanted:
            return previous
        file = partition_file(self.paths.lake, "statements", partition)
        statements = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        return replace(previous, searched=self._wanted, found=statements_of(statements, self.corrections))

    def unchanged(self, work: Work) -> Entry:
        before = self.before.get(work.partition)
        assert work.previous is not None
        return before if before == work.previous else work.previous

    def _key(self, partition: Partition, document: str, found: Mapping[str, str]) -> str:
        """What the statements of a document depend on: its text, code and rules, and its corrections."""
        text = self.documents[partition].keys[document]
        if not text:
            return ""
        corrections = [
            f"{filed.file_path}\n{filed.correction.model_dump_json()}"
            for filed in self.corrections
            if found.get(filed.statement_id) == document
        ]
        return hash_id(text, extraction_fingerprint(), *corrections)

    def batch(self, work: Work, number: int, items: tuple[tuple[str, ...], ...], *, is_whole: bool) -> Batch:
        plain = super().batch(work, number, items, is_whole=is_whole)
        return replace(plain, corrections=self.corrections)

    def keys(self, read: Read) -> Mapping[str, str]:
        return {document: self._key(read.work.partition, document, read.found) for document in read.taken}

    def crashed(self, work: Work, items: tuple[str, ...]) -> list[dict[str, Any]]:
        (document,) = items
        file = partition_file(self.paths.lake, "documents", work.partition)
        rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        told = rows.filter(pl.col("document_id") == document).select("file_path").collect().item()
        reason = "the process that reads it is killed each time (out of memory, or too long on Ray?)"
        return [failed_row(told, document, "process_crashed", reason)]


def read_statements_stage(
    paths: Paths,
    progress: Progress | None = None,
    *,
    rehash: bool = False,
    engine: EngineChoice | None = None,
) -> StatementsResult:
    """Bring `statements` and `candidates` of the lake up to its documents and the corrections in raw/.

    Args:
        paths: the folders of the run; the caller holds the build lock.
        progress: told how many documents are done.
        rehash: hash every file of the lake again instead of trusting size and times.
        engine: where they are read; None: as the settings say.

    Raises:
        OSError: a file of the lake can't be written.
        RayUnavailableError: Ray is not installed, or its cluster can't be reached or used.
    """
    corrections, problems = load_corrections(paths.raw)
    stage = _Statements(paths, corrections, rehash=rehash)
    result = run_stage(stage, progress, engine)
    entries = result.entries.values()
    here = {statement for entry in entries for statement in entry.found}
    problems += [row for entry in entries for rows in entry.problems.values() for row in rows]
    problems += [orphan_row(filed) for filed in corrections if filed.statement_id not in here]
    return StatementsResult(result, problems)
