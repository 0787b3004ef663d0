"""How a target's bound is drawn, the same in every chart: a bound looks like a bound, not like a dot.

A point is a filled diamond, 左右 an open one, 以上 a stop with an arrow away from it, a range a bar.
"""

from __future__ import annotations

from typing import Any

import altair as alt

_UP = "M-1,0H1M0,0V-1.9M-0.6,-1.2L0,-1.9L0.6,-1.2"
_DOWN = "M-1,0H1M0,0V1.9M-0.6,1.2L0,1.9L0.6,1.2"
_RIGHT = "M0,-1V1M0,0H1.9M1.2,-0.6L1.9,0L1.2,0.6"
_LEFT = "M0,-1V1M0,0H-1.9M-1.2,-0.6L-1.9,0L-1.2,0.6"
_SIZE = 110


def _shape(upright: bool) -> alt.Shape:
    more, less = (_UP, _DOWN) if upright else (_RIGHT, _LEFT)
    return alt.Shape(
        "bound:N",
        legend=None,
        scale=alt.Scale(
            domain=["around", "at_least", "above", "at_most", "below"],
            range=["diamond", more, more, less, less],
        ),
    )


def bounds(base: alt.Chart, colour: Any, upright: bool = True) -> list[alt.Chart]:
    """The layers that draw targets with their bounds.

    Args:
        base: a chart of targets with the position of `value` encoded; its rows have `value`, `bound`, and
            `upper` for a range.
        colour: encoding of the colour.
        upright: whether values go up the y axis; else they go along the x axis.
    """
    end = alt.Y2("upper:Q") if upright else alt.X2("upper:Q")
    return [
        base.transform_filter("datum.bound == 'range'").mark_rule(strokeWidth=7).encode(end, color=colour),
        base.transform_filter("!datum.bound || datum.bound == 'point'")
        .mark_point(filled=True, shape="diamond", size=_SIZE, opacity=1)
        .encode(color=colour),
        base.transform_filter("datum.bound && datum.bound != 'point' && datum.bound != 'range'")
        .mark_point(filled=False, size=_SIZE, strokeWidth=2, opacity=1)
        .encode(_shape(upright), color=colour),
    ]
