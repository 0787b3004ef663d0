"""Charts of the pages of indicators: a history on a true time axis, a bound drawn as a bound.

Rows: year, value, upper (end of a range, else the value), low and high (ends of a tolerance, else the value),
kind, run (of years without a gap), glyph, upper_glyph, kind_name, words, and label_right, label_above and
label_below (may be empty).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import altair as alt

from pipelines.publication.site.charts.parts import KIND_SCALE, ROWS, label

_UP = "M0,0V-2.6M-0.7,-1.8L0,-2.6L0.7,-1.8"
_DOWN = "M0,0V2.6M-0.7,1.8L0,2.6L0.7,1.8"


def _circle(radius: float) -> str:
    return f"M{radius},0A{radius},{radius},0,1,1,-{radius},0A{radius},{radius},0,1,1,{radius},0"


GLYPHS = {
    "dot": f"{_circle(0.6)}{_circle(0.3)}{_circle(0.05)}",
    "square": "M-0.7,-0.7H0.7V0.7H-0.7Z",
    "point": "M0,-1L1,0L0,1L-1,0Z",
    "around": f"{_circle(0.35)}{_circle(1.3)}",
    "at_least": f"M-1.2,0H1.2{_UP}",
    "at_most": f"M-1.2,0H1.2{_DOWN}",
    "above": f"{_circle(0.6)}{_UP.replace('M0,0V', 'M0,-0.6V')}",
    "below": f"{_circle(0.6)}{_DOWN.replace('M0,0V', 'M0,0.6V')}",
    "end": "M-1,0H1",
    "range": "M-1,-1.3H1M-1,1.3H1M0,-1.3V1.3",
    "none": "M0,0",
}
"""The sign of each bound, and of a plain actual (dot) and baseline (square), within about -2.6 to 2.6.

An arrow leads to where the target still holds; its foot is a bar where the number itself counts and an open
circle where it does not. A ring round a small one says 左右. The chart draws
a range by its ends; the whole sign stands in the legend.
"""

_SIZE = 150
_DASHES = alt.StrokeDash(
    "kind:N", scale=alt.Scale(domain=KIND_SCALE.domain, range=[[1, 0], [1, 0], [1, 0], [5, 1.5]]), legend=None
)
"""A target of a plan is dashed, as everywhere on the site."""


def _where_narrow(narrow: str, wide: str) -> alt.ExprRef:
    """One of two values, by the room that the page gives the chart."""
    return alt.ExprRef(f"containerSize()[0] < 480 ? ({narrow}) : {wide}")


def history(zero: bool = False, descending: bool = False) -> alt.TopLevelMixin:
    """Actuals as a line, everything else as its sign.

    Args:
        zero: whether the axis shows zero, with a line there.
        descending: whether small values are on top, as ranks are read.
    """
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=28),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False),
    )
    scale = alt.Scale(zero=zero, padding=26, reverse=descending)
    axis = alt.Axis(
        titleAngle=0, titleAlign="left", titleAnchor="end", titleX=0, titleY=-12, tickCount=5, domain=False,
        ticks=False,
    )  # fmt: skip
    y = alt.Y("value:Q", title="{unit}", scale=scale, axis=axis)
    colour = alt.Color("kind:N", scale=KIND_SCALE, legend=None)
    tooltip = [
        alt.Tooltip("year:Q", title=label("field.year"), format="d"),
        alt.Tooltip("kind_name:N", title=label("field.target_type")),
        alt.Tooltip("words:N", title=label("field.value")),
    ]
    layers: list[alt.Chart] = []
    if zero:
        ground = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        layers.append(ground.mark_rule(color="--ink-2").encode(y="zero:Q"))
    # Every layer has every row, and hides those that are not its own: a layer without rows has no scale.
    base = alt.Chart(ROWS).encode(x=x)
    line = base.mark_line(color="--actual", strokeWidth=2).encode(y=y, detail="run:N")
    layers.append(line.encode(opacity=alt.condition("datum.kind === 'actual'", alt.value(1), alt.value(0))))
    coloured = base.encode(color=colour)
    whisker = coloured.mark_rule(strokeWidth=1.5, opacity=0.8)
    layers.append(whisker.encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"))
    bar = coloured.mark_rule(strokeWidth=9, opacity=0.35)
    layers.append(bar.encode(y=alt.Y("value:Q", scale=scale), y2="upper:Q"))
    for value, sign in (("value", "glyph"), ("upper", "upper_glyph")):
        mark = coloured.mark_point(filled=False, size=_SIZE, strokeWidth=2, opacity=1)
        shape = alt.Shape(
            f"{sign}:N", scale=alt.Scale(domain=list(GLYPHS), range=list(GLYPHS.values())), legend=None
        )
        layers.append(
            mark.encode(y=alt.Y(f"{value}:Q", scale=scale), shape=shape, strokeDash=_DASHES, tooltip=tooltip)
        )
    # What lies ahead is named to its right; the last of a line where the line does not pass.
    # A narrow chart has no room beside its end: the name then stands on the inner side, out of the arrow's way.
    for side, mark in (
        (
            "right",
            coloured.mark_text(
                align=_where_narrow("'right'", "'left'"),
                dx=_where_narrow("-11", "14"),
                dy=_where_narrow("datum.glyph === 'at_most' || datum.glyph === 'below' ? 5 : -9", "0"),
                baseline="middle",
                fontSize=12,
            ),
        ),
        ("above", coloured.mark_text(align="right", dx=-9, dy=-11, baseline="middle", fontSize=12)),
        ("below", coloured.mark_text(align="right", dx=-9, dy=13, baseline="middle", fontSize=12)),
    ):
        layers.append(mark.encode(y=y, text=f"label_{side}:N"))
    return alt.layer(*layers).properties(height=260)


SHAPES: dict[str, Callable[[], alt.TopLevelMixin]] = {
    "history": history,
    "history_growth": partial(history, zero=True),
    "history_rank": partial(history, descending=True),
}
