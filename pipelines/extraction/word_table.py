"""Words of the rules, looked up at the edges of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A rule's word: which rule, what kind, which word."""

    rule_id: str
    kind: str
    word: str


class WordTable:
    """Words looked up at the edge of a string, longest first.

    Only words that share the two characters at the edge are tried; most texts share not even one.
    """

    def __init__(self, words: Iterable[Word]) -> None:
        """Index the words; of two rules with one word the first wins."""
        self._words: dict[str, Word] = {}
        for word in words:
            self._words.setdefault(word.word, word)
        longer = sorted(
            (word for word in self._words.values() if len(word.word) > 1), key=_length, reverse=True
        )
        self._lasts = frozenset(word[-1] for word in self._words)
        self._firsts = frozenset(word[0] for word in self._words)
        self._endings: dict[str, tuple[Word, ...]] = {}
        self._openings: dict[str, tuple[Word, ...]] = {}
        for word in longer:
            ending, opening = word.word[-2:], word.word[:2]
            self._endings[ending] = (*self._endings.get(ending, ()), word)
            self._openings[opening] = (*self._openings.get(opening, ()), word)

    @property
    def lasts(self) -> frozenset[str]:
        """The last characters of the words."""
        return self._lasts

    def at_end(self, text: str) -> Word | None:
        """The longest word that the text ends with."""
        last = text[-1:]
        if last not in self._lasts:
            return None
        for word in self._endings.get(text[-2:], ()):
            if text.endswith(word.word):
                return word
        return self._words.get(last)

    def at(self, text: str, position: int = 0) -> Word | None:
        """The longest word that starts at a position."""
        first = text[position : position + 1]
        if first not in self._firsts:
            return None
        for word in self._openings.get(text[position : position + 2], ()):
            if text.startswith(word.word, position):
                return word
        return self._words.get(first)

    def get(self, text: str) -> Word | None:
        """The word that is the whole text."""
        return self._words.get(text)


def _length(word: Word) -> int:
    return len(word.word)
