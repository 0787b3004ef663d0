"""Text -> segments: paragraphs cut into sentences, headings recognised, page furniture marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.documents.furniture import is_boilerplate
from pipelines.documents.headings import PART_LEVEL, Heading, Marker, bare_heading, marker, numbered_heading
from pipelines.documents.lines import paragraph_spans
from pipelines.documents.model import SentenceKind
from pipelines.documents.sentences import sentence_spans, stopped

RUN_ON_LENGTH = 1000
"""Paragraphs of more characters on average, none of which begins a part: a report pasted as one line."""
MARKER_LENGTH = 12
LAST_MARK_LENGTH = 60
"""Up to this many characters, a paragraph's last sentence may be an editor's mark."""


class Segment(NamedTuple):
    """A span of one kind. `heading` is set where a heading or numbered paragraph begins; `bare` tells
    a heading without a number."""

    start: int
    end: int
    paragraph_index: int
    kind: SentenceKind
    heading: Heading | None
    bare: bool


def _begins_part(text: str, start: int) -> bool:
    found = marker(text[start : start + MARKER_LENGTH])
    return found is not None and found.level == PART_LEVEL


def _continues_series(first: Marker | None, sentence: str) -> bool:
    """Whether a sentence bears a number of the series that its paragraph begins with: （一）…。（二）…。"""
    if first is None:
        return False
    found = marker(sentence[:MARKER_LENGTH])
    return found is not None and found.level == first.level


def is_run_on(text: str, paragraphs: list[tuple[int, int]]) -> bool:
    """Whether a text lost its line breaks, so that headings stand in the middle of paragraphs."""
    if len(text) < RUN_ON_LENGTH * len(paragraphs):
        return False
    return not any(_begins_part(text, start) for start, _ in paragraphs)


def segments(text: str) -> Iterator[Segment]:
    """The sentences of a text in order. Every character but white space is in exactly one."""
    paragraphs = paragraph_spans(text)
    run_on = is_run_on(text, paragraphs)
    for index, (start, end) in enumerate(paragraphs):
        paragraph = text[start:end]
        if is_boilerplate(paragraph):
            yield Segment(start, end, index, "boilerplate", None, False)
        elif marker(paragraph) is None and (title := bare_heading(paragraph)):
            yield Segment(start, end, index, "heading", title, True)
        else:
            yield from _sentences(text, start, end, index, run_on)


def _sentences(text: str, start: int, end: int, index: int, run_on: bool) -> Iterator[Segment]:
    series = marker(text[start : start + MARKER_LENGTH])
    for at, stop in sentence_spans(text, start, end):
        sentence = text[at:stop]
        heading = None
        if at == start or run_on or _continues_series(series, sentence):
            heading = numbered_heading(sentence, run_on=run_on)
        last_mark = at > start and stop == end and stop - at <= LAST_MARK_LENGTH and not stopped(sentence)
        if last_mark and is_boilerplate(sentence):
            yield Segment(at, stop, index, "boilerplate", None, False)
        elif heading is None or heading.length == 0:
            yield Segment(at, stop, index, "body", heading, False)
        else:
            title_end = at + heading.length
            yield Segment(at, title_end, index, "heading", heading, False)
            rest = text[title_end:stop]
            if body := rest.strip():
                body_start = title_end + len(rest) - len(rest.lstrip())
                yield Segment(body_start, body_start + len(body), index, "body", None, False)
