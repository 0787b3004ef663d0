"""A comparison as text for the terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from pipelines.evaluation.agreement import Row
from pipelines.evaluation.reliability import Reliability
from pipelines.evaluation.score import Evaluation, Mismatch

_Section = tuple[str, Table]

_WIDTH = 140
_SPAN_COLUMNS = ("at", "number", "indicator")


def render(evaluation: Evaluation, errors: int = 0) -> str:
    """Rates and per-field figures; with `errors`, up to that many missed, spurious and wrong ones each."""
    parts = [_rates(evaluation), _fields(evaluation)]
    if errors > 0:
        parts += [
            _rows("Missed: in the gold file, no statement", evaluation.missed[:errors]),
            _rows("Spurious: a statement where the gold file has none", evaluation.spurious[:errors]),
            _mismatches(evaluation.wrong[:errors]),
        ]
    return _text(parts)


def render_reliability(rows: Sequence[Reliability]) -> str:
    """The reliability table of `reliability.table`."""
    table = _table(("confidence", "statements", "strictly right", "share"))
    for row in rows:
        share = "-" if row.share is None else f"{row.share:.3f}"
        table.add_row(f">= {row.threshold:.2f}", str(row.statements), str(row.strict), share)
    return _text([("Reliability", table)])


def _rates(evaluation: Evaluation) -> _Section:
    table = _table(("", "right", "precision", "recall", "F1"))
    for name, rates in (("found", evaluation.found), ("strict", evaluation.strict)):
        table.add_row(
            name, str(rates.count), f"{rates.precision:.3f}", f"{rates.recall:.3f}", f"{rates.f1:.3f}"
        )
    return f"{evaluation.gold_count} gold rows, {evaluation.statement_count} statements", table


def _fields(evaluation: Evaluation) -> _Section:
    table = _table(("field", "right"))
    for field, share in evaluation.fields.items():
        table.add_row(field, f"{share:.3f}")
    return "Per field, of the numbers found", table


def _rows(title: str, rows: Iterable[Row]) -> _Section:
    table = _table(_SPAN_COLUMNS)
    for row in rows:
        table.add_row(*_span(row))
    return title, table


def _mismatches(mismatches: Iterable[Mismatch]) -> _Section:
    table = _table((*_SPAN_COLUMNS, "field: gold / read"))
    for mismatch in mismatches:
        differences = "; ".join(
            f"{field}: {mismatch.gold.get(field)} / {mismatch.statement.get(field)}"
            for field in mismatch.fields
        )
        table.add_row(*_span(mismatch.gold), differences)
    return "Wrong: the gold file says otherwise", table


def _span(row: Row) -> tuple[str, str, str]:
    return str(row["char_start"]), str(row.get("source_text")), str(row.get("indicator_text"))


def _table(columns: Iterable[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def _text(sections: Iterable[_Section]) -> str:
    buffer = io.StringIO()
    console = Console(file=buffer, width=_WIDTH, color_system=None, markup=False)
    for title, table in sections:
        console.print(title)
        console.print(table)
        console.print()
    return "\n".join(line.rstrip() for line in buffer.getvalue().rstrip().splitlines()) + "\n"
