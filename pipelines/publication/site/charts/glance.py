"""Charts of the page at a glance: the way of GDP, in yuan and in growth.

Rows: `what` is actual, target, need (a line to a goal, with the growth that it takes) or pace (a line over the
years that a yearly average is for). A line has `year2` and `value2`; `side` says where its text stands.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from pipelines.publication.site.charts.bounds import bounds
from pipelines.publication.site.charts.parts import KIND_SCALE, ROWS
from pipelines.publication.site.charts.texts import texts

_COLOUR = alt.Color("kind:N", scale=KIND_SCALE, legend=None)


def _extent(axis: str) -> alt.Scale:
    """From the least to the largest value, as the page says them: empty layers have none of their own."""
    ends = [alt.ExprRef(f"{{{axis}_min}}"), alt.ExprRef(f"{{{axis}_max}}")]
    return alt.Scale(domain=ends, zero=False, nice=False, padding=34)


def _texts(base: alt.Chart, what: str) -> list[alt.Chart]:
    """The texts of rows beside their marks; `side` keeps them clear of the line."""
    shown = base.transform_filter(f"datum.what == '{what}' && datum.label")
    places: dict[str, dict[str, Any]] = {
        "up": {"dy": -11, "baseline": "bottom", "align": "center"},
        "down": {"dy": 12, "baseline": "top", "align": "center"},
        "down_right": {"dx": 9, "dy": 2, "baseline": "top", "align": "left"},
        "up_left": {"dx": -7, "dy": -7, "baseline": "bottom", "align": "right"},
        "down_left": {"dx": -7, "dy": 7, "baseline": "top", "align": "right"},
    }
    return [
        layer
        for side, place in places.items()
        for layer in texts(shown.transform_filter(f"datum.side == '{side}'"), "label", _COLOUR, **place)
    ]


def _line(base: alt.Chart, what: str, dash: list[int]) -> alt.Chart:
    lines = base.transform_filter(f"datum.what == '{what}'").mark_rule(strokeWidth=2, strokeDash=dash)
    drawn: alt.Chart = lines.encode(alt.X2("year2:Q"), alt.Y2("value2:Q"), color=_COLOUR)
    return drawn


def _line_texts(base: alt.Chart, sloping: bool) -> list[alt.Chart]:
    """The texts of lines: left of the middle of a slope, or at the end of a level line, above it or below."""
    lines = base.transform_filter("(datum.what == 'need' || datum.what == 'pace') && datum.label")
    if sloping:
        middle = lines.transform_calculate(
            year="(datum.year + datum.year2) / 2", value="(datum.value + datum.value2) / 2"
        )
        return texts(middle, "label", _COLOUR, align="right", dx=-8, dy=-6, baseline="bottom")
    end = lines.transform_calculate(year="datum.year2")
    above, below = (end.transform_filter(f"datum.side == '{side}'") for side in ("up", "down"))
    return [
        *texts(above, "label", _COLOUR, align="right", dy=-6, baseline="bottom"),
        *texts(below, "label", _COLOUR, align="right", dy=6, baseline="top"),
    ]


def _base() -> alt.Chart:
    """A true time axis: five years are five times as far as one."""
    years = alt.Axis(format="d", tickMinStep=1, grid=False, labelOverlap=True)
    return alt.Chart(ROWS, height=320).encode(
        alt.X("year:Q", title=None, scale=_extent("x"), axis=years),
        alt.Y("value:Q", title="{unit}", scale=_extent("y"), axis=alt.Axis(tickCount=6)),
    )


def gdp_level() -> alt.TopLevelMixin:
    """GDP in yuan: actuals, goals with their bounds, and the way that is left."""
    base = _base()
    actual = base.transform_filter("datum.what == 'actual'").encode(color=_COLOUR)
    targets = base.transform_filter("datum.what == 'target'")
    return alt.layer(
        actual.mark_line(strokeWidth=2),
        actual.mark_point(filled=True, size=45, opacity=1),
        _line(base, "need", [6, 4]),
        *bounds(targets, _COLOUR),
        *_line_texts(base, sloping=True),
        *_texts(base, "actual"),
        *_texts(base, "target"),
    )


def gdp_growth() -> alt.TopLevelMixin:
    """Growth of GDP: actuals, the targets of each year, and the growth that is left to do."""
    base = _base()
    actual = base.transform_filter("datum.what == 'actual'").encode(color=_COLOUR)
    targets = base.transform_filter("datum.what == 'target'")
    return alt.layer(
        actual.mark_line(strokeWidth=1, opacity=0.5),
        actual.mark_point(filled=True, size=60, opacity=1),
        _line(base, "pace", [2, 3]),
        _line(base, "need", [6, 4]),
        *bounds(targets, _COLOUR),
        *_line_texts(base, sloping=False),
        *_texts(base, "actual"),
        *_texts(base, "target"),
    )


SHAPES = {"gdp_level": gdp_level, "gdp_growth": gdp_growth}
