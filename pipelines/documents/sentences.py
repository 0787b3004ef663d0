"""Paragraph -> sentences, as spans. Quotations and brackets are never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipelines.documents.wording import outline_rules


@cache
def _boundary() -> re.Pattern[str]:
    rules = outline_rules().sentences
    return re.compile(f"(?P<end>{rules.closed_with_stop})|(?:{rules.closed})|(?P<stop>{rules.stop})")


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph that spans `text[start:end]`, without white space between them.

    A sentence ends at 。！？ (with the closing marks that follow) and at the paragraph's end, never
    at ；. Each character that is not white space belongs to exactly one sentence.
    """
    at = start
    for match in _boundary().finditer(text, start, end):
        if match.lastgroup is None:
            continue
        yield at, match.end()
        at = match.end()
        while at < end and text[at].isspace():
            at += 1
    if at < end:
        yield at, end


@cache
def _stop() -> re.Pattern[str]:
    return re.compile(f"(?:{outline_rules().sentences.stop})$")


def stopped(sentence: str) -> bool:
    """Whether a sentence ends with its own mark, not just with its paragraph."""
    return _stop().search(sentence, max(len(sentence) - 3, 0)) is not None
