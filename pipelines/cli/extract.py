"""`gwr extract`: the statements of one file, for people or for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from pipelines.cli.numbers import plain
from pipelines.cli.reading import identify, read_statements, read_with_text
from pipelines.display import json_line, visible
from pipelines.extraction.explain import Explained, explain
from pipelines.extraction.statements import Statement

_NUMBERS = frozenset({"at", "year", "value", "confidence"})


def print_statements(file: Path, place: str | None, year: int | None, *, as_lines: bool) -> None:
    """Print the statements of a file: one JSON object a line, or a table.

    Raises:
        DocumentError: place or year are not known, or the file can't be read.
    """
    extraction = read_statements(file, identify(file, place, year))
    if as_lines:
        _print_lines(extraction.statements)
    else:
        _print_table(extraction.statements, len(extraction.candidates))


def print_explained(file: Path, place: str | None, year: int | None, *, as_lines: bool) -> None:
    """Print every number of a file: the statement made of it, or the rule that rejected it.

    Raises:
        DocumentError: place or year are not known, or the file can't be read.
    """
    explained = explain(*read_with_text(file, identify(file, place, year)))
    if as_lines:
        _print_lines(explained)
        return
    rows = (
        (
            str(one.char_start),
            f"{one.before}[{one.source_text}]{one.after}",
            one.outcome,
            one.rule_id,
            one.detail,
        )
        for one in explained
    )
    _print_rows(("at", "where", "outcome", "rule", "read as"), rows)
    statements = sum(one.outcome == "statement" for one in explained)
    print(f"{statements} statements, {len(explained) - statements} numbers that are none")


def _print_lines(rows: Iterable[Statement | Explained]) -> None:
    lines = (json_line(json.dumps(asdict(row), ensure_ascii=False)) for row in rows)
    sys.stdout.buffer.writelines(f"{line}\n".encode() for line in lines)


def _value(statement: Statement) -> str:
    if statement.value is None:
        return statement.relative_to or ""
    numbers = (statement.value, statement.value_upper)
    return " - ".join(plain(number) for number in numbers if number is not None)


def _print_table(statements: tuple[Statement, ...], rejected: int) -> None:
    rows = (
        (
            str(statement.char_start),
            statement.indicator_text,
            statement.target_type,
            "" if statement.year is None else str(statement.year),
            statement.bound or "",
            _value(statement),
            statement.unit_text or "",
            statement.source_text,
            f"{statement.confidence:.2f}",
        )
        for statement in statements
    )
    names = ("at", "indicator", "type", "year", "bound", "value", "unit", "printed", "confidence")
    _print_rows(names, rows)
    print(f"{len(statements)} statements, {rejected} numbers that are none")


def _print_rows(names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - not needed for lines
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    if not console.is_terminal:
        console.width = 200
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, justify="right" if name in _NUMBERS else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table)
