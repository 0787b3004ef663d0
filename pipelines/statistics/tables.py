"""Cells of a CSV or Excel file as printed text, with the lines they stand on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.display import has_unstorable, message
from pipelines.documents.errors import DocumentError
from pipelines.documents.readers.text import codec, decode
from pipelines.isolation import read_apart
from pipelines.settings import Settings
from pipelines.statistics.figures import Problem, TableError
from pipelines.statistics.notation import compact, notation
from pipelines.statistics.sidecar import TableSidecar

SUFFIXES = (".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of cells and the line of the file where it starts."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table; `spans` holds the text that a merged cell shows in each cell it covers,
    keyed by line (from 1) and column (from 0)."""

    rows: tuple[TableRow, ...]
    spans: dict[tuple[int, int], str] = field(default_factory=dict)

    def cell(self, row: TableRow, column: int) -> str:
        """What stands in a cell itself; empty beyond the end of the row."""
        return row.cells[column] if column < len(row.cells) else ""

    def label(self, row: TableRow, column: int) -> str:
        """What a reader sees in a cell: its own text, or that of the merged cell over it."""
        return self.cell(row, column) or self.spans.get((row.line, column), "")

    def header(self, sidecar: TableSidecar) -> list[TableRow]:
        """The rows of the header."""
        first, last = sidecar.header_lines
        return [row for row in self.rows if first <= row.line <= last]

    def body(self, sidecar: TableSidecar) -> Iterator[TableRow]:
        """The rows below the header, up to `last_line`, without the blank ones."""
        first = sidecar.header_lines[1]
        last = sidecar.last_line
        for row in self.rows:
            if row.line > first and (last is None or row.line <= last) and any(c.strip() for c in row.cells):
                yield row


def read_table(data: bytes, suffix: str, sidecar: TableSidecar) -> Table:
    """Read the bytes of a table; a workbook is read in a process of its own.

    Raises:
        TableError: the bytes are no such table (see `workbook.read_sheet`, `read_apart` and `text_of`).
    """
    if suffix == ".xlsx":
        try:
            found = read_apart("sheet", data, sheet=sidecar.sheet)
        except DocumentError as error:
            raise TableError(Problem(error.code, error.reason, error.hint)) from error
        spans = {(line, column): text for line, column, text in found["spans"]}
        rows = enumerate(found["rows"], start=1)
        return Table(tuple(TableRow(line, tuple(cells)) for line, cells in rows), spans)
    return Table(tuple(_csv_rows(text_of(data, sidecar.encoding), sidecar.delimiter)))


def text_of(data: bytes, encoding: str | None) -> str:
    """The text of a file, in the encoding that its sidecar names, else as `documents` finds it.

    Raises:
        TableError: no encoding fits (`unknown_encoding`), or what it gives is no text (`text_garbled`).
    """
    try:
        text = data.decode(_named(encoding)) if encoding else decode(data)[0]
    except (UnicodeDecodeError, LookupError) as error:
        reason = f"not readable as {encoding}, which the sidecar names: {error}"
        raise TableError(Problem("unknown_encoding", reason, "Correct `encoding` in the sidecar.")) from error
    except DocumentError as error:
        raise TableError(Problem(error.code, error.reason, error.hint)) from error
    if has_unstorable(text):
        raise TableError(
            Problem("text_garbled", "zero bytes in the text", "Save the table as UTF-8 with its new hash.")
        )
    return text


def _named(encoding: str) -> str:
    known = codec(encoding)
    if known is None:
        raise LookupError("no encoding of text goes by that name here")
    return known


def _csv_rows(text: str, delimiter: str) -> Iterator[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    most = Settings().max_table_cells
    held = 0
    try:
        for cells in reader:
            held += len(cells) + 1
            if held > most:
                raise TableError(
                    Problem(
                        "file_too_large",
                        f"more than {most} cells and rows by line {line}",
                        "Split the table, or raise GWR_MAX_TABLE_CELLS.",
                    )
                )
            yield TableRow(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(
            Problem(
                "file_unreadable",
                f"line {line}: {message(str(error))}",
                "Check quotation marks and the delimiter.",
            )
        ) from error


def title_unit(table: Table, sidecar: TableSidecar) -> str | None:
    """The unit that a line above the header gives for the whole table (单位:亿元), if one does."""
    for row in table.rows:
        if row.line < sidecar.header_lines[0]:
            match = notation().unit_label.search(compact(" ".join(row.cells)))
            if match:
                return match[1]
    return None
