"""`gwr query`: SQL on the published warehouse, read-only."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.cli.numbers import plain
from pipelines.display import csv_text, json_line, visible

ROWS_AT_A_TIME = 10_000


class NotPublishedError(RuntimeError):
    """There is no published warehouse to ask."""


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def _cell(value: Any) -> Text:
    """A value as a person reads it: no exponent, no noise after the point, no markup, and nothing that
    steers the terminal."""
    if value is None:
        return Text("")
    if isinstance(value, float):
        return Text(plain(value))
    return Text(visible(str(value)))


def _csv_cell(value: Any) -> Any:
    return csv_text(value) if isinstance(value, str) else value


def _print_table(cursor: duckdb.DuckDBPyConnection, columns: list[str], limit: int) -> None:
    columns = [visible(column) for column in columns]
    rows = cursor.fetchmany(limit + 1) if limit else cursor.fetchall()
    shown = rows[:limit] if limit else rows
    console = Console()
    if not console.is_terminal:
        console.width = 200
    if _natural_width(shown, columns) > console.width:
        _print_records(console, shown, columns)
    else:
        _print_grid(console, shown, columns)
    if len(rows) > len(shown):
        console.print(f"... more than {limit} rows; --limit N shows more, --limit 0 all", style="dim")
    elif not shown:
        console.print("(no rows)", style="dim")


def _natural_width(rows: list[tuple[Any, ...]], columns: list[str]) -> int:
    widths = [
        max([cell_len(column), *(cell_len(_cell(row[index]).plain) for row in rows)])
        for index, column in enumerate(columns)
    ]
    return sum(widths) + 2 * len(columns)


def _print_records(console: Console, rows: list[tuple[Any, ...]], columns: list[str]) -> None:
    """A row as lines of name and value, where the columns do not fit side by side."""
    width = max(map(cell_len, columns))
    for number, row in enumerate(rows, start=1):
        console.print(Text(f"-- row {number}", style="bold"))
        for column, value in zip(columns, row, strict=True):
            console.print(Text(f"{column:<{width}}  ").append_text(_cell(value)))


def _print_grid(console: Console, shown: list[tuple[Any, ...]], columns: list[str]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        numeric = any(isinstance(row[index], int | float | Decimal) for row in shown)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        table.add_row(*map(_cell, row))
    console.print(table)


def _print_csv(cursor: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(map(csv_text, columns))
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        writer.writerows([_csv_cell(value) for value in row] for row in rows)


def _print_json(cursor: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    separator = "["
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        for row in rows:
            record = dict(zip(columns, row, strict=True))
            line = json_line(json.dumps(record, ensure_ascii=False, default=_plain))
            print(separator, line, sep="\n", end="")
            separator = ","
    print("\n]" if separator == "," else "[]")


def run_query(database: Path, sql: str, output: str, limit: int) -> None:
    """Print what a query returns.

    Args:
        database: the published DuckDB file; opened read-only.
        sql: one or more statements; the rows of the last are printed.
        output: `table` for people, `csv` or `json` (an array of objects) for programs. A text cell of
            CSV that a spreadsheet would take for a formula begins with an apostrophe; JSON is verbatim.
        limit: most rows of a table, 0 for all. CSV and JSON are always whole.

    Raises:
        NotPublishedError: nothing is published yet.
        duckdb.Error: the query is wrong; the message is DuckDB's own.
    """
    if not database.exists():
        raise NotPublishedError(f"{database} does not exist: nothing is published yet. Run: gwr build")
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(sql)
        columns = [name for name, *_ in cursor.description or []]
        match output:
            case "table":
                _print_table(cursor, columns, limit)
            case "csv":
                _print_csv(cursor, columns)
            case "json":
                _print_json(cursor, columns)
