"""Which paragraphs are headings: numbered ones of four levels, and short lines without a number."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pipelines.documents.rule_schema import HeadingRule
from pipelines.documents.wording import outline_rules, plain

PART_LEVEL = 1
ITEM_LEVEL = 3
BARE_LEVEL = 5
"""A heading without a number stands below all numbered ones."""


class Marker(NamedTuple):
    """The number in front of a heading."""

    level: int
    length: int
    first: bool


class Heading(NamedTuple):
    """A heading at the start of a passage.

    `length` counts the characters of the passage that are nothing but heading; 0 where the number
    opens a sentence that asserts something itself. `title` is what the section is called.
    """

    level: int
    first: bool
    length: int
    title: str


@cache
def _markers() -> tuple[re.Pattern[str], tuple[HeadingRule, ...], tuple[re.Pattern[str], ...]]:
    rules = outline_rules().headings
    alternation = "|".join(f"({rule.pattern})" for rule in rules)
    return re.compile(alternation), rules, tuple(re.compile(rule.first) for rule in rules)


@cache
def _title_patterns() -> dict[str, re.Pattern[str]]:
    rules = outline_rules()
    names = ("heading_is_statement", "lead_clause", "title_gap", "run_on_title", "bare_title", "title_stop")
    return {name: re.compile(getattr(rules, name)) for name in names}


def _tidy(title: str) -> str:
    """A title without line breaks, doubled spaces and the full stop at its end."""
    return _title_patterns()["title_stop"].sub("", " ".join(title.split()))


def marker(passage: str) -> Marker | None:
    """The heading number that a passage begins with."""
    alternation, rules, firsts = _markers()
    match = alternation.match(passage)
    if match is None or match.lastindex is None:
        return None
    rule = match.lastindex - 1
    return Marker(rules[rule].level, match.end(), bool(firsts[rule].match(match[0])))


def numbered_heading(sentence: str, *, run_on: bool = False) -> Heading | None:
    """The numbered heading that a sentence begins with, if any.

    Args:
        sentence: the first sentence of a paragraph.
        run_on: the text has no line breaks, so that a title may run on into the text after it.
    """
    found = marker(sentence)
    if found is None:
        return None
    rest = sentence[found.length :]
    if not rest:
        return None
    patterns = _title_patterns()
    limit = outline_rules().heading_limits.max_title
    end = patterns["title_gap"].match(rest)
    if end is None and run_on and len(rest) > limit:
        end = patterns["run_on_title"].match(rest)
    if end is not None:
        return Heading(found.level, found.first, found.length + end.end(), _tidy(end[0]))
    if len(rest) <= limit and not patterns["heading_is_statement"].search(plain(rest)):
        return Heading(found.level, found.first, len(sentence), _tidy(rest))
    lead = patterns["lead_clause"].match(rest)
    return Heading(found.level, found.first, 0, _tidy(lead[0]) if lead else "")


def bare_heading(paragraph: str) -> Heading | None:
    """A short paragraph that ends without punctuation and asserts nothing: a heading without a number."""
    if len(paragraph) > outline_rules().heading_limits.max_bare_title:
        return None
    patterns = _title_patterns()
    if not patterns["bare_title"].match(paragraph):
        return None
    words = plain(paragraph)
    if re.match(outline_rules().wording.bullet, words) or patterns["heading_is_statement"].search(words):
        return None
    return Heading(BARE_LEVEL, False, len(paragraph), _tidy(paragraph))
