"""The rows of the charts that compare places: one level of government at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.phrases import pair, phrase
from pipelines.publication.site.source import Row

LEVELS = ("nation", "province", "prefecture", "county")
_HALF = 30
_LINE = 26
_NAME_WIDTH, _NAME_HEIGHT = 0.14, 0.045
"""The room of a name in the scatter. Unit - share of the axis."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart: its rows, the values of its shape, the bounds that it shows."""

    rows: list[Row]
    values: dict[str, Any]
    bounds: tuple[str, ...]


def some(rows: Sequence[T]) -> tuple[Sequence[T], bool]:
    """The rows for a chart that is still read, and whether any are left out: the first and the last 30."""
    if len(rows) <= 2 * _HALF:
        return rows, False
    return [*rows[:_HALF], *rows[-_HALF:]], True


def height(rows: Sequence[Any]) -> int:
    """Height of a chart with a line for each row. Unit - pixels."""
    return _LINE * len(rows)


def place_label(row: Row) -> Words:
    """The name of a place; a county with the place above it, as several share a name."""
    if row["level"] == "county" and row["parent_name_zh"]:
        within = words()["compare.within"]
        return within.filled(place=Words(row["name_zh"], row["name_en"]), parent=row["parent_name_zh"])
    return Words(row["name_zh"], row["name_en"])


def ranking(figures: Figures, rows: Sequence[Row], unit: str | None) -> Drawn:
    """Targets in the order of the rows, each with its bound, and the actual where it is known.

    Args:
        figures: numbers as people write them.
        rows: rows of `places_targets`, all in one unit.
        unit: that unit.
    """
    power, axis = figures.axis(max(abs(row["obs_value"]) for row in rows), unit)
    scale = 10**power
    drawn = []
    for row in rows:
        name, said = place_label(row), _said(figures, row)
        drawn.append(
            {
                "place": pair(name),
                "figures": pair(said),
                "value": row["obs_value"] / scale,
                "upper": _scaled(row["obs_value_upper"], scale),
                "bound": row["bound"],
                "actual": _scaled(row["actual_value"], scale),
            }
        )
    low, high = _ends(drawn)
    return Drawn(
        drawn, {"unit": pair(axis), "x_min": low, "x_max": high, "height": height(drawn)}, _bounds(rows)
    )


def scatter(figures: Figures, rows: Sequence[Row], with_year: bool) -> Drawn:
    """Target and actual of each row, the line on which they are equal, and words on either side of it.

    Args:
        figures: numbers as people write them.
        rows: rows of `places_targets` with an outcome, in per cent.
        with_year: whether the rows are of several years, and say which.
    """
    drawn: list[Row] = []
    labelled = named(rows)
    for row in rows:
        name, said = place_label(row), _said(figures, row)
        if with_year:
            name = Words(f"{name.zh}{row['year']}", f"{name.en} {row['year']}")
        drawn.append(
            {
                "what": "pair",
                "value": row["obs_value"],
                "upper": row["obs_value_upper"],
                "bound": row["bound"],
                "actual": row["actual_value"],
                "outcome": row["outcome"],
                "label": pair(name) if row["target_id"] in labelled else None,
                "name": pair(words()["compare.said_of"].filled(place=name, said=said)),
            }
        )
    low, high = _ends(drawn)
    span = high - low
    drawn.append({"what": "line", "value": low, "actual": low, "value2": high, "actual2": high})
    for side, x, y in (("above", low, high), ("below", high, low)):
        drawn.append(
            {
                "what": "corner",
                "side": side,
                "value": x,
                "actual": y,
                "label": pair(phrase(f"compare.{side}")),
            }
        )
    values = {
        "unit": pair(figures.axis(0, "percent")[1]),
        "x_min": round(low - span * 0.02, 6),
        "x_max": round(high + span * 0.02, 6),
    }
    return Drawn(drawn, values, _bounds(rows))


def named(rows: Sequence[Row]) -> set[str]:
    """The targets whose name is written beside their mark: those farthest off first, none over another."""
    values = [row[name] for row in rows for name in ("obs_value", "actual_value")]
    span = (max(values) - min(values)) or 1
    taken: list[tuple[float, float]] = []
    found = set()
    for row in sorted(rows, key=lambda row: (-abs(row["gap"] or 0), row["target_id"])):
        x, y = row["obs_value"], row["actual_value"]
        if all(
            abs(x - left) > _NAME_WIDTH * span or abs(y - high) > _NAME_HEIGHT * span for left, high in taken
        ):
            taken.append((x, y))
            found.add(row["target_id"])
    return found


def _said(figures: Figures, row: Row) -> Words:
    """The target in words, and the actual behind it where it is known."""
    unit = row["unit_measure"]
    target = figures.bounded(row["obs_value"], row["obs_value_upper"], unit, row["bound"])
    if row["actual_value"] is None:
        return target
    actual = figures.bounded(row["actual_value"], row["actual_value_upper"], unit, row["actual_bound"])
    return Words(f"{target.zh} · {actual.zh}", f"{target.en} · {actual.en}")


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale


def _ends(rows: Sequence[Row]) -> tuple[float, float]:
    """The least and the largest value of a chart, apart even where all are equal."""
    found = [row[name] for row in rows for name in ("value", "upper", "actual") if row[name] is not None]
    low, high = min(found), max(found)
    return (low, high) if high > low else (low - 1, high + 1)


def _bounds(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["bound"] for row in rows if row["bound"]))
