"""Values as cells of an Excel sheet: a text is always a text, a number keeps its value."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.display import visible
from pipelines.export.rules import Kind, formats
from pipelines.export.source import MartColumn

MOST_UNITS = 32_767
"""UTF-16 units of text that Excel takes in a cell."""
_EXACT = 10**15
"""Excel keeps 15 digits; a longer whole number is written as text."""
_SMALL = 0.000_1
_FIRST_DAY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so that an earlier day would be shown as another one."""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def fitting_text(text: str) -> str:
    """A text as a cell holds it: control characters as escapes; one too long for Excel is cut and says so."""
    shown = visible(text)
    if len(shown) <= MOST_UNITS // 2 or _units(shown) <= MOST_UNITS:
        return shown
    note = f" [cut here: {len(text):,} characters are more than Excel takes; CSV and Parquet hold them all]"
    room = 2 * (MOST_UNITS - _units(note))
    return shown.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + note


class CellWriter:
    """Writes the values of a workbook's columns, each in the format of its kind."""

    def __init__(self, workbook: Workbook) -> None:
        """For one workbook, whose formats are made once."""
        self._formats: dict[str, Format] = {}
        self._workbook = workbook
        # Fragments of a rich text need a format each; this one changes nothing.
        self._unchanged = workbook.add_format()

    def _format(self, number_format: str) -> Format:
        if number_format not in self._formats:
            self._formats[number_format] = self._workbook.add_format({"num_format": number_format})
        return self._formats[number_format]

    def write_text(
        self, sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None
    ) -> None:
        """Write a text as a text, whatever it begins with."""
        shown = fitting_text(text)
        if shown.startswith("<r>") and shown.endswith("</r>"):
            # XlsxWriter takes such a text for its own markup and would write it unescaped.
            fragments = [self._unchanged, shown[0], self._unchanged, shown[1:]]
            sheet.write_rich_string(row, column, *fragments, *([style] if style else []))
        else:
            sheet.write_string(row, column, shown, style)

    def _write_number(
        self, sheet: Worksheet, row: int, column: int, value: float | Decimal, kind: Kind
    ) -> None:
        number = float(value)
        if not math.isfinite(number) or (isinstance(value, int) and abs(value) >= _EXACT):
            self.write_text(sheet, row, column, str(value))
            return
        has_fraction = kind.fraction is not None and not number.is_integer()
        if has_fraction and abs(number) < _SMALL:
            sheet.write_number(row, column, number)
        else:
            shown_as = kind.fraction if has_fraction and kind.fraction else kind.format
            sheet.write_number(row, column, number, self._format(shown_as))

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, kind: Kind | None) -> None:
        """Write a value in the type that it has; None leaves the cell empty."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif kind is not None and isinstance(value, int | float | Decimal):
            self._write_number(sheet, row, column, value, kind)
        elif isinstance(value, datetime) and value.tzinfo is None and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self._format(formats().timestamp))
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self._format(formats().date))
        else:
            self.write_text(sheet, row, column, str(value))


def _shown_length(value: Any, kind: Kind | None) -> int:
    """Characters that a value takes in a cell, about."""
    if value is None:
        return 0
    if kind is None or isinstance(value, str):
        return max(map(cell_len, str(value)[:200].splitlines()), default=0)
    return len(f"{value:,.2f}".rstrip("0").rstrip(".")) if kind.fraction else len(f"{value:,}")


def column_width(column: MartColumn, sample: list[Any], kind: Kind | None) -> int:
    """Width of a column that shows its header, with the filter's arrow, and most of its values."""
    width = formats().width
    longest = max((_shown_length(value, kind) for value in sample), default=0)
    return min(max(longest + 2, cell_len(column.name) + 4, width.least), width.most)
