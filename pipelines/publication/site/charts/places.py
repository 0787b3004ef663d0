"""Charts that compare places: who promised how much, who reached it, and who keeps promises.

Where each place has a line, the page gives the height. A row has the place's name and its figures in words; they stand on either side of the plot.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from pipelines.publication.site.charts.bounds import bounds
from pipelines.publication.site.charts.parts import ROWS, label
from pipelines.publication.site.charts.texts import texts

_OUTCOME = alt.Color(
    "outcome:N",
    legend=None,
    scale=alt.Scale(
        domain=["met", "met_within_tolerance", "missed"], range=["--met", "--tolerated", "--missed"]
    ),
)


def _extent(axis: str) -> alt.Scale:
    ends = [alt.ExprRef(f"{{{axis}_min}}"), alt.ExprRef(f"{{{axis}_max}}")]
    return alt.Scale(domain=ends, zero=False, nice=False, padding=24)


def _placed(base: alt.Chart) -> alt.Chart:
    """The places down the page, in the order of the rows."""
    axis = alt.Axis(labelLimit=170, labelPadding=8, ticks=False, domain=False, grid=True)
    placed: alt.Chart = base.encode(alt.Y("place:N", sort=None, title=None, axis=axis))
    return placed


def _figures(placed: alt.Chart) -> alt.Chart:
    """The figures of each place at the right edge; all rows, so that the first layer sets their order."""
    drawn: alt.Chart = placed.mark_text(align="left", dx=10, fontSize=12, color="--ink").encode(
        x=alt.value("width"), text="figures:N"
    )
    return drawn


def place_ranking() -> alt.TopLevelMixin:
    """Targets of places with their bounds, and the actual where it is known."""
    base = alt.Chart(ROWS)
    placed = _placed(base)
    targets = placed.encode(
        alt.X("value:Q", title="{unit}", scale=_extent("x"), axis=alt.Axis(tickCount=6, grid=False))
    )
    actual = placed.transform_filter("isValid(datum.actual)").encode(alt.X("actual:Q", title="{unit}"))
    return alt.layer(
        _figures(placed),
        actual.mark_rule(color="--ink-2", strokeWidth=1).encode(x2="value:Q"),
        *bounds(targets, alt.value("--annual-target"), upright=False),
        actual.mark_point(filled=True, size=60, opacity=1, color="--actual"),
    )


def place_scatter() -> alt.TopLevelMixin:
    """Target and actual of places; on the line the actual is what was promised."""
    base = alt.Chart(ROWS, height=420).encode(
        alt.X(
            "value:Q",
            title=label("places_axis.target"),
            scale=_extent("x"),
            axis=alt.Axis(tickCount=8),
        ),
        alt.Y(
            "actual:Q",
            title=label("places_axis.actual"),
            scale=_extent("x"),
            axis=alt.Axis(tickCount=8),
        ),
    )
    pairs = base.transform_filter("datum.what == 'pair'")
    line = base.transform_filter("datum.what == 'line'")
    named, ink = pairs.transform_filter("datum.label"), alt.value("--ink")
    return alt.layer(
        line.mark_rule(strokeDash=[6, 4], color="--ink-2").encode(alt.X2("value2:Q"), alt.Y2("actual2:Q")),
        _corner(base, "above", align="left"),
        _corner(base, "below", align="right"),
        *bounds(pairs.encode(tooltip=alt.Tooltip("name:N")), _OUTCOME, upright=False),
        *texts(named.transform_filter("datum.bound != 'range'"), "label", ink, align="left", dx=14),
        *texts(named.transform_filter("datum.bound == 'range'"), "label", ink, align="left", dy=-11),
    )


def _corner(base: alt.Chart, side: str, **mark: Any) -> alt.Chart:
    """Words on one side of the line."""
    corner = base.transform_filter(f"datum.what == 'corner' && datum.side == '{side}'")
    words: alt.Chart = corner.mark_text(fontSize=13, fontStyle="italic", color="--ink-2", **mark)
    return words.encode(text="label:N")


def places_kept() -> alt.TopLevelMixin:
    """The share of promises kept, place by place."""
    placed = _placed(alt.Chart(ROWS))
    share = alt.X("value:Q", title="%", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
    few = alt.condition("datum.few", alt.value(0.45), alt.value(1))
    return alt.layer(_figures(placed), placed.mark_bar(color="--met", height=14).encode(share, opacity=few))


SHAPES = {"place_ranking": place_ranking, "place_scatter": place_scatter, "places_kept": places_kept}
