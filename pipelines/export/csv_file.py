"""A table as CSV (RFC 4180): commas, CRLF, UTF-8, null as nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from pipelines.display import csv_text
from pipelines.export.source import Published, Rows, chosen_marts, open_tables
from pipelines.export.target import whole_file


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


def guarded_text(value: Any) -> str:
    """As `plain_text`, a text that a spreadsheet would take for a formula behind an apostrophe."""
    return csv_text(value) if isinstance(value, str) else plain_text(value)


def write_rows(stream: TextIO, header: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a header and rows. The stream must not translate line ends (`newline=""`)."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)


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
        text = plain_text if verbatim else guarded_text
        write_rows(stream, header, (map(text, row) for batch in rows.batches() for row in batch))
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
