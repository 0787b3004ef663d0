"""The shapes of the site's charts: one Vega-Lite specification each, made once by Altair.

A page brings rows and values of its own (`templates/parts.html`); `static/site.js` fills them in, so that
a chart costs a page its numbers and no more. Texts are pairs of languages, colours are names of custom
properties of the style sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt

ROWS = alt.NamedData(name="rows")


def _said(zh: str, en: str) -> str:
    """A text in both languages, as Altair lets it through; see `shapes`."""
    return f"zh:{zh}|en:{en}"


def path() -> alt.LayerChart:
    """Actuals as a line, targets as points with their bound: year, value, kind."""
    base = alt.Chart(ROWS).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title="{unit}", scale=alt.Scale(zero=False)),
    )
    colours = alt.Scale(
        domain=["actual", "annual_target", "plan_target"],
        range=["--actual", "--annual-target", "--plan-target"],
    )
    line = base.transform_filter("datum.kind == 'actual'").mark_line(point=True, color="--actual")
    points = base.transform_filter("datum.kind != 'actual'").mark_point(filled=True, size=90, shape="diamond")
    return alt.layer(line, points.encode(color=alt.Color("kind:N", scale=colours, legend=None)))


SHAPES: dict[str, Callable[[], Any]] = {"path": path}


def _pairs(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _pairs(part) for key, part in node.items()}
    if isinstance(node, list):
        return [_pairs(part) for part in node]
    if isinstance(node, str) and node.startswith("zh:") and "|en:" in node:
        zh, en = node[3:].split("|en:", 1)
        return {"zh": zh, "en": en}
    return node


def shapes() -> dict[str, Any]:
    """Name -> Vega-Lite specification, texts in both languages; its data is the named data `rows`."""
    made = {}
    for name, make in SHAPES.items():
        spec = make().to_dict()
        spec.pop("config", None)
        made[name] = _pairs(spec)
    return made
