"""Clauses with slots: `{A}[A level]，[A growth]` as a list of parts, parsed once.

`{A}`, `{B}` and `{*}` are names, `[A form option...]` numbers with the words that tie them, other words in
braces are of the scene (`{upper}`, `{base}`). Forms and options are listed in `rules/statements.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PART = re.compile(r"\{(?P<word>[^{}]+)\}|\[(?P<slot>[^\[\]]+)\]|(?P<text>[^{}\[\]]+)")
_ORDER = "AB"


@dataclass(frozen=True, slots=True)
class Literal:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the scene, or the name of what is measured."""

    key: str

    @property
    def at(self) -> int | None:
        """Which of the names it is; None for all of them and for a word of the scene."""
        return _ORDER.index(self.key) if self.key in _ORDER else None


@dataclass(frozen=True, slots=True)
class Slot:
    """A number: of which name, in which form, with which options."""

    name: str
    form: str
    options: frozenset[str]

    @property
    def at(self) -> int:
        """Which of the names it is of."""
        return _ORDER.index(self.name)


Part = Literal | Word | Slot


@dataclass(frozen=True, slots=True)
class Template:
    """A clause: `least` to `most` names in it; `needs` is the word of the scene it can't do without."""

    template_id: str
    parts: tuple[Part, ...]
    least: int
    most: int
    needs: str | None

    @property
    def words(self) -> frozenset[str]:
        """The words of the scene, and names, that stand in it."""
        return frozenset(part.key for part in self.parts if isinstance(part, Word))

    @property
    def asks_growth(self) -> bool:
        """Whether a rate of growth stands in it, which not every indicator is given."""
        return any(isinstance(part, Slot) and part.form in ("growth", "stretch") for part in self.parts)


def parse(entry: Mapping[str, Any]) -> Template:
    """A template as `rules/statements.yml` writes it.

    Raises:
        ValueError: the text holds a bracket that is not closed.
    """
    parts: list[Part] = []
    end = 0
    for match in _PART.finditer(entry["text"]):
        if match.start() != end:
            break
        end = match.end()
        if match["text"]:
            parts.append(Literal(match["text"]))
        elif match["word"]:
            parts.append(Word(match["word"]))
        else:
            name, form, *options = match["slot"].split()
            parts.append(Slot(name, form, frozenset(options)))
    if end != len(entry["text"]):
        raise ValueError(f"template {entry['id']}: {entry['text']!r} has an open bracket at {end}")
    least, most = entry.get("names", (1, 1))
    return Template(entry["id"], tuple(parts), least, most, entry.get("needs"))
