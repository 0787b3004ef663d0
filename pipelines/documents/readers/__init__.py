"""Bytes of a file -> its immutable text, one reader per format.

A new format is one function of the type `Reader` and one line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.documents.errors import DocumentError
from pipelines.documents.readers.docx import read_docx
from pipelines.documents.readers.html import read_html
from pipelines.documents.readers.pdf import read_pdf
from pipelines.documents.readers.text import Text, read_txt

Reader = Callable[[bytes], Text]

READERS: dict[str, Reader] = {
    ".txt": read_txt,
    ".html": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
"""File extension -> reader."""


def read_text(data: bytes, extension: str) -> Text:
    """The text of a file.

    Args:
        data: the file's bytes.
        extension: `.txt`, `.html`, `.pdf` or `.docx`; it decides which reader is used.

    Raises:
        DocumentError: the format is none of these (`format_unsupported`), there is nothing in the file
            (`file_empty`), or it can't be read (`unknown_encoding`, `no_text_layer`, `text_garbled`,
            `file_unreadable`, `file_too_large`).
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
    return text


def _empty(reason: str) -> DocumentError:
    return DocumentError("file_empty", reason, "Put the file in its place again, with its text.")


__all__ = ["READERS", "Reader", "Text", "read_text"]
