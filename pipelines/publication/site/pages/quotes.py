"""Sentences quoted on a page, with the numbers marked that were read from them."""

from __future__ import annotations

from collections.abc import Iterable

Piece = tuple[str, bool]
"""A part of a sentence, and whether it is marked."""


def marked(text: str, spans: Iterable[tuple[int | None, int | None]]) -> list[Piece]:
    """A sentence cut at its marks; no character is lost or told twice.

    Args:
        text: the sentence.
        spans: start and end of each mark, in characters of the sentence; they may touch, overlap or repeat.
            One that is unknown (None) or outside the sentence marks nothing.
    """
    pieces: list[Piece] = []
    done = 0
    known = {(start, end) for start, end in spans if start is not None and end is not None}
    for start, end in sorted(known):
        left, right = max(start, done), min(end, len(text))
        if left >= right:
            continue
        if left > done:
            pieces.append((text[done:left], False))
        pieces.append((text[left:right], True))
        done = right
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces
