"""Word documents: paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from pipelines.display import message
from pipelines.documents.archives import check_archive
from pipelines.documents.errors import DocumentError
from pipelines.documents.readers.text import Text

_PARAGRAPH = qn("w:p")
_TABLE = qn("w:tbl")


def read_docx(data: bytes) -> Text:
    """The text of a .docx file: a line for each paragraph or table row, cells separated by tabs.

    Headers, footers, footnotes and numbers that Word generates are no part of it.

    Raises:
        DocumentError: `file_unreadable` (no Word document), `file_too_large` (unpacked).
        MemoryError: there is not enough for it.
    """
    try:
        check_archive(data)
        lines = list(_lines(docx.Document(io.BytesIO(data))))
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # Damaged archives and markup lead python-docx to errors of any class.
        raise DocumentError(
            "file_unreadable",
            f"the Word document can't be opened ({message(f'{type(error).__name__}: {error}')})",
            "Get the file again, or save it as .docx with a word processor.",
        ) from error
    return Text("\n".join(lines), None, "docx")


def _lines(container: Document | _Cell) -> Iterator[str]:
    # python-docx's own iter_inner_content takes time that grows with the square of the paragraphs.
    parent = container._tc if isinstance(container, _Cell) else container.element.body
    for element in parent.iterchildren(_PARAGRAPH, _TABLE):
        if element.tag == _PARAGRAPH:
            yield Paragraph(element, container).text
        else:
            for row in Table(element, container).rows:
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
