"""Bytes of a file -> its immutable text, one reader per format.

A new format is one function of the type `Reader` and one line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.display import has_unstorable
from pipelines.documents.errors import DocumentError
from pipelines.documents.readers.html import read_html
from pipelines.documents.readers.text import Text, read_txt
from pipelines.isolation import read_apart
from pipelines.settings import Settings

Reader = Callable[[bytes], Text]


def _read_pdf(data: bytes) -> Text:
    from pipelines.documents.readers.pdf import read_pdf  # noqa: PLC0415 - loads pypdf

    return read_pdf(data)


def _read_docx(data: bytes) -> Text:
    from pipelines.documents.readers.docx import read_docx  # noqa: PLC0415 - loads python-docx and lxml

    return read_docx(data)


READERS: dict[str, Reader] = {
    ".txt": read_txt,
    ".html": read_html,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
}
"""File extension -> reader."""

APART = frozenset((".pdf", ".docx"))
"""Formats whose reader a hostile file can keep busy or fill with memory: they are read in another process."""
LARGE_PAGE = 250_000
"""A web page of more bytes is read there too: its tree can take time that grows with the square of its size."""


def read_text(data: bytes, extension: str, most: int | None = None) -> Text:
    """The text of a file; a format that can harm its reader is read in a process of its own.

    Args:
        data: the file's bytes.
        extension: `.txt`, `.html`, `.pdf` or `.docx`; it decides which reader is used.
        most: largest number of characters, `GWR_MAX_TEXT_CHARS` where it is not given; in a process of its
            own it is always that.

    Raises:
        DocumentError: the format is none of these (`format_unsupported`), there is nothing in the file
            (`file_empty`), or it can't be read (`unknown_encoding`, `no_text_layer`, `text_garbled`,
            `file_unreadable`, `file_too_large`, `text_too_long`, `time_exceeded`, `memory_exceeded`,
            `reader_crashed`).
    """
    if data.strip() and (extension in APART or (extension == ".html" and len(data) > LARGE_PAGE)):
        return Text(**read_apart("document", data, extension=extension))
    return read_here(data, extension, most)


def read_here(data: bytes, extension: str, most: int | None = None) -> Text:
    """As `read_text`, always in this process.

    Raises:
        DocumentError: as `read_text`.
    """
    reader = READERS.get(extension)
    if reader is None:
        raise DocumentError(
            "format_unsupported",
            f"{extension or 'no extension'} is no format that can be read",
            f"Save the text as one of {', '.join(READERS)}.",
        )
    if not data.strip():
        raise _empty("the file is empty")
    text = reader(data)
    if not text.text.strip():
        raise _empty("the file holds no text")
    most = Settings().max_text_chars if most is None else most
    if len(text.text) > most:
        raise DocumentError(
            "text_too_long",
            f"{len(text.text)} characters, more than {most}: a report has about 20,000",
            "Cut the report out of the volume, or raise GWR_MAX_TEXT_CHARS.",
        )
    if has_unstorable(text.text):
        raise DocumentError(
            "text_garbled",
            "zero bytes or halves of characters in the text",
            "Save the file as UTF-8 and write its new hash into the sidecar.",
        )
    return text


def _empty(reason: str) -> DocumentError:
    return DocumentError("file_empty", reason, "Put the file in its place again, with its text.")


__all__ = ["READERS", "Reader", "Text", "read_text"]
