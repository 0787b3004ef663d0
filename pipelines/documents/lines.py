"""Text -> paragraphs, as spans. Lines that were broken at a fixed width are taken together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.documents.furniture import is_boilerplate
from pipelines.documents.headings import numbered_heading
from pipelines.documents.wording import outline_rules

LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
LONG_LINE = 200
"""Only in a line of more characters than this can a gap of white space stand for a line break."""

MIN_LINES = 8
MAX_WIDTH = 170
"""A wider line is a paragraph, not a line of a page (two columns of 40 Chinese characters)."""
INDENTATION = 4
"""Columns of the two blanks before a paragraph's first line."""
CUT_SHORT = 0.6
"""Share of a full line from which one that ends in the middle of a sentence may go on."""
NEAR_FULL = 0.75
"""Share of the usual width from which a line counts as full (some characters don't begin a line)."""


class Line(NamedTuple):
    """A line that is not blank: its span without surrounding white space."""

    start: int
    end: int
    indented: bool
    after_blank: bool


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    rules = outline_rules().lines
    return {name: re.compile(getattr(rules, name)) for name in type(rules).model_fields}


def _lines(text: str) -> list[Line]:
    indented = _patterns()["indented"]
    found: list[Line] = []
    previous_end = 0
    for match in LINE.finditer(text):
        raw = match[0]
        body = raw.strip()
        if not body:
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        breaks = len(BREAK.findall(text, previous_end, start)) if found else 0
        found.append(Line(start, start + len(body), bool(indented.match(raw)), breaks > 1))
        previous_end = start + len(body)
    return found


def _width(passage: str) -> int:
    """Columns on a page: two for a Chinese character, one for a Latin one."""
    return len(passage.encode("gb18030", errors="replace"))


def wrap_width(text: str, lines: list[Line]) -> int | None:
    """The width from which a line of a hard-wrapped text is full, None where each line is a paragraph.

    A text is hard-wrapped where most lines are about as wide as the widest ones, and most of those
    end in the middle of a sentence. What is full is learnt from the lines that do.
    """
    if len(lines) < MIN_LINES:
        return None
    terminal = _patterns()["terminal"]
    widths = [_width(text[line.start : line.end]) for line in lines]
    usual = sorted(widths)[int(len(widths) * 0.9)]
    if usual > MAX_WIDTH:
        return None
    full = [(line, width) for line, width in zip(lines, widths, strict=True) if width >= NEAR_FULL * usual]
    cut = sorted(width for line, width in full if not terminal.search(text[line.end - 1 : line.end]))
    if len(full) >= 0.4 * len(lines) and len(cut) >= 0.6 * len(full):
        return cut[len(cut) // 20]
    return None


def _continues(text: str, before: Line, line: Line) -> bool:
    """Whether a line goes on where the one before it was left unfinished, whatever its width."""
    if line.after_blank:
        return False
    patterns = _patterns()
    return bool(
        patterns["continuing"].match(text, line.start, line.end)
        or patterns["unfinished"].search(text[before.end - 1 : before.end])
    )


def _continues_wrapped(text: str, first: Line, before: Line, line: Line, width: int, indents: bool) -> bool:
    """Whether a line of a hard-wrapped text belongs to the paragraph of the line before it, which began
    with `first`. Where paragraphs are indented, one that is goes on until its sentence ends."""
    if _continues(text, before, line):
        return True
    if line.after_blank or (indents and line.indented):
        return False
    words_before, words = text[before.start : before.end], text[line.start : line.end]
    ended = _patterns()["terminal"].search(words_before)
    least = width * CUT_SHORT if first.indented and not ended else width
    indentation = INDENTATION if before.indented else 0
    if _width(words_before) + indentation < least or is_boilerplate(words) or is_boilerplate(words_before):
        return False
    return not (ended and numbered_heading(words))


def _long_line_pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for gap in _patterns()["gap"].finditer(text, start, end):
        yield at, gap.start()
        at = gap.end()
    yield at, end


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """The paragraphs of a text, in order, as spans without surrounding white space."""
    lines = _lines(text)
    if not lines:
        return []
    width = wrap_width(text, lines)
    indents = width is not None and any(line.indented for line in lines)
    spans: list[tuple[int, int]] = []
    first = lines[0]
    for before, line in pairwise(lines):
        joined = (
            _continues(text, before, line)
            if width is None
            else _continues_wrapped(text, first, before, line, width, indents)
        )
        if not joined:
            spans.append((first.start, before.end))
            first = line
    spans.append((first.start, lines[-1].end))
    return [
        piece
        for start, end in spans
        for piece in (_long_line_pieces(text, start, end) if end - start > LONG_LINE else [(start, end)])
    ]
