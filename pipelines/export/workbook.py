"""Published tables as an Excel workbook: a sheet about them, one of their columns, one for each table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.export.cells import CellWriter, column_width, fitting_text
from pipelines.export.front_sheets import write_about, write_columns
from pipelines.export.rules import about, formats
from pipelines.export.source import (
    Mart,
    Published,
    PublishedAs,
    Rows,
    chosen_marts,
    open_tables,
    published_as,
)
from pipelines.export.target import whole_file

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet, the header's included."""
_MOST_NAME = 31
_CREATED = datetime(2000, 1, 1)
"""No clock: the same rows give the same bytes."""


@contextmanager
def _workbook(file: Path) -> Iterator[Workbook]:
    """A workbook that is closed at the end; what it keeps on disk meanwhile lies beside it."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".workbook-") as scratch:
        workbook = Workbook(str(file), {"constant_memory": True, "tmpdir": scratch})
        workbook.set_properties({"title": about().title, "created": _CREATED})
        try:
            yield workbook
        except BaseException:
            # It would write itself out when it is collected.
            workbook.fileclosed = True
            raise
        workbook.close()


def sheet_names(marts: Sequence[Mart], rows: Sequence[Rows]) -> list[list[str]]:
    """The names of each table's sheets: as many as its rows fill, and one at least."""
    names = []
    for mart, found in zip(marts, rows, strict=True):
        sheets = max(1, -(-found.count // (MOST_ROWS - 1)))
        suffixes = ["", *(f" ({number})" for number in range(2, sheets + 1))]
        names.append([mart.name[: _MOST_NAME - len(suffix)] + suffix for suffix in suffixes])
    return names


class _TableSheets:
    """Writes a table into its sheets, each with a header of its own."""

    def __init__(self, workbook: Workbook, mart: Mart, cells: CellWriter, header: Format) -> None:
        self._workbook, self._mart, self._cells, self._header = workbook, mart, cells, header
        self._kinds = [formats().kind_of(column) for column in mart.columns]

    def _begin(self, sheet: Worksheet, sample: list[tuple[object, ...]]) -> None:
        for index, (column, kind) in enumerate(zip(self._mart.columns, self._kinds, strict=True)):
            sheet.write_string(0, index, column.name, self._header)
            if column.description:
                sheet.write_comment(
                    0, index, fitting_text(column.description), {"x_scale": 2.2, "author": "", "font_size": 9}
                )
            width = column_width(column, [row[index] for row in sample], kind)
            sheet.set_column(index, index, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _end(self, sheet: Worksheet, last_row: int) -> None:
        last_column = len(self._mart.columns) - 1
        sheet.autofilter(0, 0, last_row, last_column)
        # Codes of places are texts of digits, and are meant to be.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})

    def write(self, rows: Rows, sheets: Iterator[Worksheet]) -> None:
        """Write all rows; the next sheet begins where one is full."""
        sheet = next(sheets)
        number = 0
        for batch in rows.batches():
            for position, row in enumerate(batch):
                if number == MOST_ROWS - 1:
                    self._end(sheet, number)
                    sheet, number = next(sheets), 0
                if number == 0:
                    self._begin(sheet, batch[position : position + formats().width.sample_rows])
                number += 1
                for index, value in enumerate(row):
                    self._cells.write(sheet, number, index, value, self._kinds[index])
        if number == 0:
            self._begin(sheet, [])
        self._end(sheet, number)


def write_xlsx(
    database: Path | Published,
    marts: Sequence[str],
    target: Path,
    *,
    where: str | None = None,
    force: bool = False,
    made_from: PublishedAs | None = None,
) -> dict[str, int]:
    """Write published tables as an Excel workbook; the same tables give the same bytes.

    The first sheet, `about`, says what the tables hold, their grain, the version, how to cite them and
    under which licence; `columns` describes every column. A table of more rows than Excel takes goes on in
    another sheet. Texts stay texts, whatever they begin with.

    Args:
        database: the published DuckDB file, opened read-only, or its tables that are open.
        marts: names of the tables, in the order of their sheets.
        target: the file to make; it appears when it is whole.
        where: a condition on the columns of each of the tables, in DuckDB's SQL.
        force: whether a file of that name may be replaced.
        made_from: version and release to name; None for those in the `manifest.json` beside the database.

    Returns:
        Table -> rows written.

    Raises:
        ExportError: nothing is published, no table has a name, the condition is wrong, or the target is there
            already.
        OSError: the target can't be written.
    """
    with open_tables(database) as published, whole_file(target, force=force) as partial:
        chosen = chosen_marts(published, marts)
        rows = [Rows(published.connection, mart, where) for mart in chosen]
        names = sheet_names(chosen, rows)
        with _workbook(partial) as workbook:
            cells = CellWriter(workbook)
            header = workbook.add_format({"bold": True, "bg_color": "#E7EDF3", "bottom": 1, "valign": "top"})
            counts = {mart.name: found.count for mart, found in zip(chosen, rows, strict=True)}
            first = {mart.name: sheets[0] for mart, sheets in zip(chosen, names, strict=True)}
            write_about(
                workbook, cells, chosen, counts, first, where, made_from or published_as(published.file)
            )
            write_columns(workbook, cells, chosen, header)
            for mart, found, sheets in zip(chosen, rows, names, strict=True):
                table = _TableSheets(workbook, mart, cells, header)
                table.write(found, map(workbook.add_worksheet, sheets))
    return counts
