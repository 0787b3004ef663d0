"""What the shapes of several charts share."""

from __future__ import annotations

from typing import Any

import altair as alt

from pipelines.publication.site.labels import words

ROWS = alt.NamedData(name="rows")
"""The rows that a page brings."""

KIND_SCALE = alt.Scale(
    domain=["actual", "baseline", "annual_target", "plan_target"],
    range=["--actual", "--baseline", "--annual-target", "--plan-target"],
)
"""The colour of each target type, as everywhere on the site."""


def said(zh: str, en: str) -> str:
    """A text in both languages, in a form that Altair lets through; `pairs` takes it apart again."""
    return f"zh:{zh}|en:{en}"


def label(key: str) -> str:
    """A label of `words/*.yml` in both languages, as `said` gives it."""
    text = words()[key]
    return said(text.zh, text.en)


def pairs(node: Any) -> Any:
    """A specification with each text of `said` as {"zh": ..., "en": ...}."""
    if isinstance(node, dict):
        return {key: pairs(part) for key, part in node.items()}
    if isinstance(node, list):
        return [pairs(part) for part in node]
    if isinstance(node, str) and node.startswith("zh:") and "|en:" in node:
        zh, en = node[3:].split("|en:", 1)
        return {"zh": zh, "en": en}
    return node
