"""Which characters a pattern can begin or end with: a cheap question to ask before the pattern itself.

Most patterns of the rules fail at most places, and `re` finds that out the long way: it tries each
branch. The sets are read off the parsed pattern, so a rule that changes takes its sets along. They
are never too small; None stands for any character.
"""

from __future__ import annotations

import importlib
from typing import Any

# The parser of `re` is private to the standard library, but the one description of a pattern that
# can't disagree with what `re` compiles. Python's version is pinned, and tests hold the sets against
# what each pattern matches.
_parser: Any = importlib.import_module("re._parser")
_op: Any = importlib.import_module("re._constants")

DIGIT, SPACE = "\\d", "\\s"
"""Stand in a set for every digit and every white space."""
_NUMBER_PART = frozenset((DIGIT, SPACE, ".", ","))
"""What a number in digits is made of, and the blanks in it."""
_WIDEST_RANGE = 128

Characters = frozenset[str] | None
_Found = tuple[Characters, bool]
"""The characters, and whether the piece can also stand for none of them."""
_NOTHING: _Found = (frozenset(), True)
_ANYTHING: _Found = (None, True)


def first_characters(pattern: str) -> Characters:
    """What a match can begin with; None where it can be empty or begin with anything."""
    found, empty = _sequence(_parser.parse(pattern), frozenset(), backwards=False)
    return None if empty else found


def last_characters(pattern: str) -> Characters:
    """What a text can end with that a pattern matches up to its end (`$` lets a line break follow)."""
    found, empty = _sequence(_parser.parse(pattern), frozenset(), backwards=True)
    return None if empty or found is None or {DIGIT, SPACE} & found else found | {"\n"}


def after_number(pattern: str) -> Characters:
    """Of a match that begins with a digit, the first character that is no part of a number, in the
    match or in what it looks ahead for; None where there need be none."""
    found, empty = _sequence(_parser.parse(pattern), _NUMBER_PART, backwards=False)
    return None if empty else found


def preceding(pattern: str) -> Characters:
    """What must stand before a match; None where a pattern does not begin by looking behind."""
    items = list(_parser.parse(pattern))
    if not items or items[0][0] is not _op.ASSERT or items[0][1][0] > 0:
        return None
    found, empty = _sequence(items[0][1][1], frozenset(), backwards=True)
    return None if empty else found


def required(pattern: str) -> str:
    """The longest text that every match of a pattern contains, as far as its outermost level tells."""
    longest = run = ""
    for op, value in _parser.parse(pattern):
        run = run + chr(value) if op is _op.LITERAL else ""
        longest = max(longest, run, key=len)
    return longest


def allows(characters: Characters, char: str) -> bool:
    """Whether a character ('' at the end of a text) is in a set."""
    if characters is None or char in characters:
        return True
    return (DIGIT in characters and char.isdecimal()) or (SPACE in characters and char.isspace())


def _sequence(items: Any, skipped: frozenset[str], *, backwards: bool) -> _Found:
    found: frozenset[str] = frozenset()
    for item in reversed(list(items)) if backwards else items:
        here, empty = _item(item, skipped, backwards=backwards)
        if here is None:
            return None, empty
        found |= here
        if not empty:
            return found, False
    return found, True


def _item(item: Any, skipped: frozenset[str], *, backwards: bool) -> _Found:
    """One piece of a parsed pattern; `skipped` are characters that count as none."""
    op, value = item
    if op is _op.LITERAL:
        return _without(frozenset((chr(value),)), skipped)
    if op is _op.IN:
        return _without(_members(value), skipped)
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT):
        least, _, inner = value
        found, empty = _sequence(inner, skipped, backwards=backwards)
        return found, empty or least == 0
    if op is _op.SUBPATTERN:
        return _sequence(value[-1], skipped, backwards=backwards)
    if op is _op.BRANCH:
        return _branches(value[1], skipped, backwards=backwards)
    if op is _op.ASSERT:
        ahead = value[0] > 0
        return _sequence(value[1], skipped, backwards=False) if ahead and not backwards else _NOTHING
    if op in (_op.ASSERT_NOT, _op.AT):
        return _NOTHING
    return _ANYTHING


def _branches(branches: Any, skipped: frozenset[str], *, backwards: bool) -> _Found:
    found: frozenset[str] | None = frozenset()
    may_be_empty = False
    for branch in branches:
        here, empty = _sequence(branch, skipped, backwards=backwards)
        found = None if found is None or here is None else found | here
        may_be_empty |= empty
    return found, may_be_empty


def _members(members: Any) -> Characters:
    found: set[str] = set()
    for op, value in members:
        if op is _op.LITERAL:
            found.add(chr(value))
        elif op is _op.RANGE and value[1] - value[0] < _WIDEST_RANGE:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif op is _op.CATEGORY and value is _op.CATEGORY_DIGIT:
            found.add(DIGIT)
        elif op is _op.CATEGORY and value is _op.CATEGORY_SPACE:
            found.add(SPACE)
        else:
            return None
    return frozenset(found)


def _without(found: Characters, skipped: frozenset[str]) -> _Found:
    """A character that counts as none leaves the question to what follows it."""
    if found is None:
        return None, bool(skipped)
    counts_as_none = {
        char for char in found
        if char in skipped
        or (DIGIT in skipped and char.isdecimal())
        or (SPACE in skipped and char.isspace())
    }  # fmt: skip
    return found - counts_as_none, bool(counts_as_none)
