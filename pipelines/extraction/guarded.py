"""Patterns behind a cheaper question: most texts are told apart by one character or word."""

from __future__ import annotations

import re

from pipelines.extraction.alternatives import Alternatives
from pipelines.extraction.edges import first_characters, last_characters, required


class Containing:
    """A pattern that is tried only on texts with the word that each match contains."""

    def __init__(self, pattern: str) -> None:
        """Compile; a pattern without such a word raises `ValueError`."""
        self._pattern = re.compile(pattern)
        self._word = required(pattern)
        if not self._word:
            raise ValueError(f"no word is in every match of {pattern!r}")

    def search(self, text: str) -> re.Match[str] | None:
        """The first match anywhere."""
        return self._pattern.search(text) if self._word in text else None

    def match(self, text: str) -> re.Match[str] | None:
        """The match at the start."""
        return self._pattern.match(text) if self._word in text else None


class AtEnd:
    """A pattern at the end of a text, tried only where the last character allows it."""

    def __init__(self, pattern: str, window: int | None = None) -> None:
        """Compile a pattern that matches up to the end, within the last characters of a text."""
        self._search = re.compile(f"(?:{pattern})$").search
        self._lasts = last_characters(pattern)
        self._window = window

    @property
    def lasts(self) -> frozenset[str]:
        """What a text must end with; a pattern that any text can end like raises `ValueError`."""
        if self._lasts is None:
            raise ValueError("the pattern matches at the end of any text")
        return self._lasts

    def search(self, text: str) -> re.Match[str] | None:
        """The match; with a window its offsets count from the window's start."""
        if self._lasts is not None and text[-1:] not in self._lasts:
            return None
        return self._search(text if self._window is None else text[-self._window :])


class AtStart:
    """Patterns at the start of a text, tried only where the first character allows them or the text
    holds what the others need."""

    def __init__(self, patterns: list[str]) -> None:
        """Compile patterns that are tried in this order."""
        branches = [(f"branch{index}", pattern) for index, pattern in enumerate(patterns)]
        self._alternatives = Alternatives(branches)
        firsts = [first_characters(pattern) for pattern in patterns]
        self._firsts = frozenset().union(*(first for first in firsts if first is not None))
        self._needed = [
            required(pattern) for pattern, first in zip(patterns, firsts, strict=True) if first is None
        ]

    def match(self, text: str) -> re.Match[str] | None:
        """The match of the first pattern that has one; None for an empty text."""
        char = text[:1]
        if not char or not (
            char in self._firsts
            or char.isdecimal()
            or char.isspace()
            or any(word in text for word in self._needed)
        ):
            return None
        return self._alternatives.match(text, 0)
