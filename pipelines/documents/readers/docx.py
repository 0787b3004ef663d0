"""Word documents: paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from pipelines.documents.errors import DocumentError
from pipelines.documents.readers.text import Text

MAX_UNPACKED_BYTES = 200_000_000


def read_docx(data: bytes) -> Text:
    """The text of a .docx file: a line for each paragraph or table row, cells separated by tabs.

    Headers, footers, footnotes and numbers that Word generates are no part of it.

    Raises:
        DocumentError: `file_unreadable` (no Word document), `file_too_large` (unpacked).
    """
    try:
        unpacked = _unpacked_size(data)
        document = docx.Document(io.BytesIO(data)) if unpacked <= MAX_UNPACKED_BYTES else None
        lines = list(_lines(document)) if document is not None else []
    except Exception as error:
        # Damaged archives and markup lead python-docx to errors of any class.
        raise DocumentError(
            "file_unreadable",
            f"the Word document can't be opened ({type(error).__name__}: {error})",
            "Get the file again, or save it as .docx with a word processor.",
        ) from error
    if document is None:
        raise DocumentError(
            "file_too_large",
            f"unpacks to {unpacked} bytes, more than {MAX_UNPACKED_BYTES}",
            "Remove the pictures and save the file again.",
        )
    return Text("\n".join(lines), None, "docx")


def _unpacked_size(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _lines(container: Document | _Cell) -> Iterator[str]:
    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                yield "\t".join(_cell_text(cell) for cell in _distinct(row.cells))


def _distinct(cells: tuple[_Cell, ...]) -> Iterator[_Cell]:
    """The cells of a row, merged ones once."""
    seen: set[int] = set()
    for cell in cells:
        if id(cell._tc) not in seen:
            seen.add(id(cell._tc))
            yield cell


def _cell_text(cell: _Cell) -> str:
    return " ".join(" ".join(line.split()) for line in _lines(cell) if line.strip())
