"""Named patterns of which the first that matches counts, tried only where their characters stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.extraction.edges import (
    DIGIT,
    SPACE,
    Characters,
    after_number,
    allows,
    first_characters,
    preceding,
)
from pipelines.extraction.runs import compile_once_a_run

Branch = tuple[str, str]
"""Name of the group and its pattern."""
_Compiled = re.Pattern[str] | None

_LOOK_AHEAD = 32
_NUMBER = re.compile(rf"[\d.,\s]{{1,{_LOOK_AHEAD}}}")
"""As far as it is looked for the end of a number. Without a bound, a line of `1,1,1,` would be looked
through to its end from each of its digits."""
_RUN = re.compile("[0-9]*")
_DIGITS = frozenset("0123456789")


class Alternatives:
    """Finds what `re.compile("(?P<a>...)|(?P<b>...)")` finds, without trying each branch everywhere.

    At a digit the characters around the number say which branches can match, elsewhere the character
    itself does. Only branches that can't match are left out; the order of the others stays.
    """

    def __init__(self, branches: Sequence[Branch], start: str | None = None) -> None:
        """Sort the branches by the characters that they need.

        Args:
            branches: in the order in which they are tried.
            start: a class of the characters where a match may begin; None for wherever a branch can.
        """
        self._patterns: dict[tuple[Branch, ...], _Compiled] = {(): None}
        self._firsts = [(branch, first_characters(branch[1])) for branch in branches]
        self._after_numbers = [
            (branch, after_number(branch[1]))
            for branch, first in self._firsts
            if first is None or any(char == DIGIT or char.isdecimal() for char in first)
        ]
        self._preceded = {branch: _named(preceding(branch[1])) for branch, _ in self._after_numbers}
        self._preceding = frozenset().union(*(found or () for found in self._preceded.values()))
        # Filled with the characters that texts bring: a few thousand at most.
        self._at: dict[str, _Compiled] = {}
        self._after: dict[str, _Compiled] = {}
        self._after_preceded: dict[str, _Compiled] = {}
        self._in_long_numbers = (
            self._joined([one for one, _ in self._after_numbers if self._preceded[one] is None]),
            self._joined([one for one, _ in self._after_numbers]),
        )
        self._asks_after = any(after is not None for _, after in self._after_numbers)
        self._search = re.compile(start or _class(first for _, first in self._firsts)).search

    def match(self, text: str, at: int) -> re.Match[str] | None:
        """The match that begins at an offset; `lastgroup` names its branch."""
        char = text[at]
        if char in _DIGITS and self._asks_after:
            pattern = self._at_number(text, at)
        elif char in self._at:
            pattern = self._at[char]
        else:
            pattern = self._at[char] = self._allowing(self._firsts, char)
        return None if pattern is None else pattern.match(text, at)

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Every match that is not empty, from left to right, without overlap."""
        search = self._search
        at = 0
        while (start := search(text, at)) is not None:
            at = start.start()
            match: re.Match[str] | None = None
            if text[at] not in _DIGITS or not self._asks_after:
                match = self.match(text, at)
            elif (pattern := self._at_number(text, at)) is not None:
                match = pattern.match(text, at)
            else:
                # What stands after the number is the same for each of its other digits.
                digits = _RUN.match(text, at + 1)
                at = at if digits is None else digits.end() - 1
            if match is None or match.end() == at:
                at += 1
                continue
            yield match
            at = match.end()

    def _at_number(self, text: str, at: int) -> _Compiled:
        number = _NUMBER.match(text, at)
        end = at if number is None else number.end()
        is_preceded = at > 0 and text[at - 1] in self._preceding
        if end - at == _LOOK_AHEAD:
            return self._in_long_numbers[is_preceded]
        char = text[end : end + 1]
        if is_preceded:
            if char not in self._after_preceded:
                self._after_preceded[char] = self._allowing(self._after_numbers, char)
            return self._after_preceded[char]
        if char not in self._after:
            unpreceded = [one for one in self._after_numbers if self._preceded[one[0]] is None]
            self._after[char] = self._allowing(unpreceded, char)
        return self._after[char]

    def _allowing(self, branches: Iterable[tuple[Branch, Characters]], char: str) -> _Compiled:
        """The branches that a character allows, as one pattern."""
        return self._joined([branch for branch, characters in branches if allows(characters, char)])

    def _joined(self, branches: Iterable[Branch]) -> _Compiled:
        """Branches as one pattern, compiled once; None for none."""
        key = tuple(branches)
        if key not in self._patterns:
            named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in key)
            self._patterns[key] = compile_once_a_run(named)
        return self._patterns[key]


def _named(characters: Characters) -> Characters:
    """A set that names each of its characters, none of them a digit; None for any other."""
    if (
        characters is None
        or SPACE in characters
        or any(char == DIGIT or char.isdecimal() for char in characters)
    ):
        return None
    return characters


def _class(firsts: Iterable[Characters]) -> str:
    """A pattern for one character of any of the sets."""
    characters: set[str] = set()
    for first in firsts:
        if first is None:
            return "(?s:.)"
        characters |= first
    return f"[{''.join(char if char in (DIGIT, SPACE) else re.escape(char) for char in sorted(characters))}]"
