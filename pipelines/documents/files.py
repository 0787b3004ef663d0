"""Which files below `raw/` are documents, and what has to hold of them before they are read."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, entries, read_regular
from pipelines.documents.readers import READERS
from pipelines.documents.sidecar import SUFFIX, Sidecar, load_sidecar
from pipelines.seeds import places

FOLDERS = {"reports": "report", "bulletins": "bulletin", "plans": "plan"}
"""Folder below raw/ -> doc_kind."""
README = "readme.md"

_PLACE_FOLDER = re.compile(r"(?P<code>[1-9]\d{5})-(?P<slug>[a-z0-9-]+)")
_STEM = re.compile(r"(?P<year>\d{4})(?:-(?P<version>[a-z0-9][a-z0-9-]*))?")
LAYOUT = "<reports|bulletins|plans>/<code>-<slug>/<year>[-version].<txt|html|pdf|docx>"


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """Where a document lies: what the path says of it. `file_path` is relative to raw/."""

    path: Path
    file_path: str
    doc_kind: str
    ref_area: str
    year: int
    version: str | None

    @property
    def document_id(self) -> str:
        """Place, kind, year and version: `330200-report-2026`."""
        return document_id(self.ref_area, self.doc_kind, self.year, self.version)


def document_id(ref_area: str, doc_kind: str, year: int, version: str | None) -> str:
    """The id of a document: `330200-report-2026`, with `-<version>` where it has one."""
    return "-".join([ref_area, doc_kind, str(year), *([version] if version else [])])


def document_files(raw: Path) -> list[Path]:
    """Every file that should be a document, by path: all but hidden files, READMEs and the sidecars of
    documents that are there. What is no regular file is among them, to be refused by name."""
    files = [
        path for folder in sorted(FOLDERS) for path in entries(raw / folder) if path.name.lower() != README
    ]
    sidecars = [path for path in files if path.suffix == SUFFIX]
    documents = [path for path in files if path.suffix != SUFFIX]
    # As texts: a run in which nothing changed does little else than this, for each file of raw/.
    present = {os.fspath(path).removesuffix(path.suffix) for path in documents}
    alone = [path for path in sidecars if os.fspath(path).removesuffix(SUFFIX) not in present]
    return sorted([*documents, *alone], key=os.fsencode)


def locate(path: Path, raw: Path) -> DocumentFile:
    """What the path of a file says of the document.

    Raises:
        DocumentError: `document_missing` (a sidecar alone), `format_unsupported` or `file_misplaced`.
    """
    relative = path.relative_to(raw)
    if path.suffix == SUFFIX:
        raise DocumentError(
            "document_missing", "a sidecar without its document", "Add the document, or remove the sidecar."
        )
    if path.suffix not in READERS:
        raise DocumentError(
            "format_unsupported",
            f"{path.suffix or 'no extension'} is no format that can be read",
            f"Save the document as one of {', '.join(READERS)}.",
        )
    folder = _PLACE_FOLDER.fullmatch(relative.parent.name)
    stem = _STEM.fullmatch(path.stem)
    if len(relative.parts) != 3 or folder is None or stem is None:
        raise DocumentError("file_misplaced", "the path does not say what it is", f"Move it to {LAYOUT}.")
    return DocumentFile(
        path,
        relative.as_posix(),
        FOLDERS[relative.parts[0]],
        folder["code"],
        int(stem["year"]),
        stem["version"],
    )


@cache
def _known_places() -> frozenset[str]:
    return frozenset(place.ref_area for place in places())


def check_place(ref_area: str) -> None:
    """See that a place is known.

    Raises:
        DocumentError: `place_unknown`.
    """
    if ref_area not in _known_places():
        raise DocumentError(
            "place_unknown",
            f"no place has the code {ref_area}",
            "Correct the code, or add the place to dbt_project/seeds/places.csv.",
        )


def open_document(file: DocumentFile, most: int | None = None) -> tuple[bytes, Sidecar]:
    """The bytes of a document and its sidecar, once both are what they should be.

    Args:
        file: the document.
        most: largest size in bytes, `GWR_MAX_FILE_MB` where it is not given.

    Raises:
        DocumentError: the sidecar is missing or invalid, it speaks of another place, year or file, the
            place is unknown, or one of the two is no regular file of raw/, or is too large.
    """
    raw = file.path.parents[2]
    check_entry(file.path, raw)
    sidecar = load_sidecar(file.path.with_suffix(SUFFIX), raw)
    if sidecar.ref_area != file.ref_area:
        reason = f"ref_area is {sidecar.ref_area}, the folder says {file.ref_area}"
        raise DocumentError("ref_area_mismatch", reason, "Move the document, or correct the sidecar.")
    if sidecar.year != file.year:
        reason = f"year is {sidecar.year}, the file name says {file.year}"
        raise DocumentError("year_mismatch", reason, "Rename the document, or correct the sidecar.")
    check_place(file.ref_area)
    data = read_regular(file.path, most)
    digest = hashlib.sha256(data).hexdigest()
    if digest != sidecar.sha256:
        raise DocumentError(
            "hash_mismatch",
            f"sha256 is {digest}, the sidecar says {sidecar.sha256}",
            "If the change is meant, write the new hash into the sidecar; else restore the file.",
        )
    return data, sidecar
