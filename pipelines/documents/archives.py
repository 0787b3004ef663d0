"""Zip archives (.docx, .xlsx) that would unpack into more than memory should hold, refused unpacked."""

from __future__ import annotations

import io
import zipfile

from pipelines.documents.errors import DocumentError
from pipelines.settings import Settings

MAX_MEMBERS = 5000
SMALL = 10_000_000
"""Unpacked to fewer bytes, an archive may be as dense as it is."""
_DTD = (b"<!DOCTYPE", b"<!ENTITY")
_HEAD = 4096


def check_archive(data: bytes) -> None:
    """See that a zip archive unpacks to a bearable size.

    The sizes are those that the archive declares: zipfile reads no more of a member than that. Office
    formats have no document type, so that a part that declares one is refused before a parser sees it.

    Raises:
        zipfile.BadZipFile: it is no zip archive.
        DocumentError: `file_too_large` (size, ratio or number of members), `file_unreadable` (a part
            declares a document type or entities).
    """
    settings = Settings()
    most = settings.max_unpacked_mb * 1_000_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise _too_large(f"holds {len(members)} parts, more than {MAX_MEMBERS}")
        unpacked = sum(member.file_size for member in members)
        if unpacked > most:
            raise _too_large(f"unpacks to {unpacked} bytes, more than {most}")
        if unpacked > SMALL and unpacked > settings.max_unpack_ratio * len(data):
            raise _too_large(f"unpacks to {unpacked // len(data)} times its size")
        for member in members:
            if not member.filename.endswith((".xml", ".rels", ".vml")):
                continue
            with archive.open(member) as part:
                head = part.read(_HEAD).replace(b"\x00", b"")
            if any(mark in head for mark in _DTD):
                reason = f"{member.filename!r} declares entities, which no office program writes"
                raise DocumentError("file_unreadable", reason, "Save the file again with an office program.")


def _too_large(reason: str) -> DocumentError:
    return DocumentError(
        "file_too_large", reason, "Remove pictures and empty formatted cells, and save the file again."
    )
