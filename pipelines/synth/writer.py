"""A text as it grows, and the truth of every number in it: its span is known the moment it is written."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


class Writer:
    """Collects pieces of text and the rows of its gold file."""

    __slots__ = ("_pieces", "length", "rows")

    def __init__(self) -> None:
        """An empty text."""
        self._pieces: list[str] = []
        self.length = 0
        self.rows: list[Row] = []

    def write(self, text: str) -> None:
        """Words that assert no number."""
        self._pieces.append(text)
        self.length += len(text)

    def assert_number(self, printed: str, truth: Row, *others: Row) -> None:
        """A number as printed, with what it says; `others` where several names share it."""
        start, end = self.length, self.length + len(printed)
        for row in (truth, *others):
            self.rows.append({"char_start": start, "char_end": end, "source_text": printed, **row})
        self.write(printed)

    def text(self) -> str:
        """All that was written."""
        return "".join(self._pieces)
