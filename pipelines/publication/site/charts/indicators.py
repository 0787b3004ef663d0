"""Charts of the pages of indicators: a history on a true time axis, a bound drawn as a bound.

Rows: year, value, upper (of a range), low and high (ends of a tolerance), kind, glyph, label, kind_name, words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import altair as alt

from pipelines.publication.site.charts.parts import KIND_SCALE, ROWS, said

_UP = "M0,0V-2.6M-0.7,-1.8L0,-2.6L0.7,-1.8"
_DOWN = "M0,0V2.6M-0.7,1.8L0,2.6L0.7,1.8"
_CIRCLE = "M0.6,0A0.6,0.6,0,1,1,-0.6,0A0.6,0.6,0,1,1,0.6,0"

GLYPHS = {
    "dot": "M0.7,0A0.7,0.7,0,1,1,-0.7,0A0.7,0.7,0,1,1,0.7,0M0.35,0A0.35,0.35,0,1,1,-0.35,0A0.35,0.35,0,1,1,0.35,0",
    "square": "M-0.7,-0.7H0.7V0.7H-0.7Z",
    "point": "M0,-1L1,0L0,1L-1,0Z",
    "around": "M0,-0.8L0.8,0L0,0.8L-0.8,0ZM1.6,0A1.6,1.6,0,1,1,-1.6,0A1.6,1.6,0,1,1,1.6,0",
    "at_least": f"M-1.2,0H1.2{_UP}",
    "at_most": f"M-1.2,0H1.2{_DOWN}",
    "above": f"{_CIRCLE}{_UP.replace('M0,0V', 'M0,-0.6V')}",
    "below": f"{_CIRCLE}{_DOWN.replace('M0,0V', 'M0,0.6V')}",
    "end": "M-1,0H1",
}
"""The sign of each bound, and of a plain actual (dot) and baseline (square), within about -2.6 to 2.6.

An arrow leads to where the target still holds; its foot is a bar where the number itself counts and an open
circle where it does not. A ring round a point says 左右.
"""

_SIZE = 150


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
        alt.Tooltip("year:Q", title=said("年份", "Year"), format="d"),
        alt.Tooltip("kind_name:N", title=said("类型", "Kind")),
        alt.Tooltip("words:N", title=said("数值", "Value")),
    ]
    base = alt.Chart(ROWS)
    layers: list[alt.Chart] = []
    if zero:
        ground = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        layers.append(ground.mark_rule(color="--ink-2").encode(y="zero:Q"))
    line = base.transform_filter("datum.kind == 'actual'").mark_line(color="--actual", strokeWidth=2)
    layers.append(line.encode(x=x, y=y))
    tolerated = base.transform_filter("isValid(datum.low)")
    layers.append(
        tolerated.mark_rule(strokeWidth=1.5, opacity=0.8).encode(
            x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour
        )
    )
    ranged = base.transform_filter("isValid(datum.upper)")
    layers.append(
        ranged.mark_rule(strokeWidth=9, opacity=0.35).encode(
            x=x, y=alt.Y("value:Q", scale=scale), y2="upper:Q", color=colour
        )
    )
    signs = alt.Shape(
        "glyph:N", scale=alt.Scale(domain=list(GLYPHS), range=list(GLYPHS.values())), legend=None
    )
    dash = alt.StrokeDash(
        "kind:N",
        scale=alt.Scale(
            domain=["actual", "baseline", "annual_target", "plan_target"],
            range=[[1, 0], [1, 0], [1, 0], [3, 2]],
        ),
        legend=None,
    )
    mark = {"filled": False, "size": _SIZE, "strokeWidth": 2, "opacity": 1}
    layers.append(
        base.mark_point(**mark).encode(x=x, y=y, color=colour, shape=signs, strokeDash=dash, tooltip=tooltip)
    )
    layers.append(
        ranged.transform_calculate(glyph="'end'")
        .mark_point(**mark)
        .encode(x=x, y=alt.Y("upper:Q", scale=scale), color=colour, shape=signs, tooltip=tooltip)
    )
    named = base.transform_filter("isValid(datum.label)")
    layers.append(
        named.mark_text(align="left", dx=14, baseline="middle", fontSize=12).encode(
            x=x, y=y, text="label:N", color=colour
        )
    )
    return alt.layer(*layers).properties(height=260)


SHAPES: dict[str, Callable[[], alt.TopLevelMixin]] = {
    "history": history,
    "history_growth": partial(history, zero=True),
    "history_rank": partial(history, descending=True),
}
