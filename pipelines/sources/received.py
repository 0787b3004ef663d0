"""What raw/ holds of a page already, and whether a new answer says something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.documents.files import FOLDERS, DocumentFile, open_document
from pipelines.documents.furniture import is_boilerplate
from pipelines.documents.readers import READERS, read_text
from pipelines.documents.replaced import latest, replacements, with_sidecars
from pipelines.documents.sidecar import Sidecar
from pipelines.sources.listing import Source

SHRUNK = 0.5
"""A page whose text has less than this share of the characters received before is no new version of it:
more likely an error page, or one behind a new wall."""


@dataclass(frozen=True, slots=True)
class Received:
    """The file of raw/ that holds what a page said, the newest version where there are several.

    `earlier` maps the hash of each version to its path below raw/.
    """

    file: DocumentFile
    sidecar: Sidecar
    earlier: Mapping[str, str]

    def text(self) -> str:
        """Its text as it is read for the warehouse.

        Raises:
            DocumentError: the file can't be read, or is not what its sidecar says.
        """
        data, _ = open_document(self.file)
        return read_text(data, self.file.path.suffix).text


def find_received(raw: Path, source: Source) -> Received | None:
    """The newest version of the document that a page holds; None where there is none yet."""
    folder = next(folder for folder, kind in FOLDERS.items() if kind == source.kind)
    files = (
        path
        for path in sorted((raw / folder).glob(f"{source.place}-*/{source.year}*"))
        if path.suffix in READERS
    )
    documents = with_sidecars(files, raw)
    found = documents.get(latest(source.document_id, replacements(documents)))
    if found is None:
        return None
    file, sidecar = found
    return Received(file, sidecar, {known.sha256: at.file_path for at, known in documents.values()})


def wording(text: str) -> list[str]:
    """The lines of a text without page furniture and white space: what makes it another text."""
    lines = ("".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not is_boilerplate(line)]


def has_shrunk(before: str, now: str) -> bool:
    """Whether so much of a text is gone that a person has to look."""
    return sum(map(len, wording(now))) < SHRUNK * sum(map(len, wording(before)))
