"""Texts beside marks, legible where they cross a line."""

from __future__ import annotations

from typing import Any

import altair as alt


def texts(base: alt.Chart, column: str, colour: Any, **place: Any) -> list[alt.Chart]:
    """The layers of a text: its halo in the colour of the paper, and the text.

    Args:
        base: a chart with the positions encoded.
        column: column of the text.
        colour: encoding of the text's colour.
        place: where it stands: dx, dy, align, baseline.
    """
    written = base.encode(text=alt.Text(f"{column}:N"))
    halo = written.mark_text(
        fontSize=12, lineBreak="\n", stroke="--paper", strokeWidth=3, strokeJoin="round", **place
    )
    return [halo, written.mark_text(fontSize=12, lineBreak="\n", **place).encode(color=colour)]
