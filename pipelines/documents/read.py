"""Everything below `raw/{reports,bulletins,plans}/` -> documents and their sentences, and what was not taken."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.display import message, storable
from pipelines.documents.errors import DocumentError
from pipelines.documents.files import DocumentFile, document_files, locate, open_document
from pipelines.documents.model import Outline, OutlineSentence
from pipelines.documents.outline import outline
from pipelines.documents.raw_files import check_entry, shown_path
from pipelines.documents.readers import Text, read_text
from pipelines.documents.replaced import current_files
from pipelines.documents.sidecar import SUFFIX, Sidecar
from pipelines.fingerprint import outline_fingerprint
from pipelines.ids import hash_id
from pipelines.isolation import ReaderUnavailableError
from pipelines.schemas import Document, LakeTable, Sentence, frame, polars_schema, violations
from pipelines.settings import Settings

STAGE = "documents"
CONTENT_LENGTH = 500
PATH_SEPARATOR = " > "

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the number of all."""

_COPIED = (
    *("char_start", "char_end", "text", "paragraph_index", "part_index", "kind"),
    *("context_role", "period_start_year", "period_end_year"),
)


@dataclass(frozen=True, slots=True)
class DocumentsRead:
    """What reading some files gave.

    `documents` is valid by schema `Document` and `sentences` by schema `Sentence`, both in the order in
    which the files were given; `quarantined` holds rows of schema `Quarantined`.
    """

    documents: pl.DataFrame
    sentences: pl.DataFrame
    quarantined: list[dict[str, Any]]


@dataclass(slots=True)
class _Taken:
    """What has been read so far."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    sentences: list[pl.DataFrame] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)


def read_documents(raw: Path, progress: Progress | None = None) -> DocumentsRead:
    """Read every document with its sidecar into memory; a build does it by partition (`pipelines.lake`).

    Args:
        raw: the folder that holds `reports/`, `bulletins/` and `plans/`.
        progress: told of each file that is done.
    """
    return read_files(current_files(document_files(raw), raw), raw, progress)


def read_files(files: Sequence[Path], raw: Path, progress: Progress | None = None) -> DocumentsRead:
    """Read some documents with their sidecars.

    A file that can't be taken is quarantined with its reason and the others go on. The same files give
    the same rows in the same order; of two with the same document_id the first that can be taken is.
    """
    taken = _Taken()
    settings = Settings()
    for done, path in enumerate(files, start=1):
        try:
            _take(path, raw, taken, settings)
        except ReaderUnavailableError:
            raise
        except Exception as error:  # one file must not stop the others, whatever it brings about
            taken.quarantined.append(refused(path, raw, error))
        if progress is not None:
            progress(done, len(files))
    documents = frame(Document, taken.rows)
    sentences = pl.concat([frame(Sentence, []), *taken.sentences])
    return _keep_valid(documents, sentences, taken)


def refused(path: Path, raw: Path, error: Exception) -> dict[str, Any]:
    """The row for the quarantine of a file that could not be taken."""
    if isinstance(error, DocumentError):
        return quarantined_row(_blamed(path, raw, error), error)
    told = DocumentError(
        "reading_failed",
        f"reading it failed: {message(f'{type(error).__name__}: {error}')}",
        "Report the file with this message.",
    )
    return quarantined_row(shown_path(path, raw), told)


def reading_key(file: DocumentFile, sha256: Callable[[Path], str]) -> str | None:
    """What the reading of a file depends on, as one hash: its path, bytes and sidecar, and the code and
    rules that read it; None where one of the two files can't be read.

    Args:
        file: the document.
        sha256: the hash of a file's bytes; raises OSError where it can't be read.
    """
    try:
        hashes = [_regular_sha256(path, sha256) for path in (file.path, file.path.with_suffix(SUFFIX))]
    except OSError:
        return None
    return hash_id(file.file_path, *hashes, outline_fingerprint())


def _regular_sha256(path: Path, sha256: Callable[[Path], str]) -> str:
    # What is no regular file is never opened here; a link is read again each time, by the rules for links.
    if not stat.S_ISREG(path.lstat().st_mode):
        raise FileNotFoundError(path)
    return sha256(path)


def _take(path: Path, raw: Path, taken: _Taken, settings: Settings) -> None:
    check_entry(path, raw)
    file = locate(path, raw)
    data, sidecar = open_document(file, settings.max_file_mb * 1_000_000)
    text = read_text(data, path.suffix, settings.max_text_chars)
    _claim(file, taken)
    found = outline(text.text, file.year, file.doc_kind)
    taken.rows.append(document_row(file, sidecar, text, found))
    taken.sentences.append(sentence_frame(file.document_id, found.sentences))


def _claim(file: DocumentFile, taken: _Taken) -> None:
    """Give a document its id.

    Raises:
        DocumentError: `document_duplicate`, where another file has it.
    """
    other = taken.paths.setdefault(file.document_id, file.file_path)
    if other != file.file_path:
        raise DocumentError(
            "document_duplicate",
            f"{other} is {file.document_id} already",
            "Give one of them a version in its file name, or remove it.",
        )


def document_row(file: DocumentFile, sidecar: Sidecar, text: Text, found: Outline) -> dict[str, Any]:
    """A row of schema `Document`. `part_count` counts the parts with a heading."""
    return {
        "document_id": file.document_id,
        "doc_kind": file.doc_kind,
        "ref_area": file.ref_area,
        "report_year": file.year,
        "version": file.version,
        "title": sidecar.title,
        "publisher": sidecar.publisher,
        "source_url": sidecar.url,
        "published_date": sidecar.published,
        "text_version": sidecar.text_version,
        "file_path": file.file_path,
        "file_sha256": sidecar.sha256,
        "media_type": text.media_type,
        "encoding": text.encoding,
        "text": text.text,
        "text_sha256": hashlib.sha256(text.text.encode()).hexdigest(),
        "char_count": len(text.text),
        "part_count": len(found.parts) - 1,
        "sentence_count": len(found.sentences),
    }


def sentence_frame(document_id: str, sentences: tuple[OutlineSentence, ...]) -> pl.DataFrame:
    """The sentences of a document with the columns of schema `Sentence`."""
    columns: dict[str, Any] = {
        "sentence_id": [sentence_id(document_id, sentence.index) for sentence in sentences],
        "document_id": [document_id] * len(sentences),
        "sentence_index": [sentence.index for sentence in sentences],
        **{name: list(map(attrgetter(name), sentences)) for name in _COPIED},
        "section_path": [PATH_SEPARATOR.join(sentence.section_path) or None for sentence in sentences],
    }
    return pl.DataFrame(columns, schema=polars_schema(Sentence))


def sentence_id(document_id: str, index: int) -> str:
    """The id of a sentence: `330200-report-2026:0042`."""
    return f"{document_id}:{index:04d}"


def _blamed(path: Path, raw: Path, error: DocumentError) -> str:
    """The file that a reason, and the line it names, is about: the sidecar where that is invalid."""
    blamed = path.with_suffix(SUFFIX) if error.code == "sidecar_invalid" else path
    return shown_path(blamed, raw)


def quarantined_row(file_path: str, error: DocumentError) -> dict[str, Any]:
    """A row of schema `Quarantined`."""
    reason = message(error.reason)
    return {
        "quarantine_id": hash_id(STAGE, file_path, error.line, error.code, reason),
        "stage": STAGE,
        "file_path": file_path,
        "line": error.line,
        "column_name": None,
        "reason_code": error.code,
        "reason": reason,
        "hint": error.hint,
        "content": None if error.content is None else storable(error.content[:CONTENT_LENGTH]),
    }


def _keep_valid(documents: pl.DataFrame, sentences: pl.DataFrame, taken: _Taken) -> DocumentsRead:
    """The documents that the schemas accept with all their sentences, and the others for the quarantine:
    the last gate, for what no check above foresaw."""
    faults = _faults(Document, documents) | _faults(Sentence, sentences)
    paths = dict(documents.select("document_id", "file_path").iter_rows())
    refused = [
        quarantined_row(
            paths[document], DocumentError("schema_violation", reason, "Report the file: it reads wrongly.")
        )
        for document, reason in sorted(faults.items())
    ]
    unique = {row["quarantine_id"]: row for row in [*taken.quarantined, *refused]}
    bad = pl.col("document_id").is_in(sorted(faults))
    return DocumentsRead(documents.filter(~bad), sentences.filter(~bad), list(unique.values()))


def _faults(model: type[LakeTable], table: pl.DataFrame) -> dict[str, str]:
    """document_id -> the first rule that one of its rows breaks."""
    found = violations(model, table).drop_nulls("row").sort("row", "column", "check", descending=True)
    ids = table["document_id"]
    return {
        ids[fault["row"]]: f"{fault['column']} {fault['failure_case']!r} breaks {fault['check']}"
        for fault in found.iter_rows(named=True)
    }
