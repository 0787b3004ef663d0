"""Columns of a table by the letters that a spreadsheet gives them. openpyxl takes long to import: when it is asked."""

from __future__ import annotations


def column_letter(position: int) -> str:
    """The letters of a column, counted from 0: `A`, `Z`, `AA`."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return str(get_column_letter(position + 1))


def column_position(letters: str) -> int:
    """The position of a column from 0.

    Raises:
        ValueError: no column has these letters.
    """
    from openpyxl.utils import column_index_from_string  # noqa: PLC0415

    return int(column_index_from_string(letters)) - 1
