"""The rows of the charts of GDP: lines, the sides of their texts, the ends of the axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.phrases import pair
from pipelines.publication.site.source import Row

_CLOSE = 0.12
"""How near two level lines are for one text between them. Unit - share of the axis."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the table behind it: year, kind, value in words, outcome."""

    rows: list[Row]
    values: dict[str, Any]
    table: list[Row]
    bounds: tuple[str, ...]
    note: Words


def level_line(what: str, first: int, last: int, value: float, text: Words) -> Row:
    """A level line over some years, with its text."""
    return {
        "what": what,
        "kind": "plan_target",
        "year": first,
        "value": value,
        "year2": last,
        "value2": value,
        "label": pair(text),
    }


def part_texts(rows: Sequence[Row]) -> None:
    """Put the text of a level line above it, or below it where another line runs close above."""
    values = [row["value"] for row in rows]
    close = _CLOSE * (max(values) - min(values))
    lines = [row for row in rows if "year2" in row]
    for row in lines:
        is_under = any(0 <= other["value"] - row["value"] < close for other in lines if other is not row)
        row["side"] = "down" if is_under else "up"


def chart(name: str, rows: list[Row], unit: Words, table: list[Row], more: Words | None = None) -> Chart:
    """The chart of these rows: its axes from the least to the largest value, what it shows in a sentence.

    Args:
        name: shape of the chart.
        rows: what is drawn.
        unit: what the value axis names.
        table: rows with year, kind, value, outcome, and the `order` in which they stand.
        more: what else the reader must know of it.
    """
    drawn = tuple(dict.fromkeys(row["bound"] for row in rows if row["what"] == "target" and row["bound"]))
    values: dict[str, Any] = {"unit": pair(unit)}
    for axis, names in (("x", ("year", "year2")), ("y", ("value", "value2", "upper"))):
        found = [row[name] for row in rows for name in names if row.get(name) is not None]
        values |= {f"{axis}_min": min(found), f"{axis}_max": max(found)}
    note = words()[f"glance.{name}_note"]
    if any(row["what"] == "need" for row in rows):
        need = words()[f"glance.{name}_need"]
        note = Words(f"{note.zh}{need.zh}", f"{note.en} {need.en}")
    if more:
        note = Words(f"{note.zh}{more.zh}", f"{note.en} {more.en}")
    return Chart(rows, values, sorted(table, key=lambda row: row["order"]), drawn, note)
