"""Step 5b: measure, sign, unit, sector, commitment and area of a reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon
    from pipelines.extraction.readings import Reading


class Resolver:
    """The rules of rules/measures.yml, sector_words.yml, commitments.yml and areas.yml, compiled."""

    def __init__(self, rules: dict[str, Any], lexicon: Lexicon) -> None:
        """Compile."""
        measures = rules["measures"]
        self._lexicon = lexicon
        self._growth_end = _ends(measures["growth_names"])
        self._growth_exception = _ends(measures["growth_name_exceptions"])
        self._decline_end = _ends(measures["decline_names"])
        self._price_end = _ends(measures["price_names"])
        self._index_end = _ends(measures["index_names"])
        self._ratio_end = _ends(measures["ratio_names"])
        self._sectors = {
            word: rule["sector"] for rule in reversed(rules["sector_words"]) for word in rule["words"]
        }
        self._sector_pattern = re.compile(
            "|".join(re.escape(word) for word in sorted(self._sectors, key=lambda word: (-len(word), word)))
        )
        areas = rules["areas"]
        self._area_parts = re.compile("(?:" + "|".join(rule["pattern"] for rule in areas["parts"]) + ")")
        self._national = re.compile("(?:" + "|".join(areas["national"]) + ")")

    def measure(self, reading: Reading) -> str:
        """One of the closed list `measure`."""
        quantity, predicate = reading.quantity, reading.predicate
        if quantity.is_rank:
            return "rank"
        unit = quantity.unit_text
        if unit == self._lexicon.words.ratio_unit or (not unit and self._ratio_end.search(reading.name)):
            return "ratio"
        if unit not in self._lexicon.words.share_units:
            return "level"
        if predicate.share:
            return "share"
        name = reading.name
        if self._growth_end.search(name) and not self._growth_exception.search(name):
            return "growth"
        if predicate.direction is not None and not predicate.to and not reading.is_baseline:
            return "growth"
        if self._price_end.search(name):
            return "growth"
        return "share"

    def sign(self, reading: Reading, measure: str) -> int:
        """-1 where the words say a decline of a rate or of percentage points, or a change downwards."""
        predicate = reading.predicate
        if measure == "growth" and self._decline_end.search(reading.name):
            return -1
        if predicate.direction != "down" or predicate.to or reading.is_baseline:
            return 1
        return 1 if reading.is_flow else -1

    def name(self, reading: Reading, measure: str) -> str:
        """The indicator's name; an absolute change is told apart from the level it changes."""
        predicate = reading.predicate
        is_change = predicate.direction is not None and not predicate.to and not reading.is_baseline
        if (
            measure == "level"
            and is_change
            and reading.quantity.unit_text != self._lexicon.words.points_unit
            and not reading.is_flow
        ):
            suffix = self._lexicon.change_suffix
            return reading.name if reading.name.endswith(suffix) else reading.name + suffix
        return reading.name

    def is_index(self, name: str) -> bool:
        """Whether a number without a unit can be the value of this name."""
        return self._index_end.search(name) is not None or self._ratio_end.search(name) is not None

    def unit_text(self, reading: Reading) -> str | None:
        """The printed unit; a ratio printed as a bare number (收入比1.74) is a multiple."""
        unit = reading.quantity.unit_text
        return unit or (self._lexicon.words.ratio_unit if self._ratio_end.search(reading.name) else None)

    def sector(
        self, name: str, catalogued: str | None, clause: str, section_path: tuple[str, ...]
    ) -> str | None:
        """The catalogue's sector, else by the words of the name, of its clause, of the headings."""
        if catalogued:
            return catalogued
        for text in (name, clause, *reversed(section_path)):
            hits = self._sector_pattern.findall(text)
            if hits:
                best = max(hits, key=lambda word: (len(word), -hits.index(word)))
                return str(self._sectors[best])
        return None

    def commitment(self, before: str) -> tuple[str, str | None]:
        """The commitment of a target and the word that says so, from the clause left of the value."""
        last = None
        for match in self._lexicon.commitment_pattern.finditer(before):
            last = match.group()
        if last is None:
            return "plain", None
        word = self._lexicon.commitments.get(last)
        return ("plain", None) if word is None else (word.kind, last)

    def area(self, reading: Reading, clause_left: str, within: str) -> tuple[str, str | None, str | None]:
        """The place that a reading is about, where it is not the document's own.

        Returns:
            (name without the place, words for the place or None, its code or None).
        """
        name = reading.name
        if reading.areas:
            place = (
                self._lexicon.catalogue.place(reading.areas[0], within) if len(reading.areas) == 1 else None
            )
            if place is not None and place.ref_area == within:
                return name, None, None
            return name, "、".join(reading.areas), place.ref_area if place else None
        part = self._area_parts.match(name)
        if part is not None and part.end() < len(name):
            return name[part.end() :], part.group(), None
        national = self._national.match(name)
        if national is not None and national.end() < len(name) - 1:
            return name[national.end() :], national.group(), "100000"
        named_part = self._lexicon.named_part.match(name)
        if named_part is not None and self._lexicon.known.is_known(name[named_part.end() :]):
            return name[named_part.end() :], named_part.group(), None
        in_clause = self._area_parts.search(clause_left)
        if in_clause is not None and reading.name not in in_clause.group():
            return name, in_clause.group(), None
        return name, None, None


def _ends(words: list[str]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(re.escape(word) for word in words) + ")$")
