"""Charts of the page at a glance."""

from __future__ import annotations

import altair as alt

from pipelines.publication.site.charts.parts import KIND_SCALE, ROWS


def path() -> alt.TopLevelMixin:
    """Actuals as a line, targets as points: year, value, kind."""
    base = alt.Chart(ROWS).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title="{unit}", scale=alt.Scale(zero=False)),
    )
    line = base.transform_filter("datum.kind == 'actual'").mark_line(point=True, color="--actual")
    points = base.transform_filter("datum.kind != 'actual'").mark_point(filled=True, size=90, shape="diamond")
    return alt.layer(line, points.encode(color=alt.Color("kind:N", scale=KIND_SCALE, legend=None)))


SHAPES = {"path": path}
