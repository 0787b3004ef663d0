"""Page furniture: lines of a web page or a printed page that are no part of the report."""

from __future__ import annotations

import re
from functools import cache

from pipelines.documents.wording import outline_rules, plain

PAGE_NUMBER = "boilerplate.page_number"


@cache
def _page_number() -> re.Pattern[str]:
    rules = {rule.id: rule for rule in outline_rules().boilerplate.rules}
    return re.compile(rules[PAGE_NUMBER].pattern)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rules = outline_rules().boilerplate.rules
    starting = [
        rf"(?!{rule.except_}){rule.pattern}" if rule.except_ else rule.pattern
        for rule in rules
        if not rule.within
    ]
    return (
        re.compile("|".join(f"(?:{pattern})" for pattern in starting)),
        re.compile("|".join(f"(?:{rule.pattern})" for rule in rules if rule.within)),
    )


def is_boilerplate(passage: str) -> bool:
    """Whether a line or sentence is page furniture (origin, editor, buttons, copyright, page number)."""
    if len(passage) > outline_rules().boilerplate.max_length:
        return False
    starting, within = _patterns()
    words = plain(passage)
    return bool(starting.match(words) or within.search(words))


def is_page_number(line: str) -> bool:
    """Whether a line is nothing but the number of a page."""
    return _page_number().match(plain(line)) is not None
