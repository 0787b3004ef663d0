"""Names that the catalogue knows, asked about while a name's edges are being found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

_SHORTEST = 2


class KnownNames:
    """Every name and alias of the catalogue. A look-up tries only the lengths of names that share the
    two characters at the edge, so it costs a few dictionary probes."""

    def __init__(self, names: Iterable[str]) -> None:
        """Index the names by their text and by their first and last two characters."""
        self._names = frozenset(name for name in names if len(name) >= _SHORTEST)
        self._longest = max(map(len, self._names), default=0)
        openings: dict[str, set[int]] = defaultdict(set)
        endings: dict[str, set[int]] = defaultdict(set)
        for name in self._names:
            openings[name[:_SHORTEST]].add(len(name))
            endings[name[-_SHORTEST:]].add(len(name))
        self._openings = {pair: tuple(sorted(lengths, reverse=True)) for pair, lengths in openings.items()}
        self._endings = {pair: tuple(sorted(lengths, reverse=True)) for pair, lengths in endings.items()}

    def is_known(self, name: str) -> bool:
        """Whether the whole text is a known name."""
        return name in self._names

    def at_end(self, text: str) -> str:
        """The longest known name that the text ends with, else ''."""
        for length in self._endings.get(text[-_SHORTEST:], ()):
            if text[-length:] in self._names:
                return text[-length:]
        return ""

    def starts(self, text: str) -> bool:
        """Whether the text starts with a known name."""
        return self.length_at_start(text) > 0

    def length_at_start(self, text: str) -> int:
        """How long the longest known name is that the text starts with; 0 for none."""
        for length in self._openings.get(text[:_SHORTEST], ()):
            if text[:length] in self._names:
                return length
        return 0

    def covers(self, text: str, start: int, end: int) -> bool:
        """Whether a known name begins before a span and holds it."""
        for begin in range(max(0, start - self._longest), start):
            for length in self._openings.get(text[begin : begin + _SHORTEST], ()):
                if begin + length < end:
                    break  # the lengths fall
                if text[begin : begin + length] in self._names:
                    return True
        return False
