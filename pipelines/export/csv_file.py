"""A table as CSV (RFC 4180): commas, CRLF, UTF-8, null as nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import polars as pl

from pipelines.display import FORMULA_BEGINS
from pipelines.export.source import Published, Rows, chosen_marts, open_tables
from pipelines.export.target import whole_file

_LINE_END = "\r\n"
_FORMULA = f"^(?:{'|'.join(map(re.escape, FORMULA_BEGINS))})"


def plain_text(value: Any) -> str:
    """A value as CSV has it: all digits of a number and no exponent, true and false, ISO dates.

    >>> plain_text(1.87e12), plain_text(4.9), plain_text(True), plain_text(None)
    ('1870000000000', '4.9', 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        digits = format(Decimal(repr(value)), "f")
        return digits.removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else str(value)


def as_text(column: pl.Series, *, guarded: bool = False) -> pl.Series:
    """A column as CSV has it, each value as `plain_text` writes it; a whole column is done much faster.

    Args:
        column: as DuckDB gives it.
        guarded: whether a text that a spreadsheet would take for a formula gets an apostrophe.
    """
    if column.dtype == pl.String:
        # An empty text is written as nothing, as null is.
        texts = column.set(column == "", None)
        formulas = texts.str.contains(_FORMULA).fill_null(value=False)
        return ("'" + texts).zip_with(formulas, texts).alias(column.name) if guarded else texts
    if column.dtype == pl.Float64:
        digits = column.cast(pl.String)
        if not digits.str.contains("[A-Za-z]").any():
            return digits.str.strip_suffix(".0")
    elif column.dtype.is_integer() or column.dtype in (pl.Boolean, pl.Date):
        return column.cast(pl.String)
    written = [None if value is None else plain_text(value) for value in column]
    return pl.Series(column.name, written, dtype=pl.String)


def write_frames(stream: TextIO, header: Sequence[str], frames: Iterable[pl.DataFrame]) -> None:
    """Write a header and rows of texts. The stream must not translate line ends (`newline=""`)."""
    csv.writer(stream, lineterminator=_LINE_END).writerow(header)
    # A line of one empty value would be no line.
    null = '""' if len(header) == 1 else ""
    for frame in frames:
        stream.write(frame.write_csv(include_header=False, line_terminator=_LINE_END, null_value=null))


def stream_csv(
    database: Path | Published,
    mart: str,
    stream: TextIO,
    *,
    where: str | None = None,
    verbatim: bool = False,
) -> int:
    """Write a published table as CSV into an open stream; see `write_csv`."""
    with open_tables(database) as published:
        (chosen,) = chosen_marts(published, [mart])
        rows = Rows(published.connection, chosen, where)
        header = [column.name for column in chosen.columns]
        frames = (
            pl.DataFrame([as_text(column, guarded=not verbatim) for column in frame])
            for frame in rows.frames()
        )
        write_frames(stream, header, frames)
        return rows.count


def write_csv(
    database: Path,
    mart: str,
    target: Path,
    *,
    where: str | None = None,
    bom: bool = False,
    verbatim: bool = False,
    force: bool = False,
) -> int:
    """Write a published table as a CSV file, rows in the order of its grain.

    Args:
        database: the published DuckDB file; opened read-only.
        mart: name of the table.
        target: the file to make; it appears when it is whole.
        where: a condition on the table's columns, in DuckDB's SQL.
        bom: whether a byte order mark comes first, by which Excel knows UTF-8.
        verbatim: whether a text that a spreadsheet would take for a formula (it begins with = + - @ or a
            line break) stays as it is; otherwise an apostrophe stands before it.
        force: whether a file of that name may be replaced.

    Returns:
        Rows written.

    Raises:
        ExportError: nothing is published, no table has that name, the condition is wrong, or the target
            is there already.
        OSError: the target can't be written.
    """
    with (
        whole_file(target, force=force) as partial,
        partial.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as stream,
    ):
        return stream_csv(database, mart, stream, where=where, verbatim=verbatim)
