"""Names that the catalogue knows, asked about while a name's edges are being found."""

from __future__ import annotations

from collections.abc import Iterable


class KnownNames:
    """Every name and alias of the catalogue; look-ups cost a bounded number of dictionary probes."""

    def __init__(self, names: Iterable[str]) -> None:
        """Index the names by their text and by the lengths that occur."""
        self._names = frozenset(name for name in names if len(name) > 1)
        self._lengths = sorted({len(name) for name in self._names}, reverse=True)
        self._longest = self._lengths[0] if self._lengths else 0

    def is_known(self, name: str) -> bool:
        """Whether the whole text is a known name."""
        return name in self._names

    def at_end(self, text: str) -> str:
        """The longest known name that the text ends with, else ''."""
        for length in self._lengths:
            if length <= len(text) and text[-length:] in self._names:
                return text[-length:]
        return ""

    def starts(self, text: str) -> bool:
        """Whether the text starts with a known name."""
        return self.length_at_start(text) > 0

    def length_at_start(self, text: str) -> int:
        """How long the longest known name is that the text starts with; 0 for none."""
        return next((length for length in self._lengths if text[:length] in self._names), 0)

    def covers(self, text: str, start: int, end: int) -> bool:
        """Whether a known name begins before a span and holds it."""
        first = max(0, start - self._longest)
        for begin in range(first, start):
            for stop in range(end, min(len(text), begin + self._longest) + 1):
                if text[begin:stop] in self._names:
                    return True
        return False
