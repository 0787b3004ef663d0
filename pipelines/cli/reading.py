"""One file read outside raw/: what `gwr extract` and `gwr evaluate` share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.documents.errors import DocumentError
from pipelines.documents.files import FOLDERS, check_place, document_id, locate
from pipelines.documents.outline import outline
from pipelines.documents.raw_files import read_regular
from pipelines.documents.readers import read_text
from pipelines.extraction.statements import DocumentKey, Extraction, extract
from pipelines.rules import engine

_NAME = re.compile(r"(?P<place>[1-9]\d{5})-(?P<year>\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Identity:
    """Which document a file is."""

    place: str
    year: int
    doc_kind: str
    version: str | None = None


def identify(file: Path, place: str | None, year: int | None) -> Identity:
    """Which document a file is: as told, else by its place below raw/, else by its name.

    `330200-2026-宁波市.txt` and `reports/330200-ningbo/2026.txt` say both place and year.

    Raises:
        DocumentError: neither says place and year, or the place is unknown.
    """
    path = file.resolve()
    found = _NAME.match(file.name)
    if len(path.parents) > 2 and path.parents[1].name in FOLDERS:
        located = locate(path, path.parents[2])
        identity = Identity(
            place or located.ref_area, year or located.year, located.doc_kind, located.version
        )
    elif found:
        identity = Identity(place or found["place"], year or int(found["year"]), "report")
    elif place and year:
        identity = Identity(place, year, "report")
    else:
        raise DocumentError(
            "file_misplaced",
            f"the name {file.name} does not say which place and year it is",
            "Say it with --place CODE --year Y.",
        )
    check_place(identity.place)
    return identity


def read_statements(file: Path, identity: Identity) -> Extraction:
    """The statements and rejected candidates of a file; raises as `read_with_text` does."""
    return read_with_text(file, identity)[1]


def read_with_text(file: Path, identity: Identity) -> tuple[str, Extraction]:
    """The stored text of a file, with its statements and rejected candidates.

    Raises:
        DocumentError: the file can't be read; reason and advice are in its message.
    """
    text = read_text(read_regular(file), file.suffix.lower()).text
    sentences = outline(text, identity.year, identity.doc_kind).sentences
    name = document_id(identity.place, identity.doc_kind, identity.year, identity.version)
    return text, extract(DocumentKey(name, identity.place, identity.year), sentences, engine())
