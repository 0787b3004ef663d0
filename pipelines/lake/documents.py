"""The stage that reads files: raw/ -> documents and sentences, by partition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.documents.errors import DocumentError
from pipelines.documents.files import DocumentFile, document_files, locate
from pipelines.documents.raw_files import check_entry
from pipelines.documents.read import Progress, quarantined_row, reading_key, refused
from pipelines.documents.replaced import current_files
from pipelines.file_hashes import FileHashes
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.layout import Partition, partition_of
from pipelines.lake.running import run_stage
from pipelines.lake.stage import Read, Stage, StageResult, Work
from pipelines.lake.tasks import DOCUMENTS
from pipelines.paths import Paths

BYTES_A_CHARACTER = 3
"""Of Chinese in UTF-8; what a file of another format holds is not known before it is read."""

_Claims = dict[str, list[DocumentFile]]


def raw_hashes(paths: Paths, *, rehash: bool = False) -> FileHashes:
    """The hashes of the input files, as the last run that asked for them remembered them."""
    return FileHashes(paths.readings / "raw.parquet", paths.raw, distrust=rehash)


class _Documents(Stage):
    name = DOCUMENTS

    def __init__(self, paths: Paths, *, rehash: bool = False) -> None:
        super().__init__(paths, rehash=rehash)
        self.raw_hashes = raw_hashes(paths, rehash=rehash)
        self._keys: dict[str, str] = {}

    def plan(self) -> Iterator[Work]:
        files = current_files(document_files(self.paths.raw), self.paths.raw)
        self.total = len(files)
        claims = self._claims(files)
        for partition in sorted(claims):
            yield self._work(partition, claims[partition])

    def _claims(self, files: list[Path]) -> Mapping[Partition, _Claims]:
        """Partition -> document_id -> the files that say they are it, all in the order of their paths."""
        claims: defaultdict[Partition, _Claims] = defaultdict(dict)
        for path in files:
            try:
                file = locate(path, self.paths.raw)
            except DocumentError as misplaced:
                self.quarantined.append(self._refused(path, misplaced))
                continue
            claims[partition_of(file.ref_area, file.year)].setdefault(file.document_id, []).append(file)
        return claims

    def _refused(self, path: Path, misplaced: DocumentError) -> dict[str, Any]:
        """Why a file is none that could be read: what it is comes before where it lies."""
        try:
            check_entry(path, self.paths.raw)
        except DocumentError as error:
            return refused(path, self.paths.raw, error)
        return refused(path, self.paths.raw, misplaced)

    def _work(self, partition: Partition, claims: _Claims) -> Work:
        previous = self.intact(partition)
        known = previous.keys if previous else {}
        keep, items, sizes = [], [], []
        for document_id, files in claims.items():
            for file in files:
                self._keys[file.file_path] = reading_key(file, self.raw_hashes.sha256) or ""
            key = self._keys[files[0].file_path]
            # Who of several gets the document_id is found out by reading them.
            if len(files) == 1 and key and known.get(document_id) == key:
                keep.append(document_id)
                del self._keys[files[0].file_path]
                continue
            items.append(tuple(file.file_path for file in files))
            sizes.append(sum(map(_characters, files)))
        return Work(partition, previous, tuple(keep), tuple(items), tuple(sizes))

    def keys(self, read: Read) -> Mapping[str, str]:
        return {document: self._keys[file_path] for document, (file_path, _) in read.taken.items()}

    def crashed(self, work: Work, items: tuple[str, ...]) -> list[dict[str, Any]]:
        told = DocumentError(
            "process_crashed",
            "the process that reads it is killed each time (out of memory, or too long on Ray?)",
            "Free memory or lower GWR_WORKERS and build again; if it stays, report the file.",
        )
        return [quarantined_row(file_path, told) for file_path in items]


def _characters(file: DocumentFile) -> int:
    with suppress(OSError):
        return file.path.stat().st_size // BYTES_A_CHARACTER
    return 0


def read_documents_stage(
    paths: Paths,
    progress: Progress | None = None,
    *,
    rehash: bool = False,
    engine: EngineChoice | None = None,
) -> StageResult:
    """Bring `documents` and `sentences` of the lake up to what lies in raw/.

    A file that can't be taken is quarantined with its reason and the others go on; it is looked at again
    in each run.

    Args:
        paths: the folders of the run; the caller holds the build lock.
        progress: told how many documents are done.
        rehash: hash every file again instead of trusting size and times.
        engine: where they are read; None: as the settings say.

    Raises:
        OSError: a file of the lake can't be written.
        RayUnavailableError: Ray is not installed, or its cluster can't be reached or used.
        ReaderUnavailableError: the process for hostile formats can't be started.
    """
    stage = _Documents(paths, rehash=rehash)
    result = run_stage(stage, progress, engine)
    stage.raw_hashes.save()
    return result
