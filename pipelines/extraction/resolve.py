"""Step 5b: measure, sign, unit, sector, commitment and area of a reading."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.extraction.runs import compile_once_a_run
from pipelines.extraction.scanner import alternation

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon
    from pipelines.extraction.places import Place
    from pipelines.extraction.readings import Reading

_REMEMBERED_NAMES = 65_536


class Resolver:
    """The rules of rules/measures.yml, sector_words.yml, commitments.yml and areas.yml, compiled."""

    def __init__(self, rules: dict[str, Any], lexicon: Lexicon) -> None:
        """Compile."""
        measures = rules["measures"]
        self._lexicon = lexicon
        self._growth_ends = tuple(measures["growth_names"])
        self._growth_exceptions = tuple(measures["growth_name_exceptions"])
        self._decline_ends = tuple(measures["decline_names"])
        self._price_ends = tuple(measures["price_names"])
        self._index_ends = tuple(measures["index_names"])
        self._ratio_ends = tuple(measures["ratio_names"])
        self._sectors = {
            word: rule["sector"] for rule in reversed(rules["sector_words"]) for word in rule["words"]
        }
        self._sector_words = re.compile(alternation(self._sectors))
        areas = rules["areas"]
        self._area_parts = compile_once_a_run("|".join(rule["pattern"] for rule in areas["parts"]))
        self._national: tuple[str, ...] = tuple(areas["national"])
        # Names and headings recur all over a corpus; what they say by themselves stays the same.
        self._part_of = lru_cache(_REMEMBERED_NAMES)(self._part_that_opens)
        self.sector_of_phrase = lru_cache(_REMEMBERED_NAMES)(self.sector_of_words)

    def measure(self, reading: Reading) -> str:
        """One of the closed list `measure`."""
        quantity, predicate = reading.quantity, reading.predicate
        if quantity.is_rank:
            return "rank"
        unit = quantity.unit_text
        if unit == self._lexicon.words.ratio_unit or (not unit and reading.name.endswith(self._ratio_ends)):
            return "ratio"
        if unit not in self._lexicon.words.share_units:
            return "level"
        if predicate.share:
            return "share"
        name = reading.name
        if name.endswith(self._growth_ends) and not name.endswith(self._growth_exceptions):
            return "growth"
        if predicate.direction is not None and not predicate.to and not reading.is_baseline:
            return "growth"
        if name.endswith(self._price_ends):
            return "growth"
        return "share"

    def sign(self, reading: Reading, measure: str) -> int:
        """-1 where the words say a decline of a rate or of percentage points, or a change downwards."""
        predicate = reading.predicate
        if measure == "growth" and reading.name.endswith(self._decline_ends):
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
        return name.endswith(self._index_ends) or name.endswith(self._ratio_ends)

    def unit_text(self, reading: Reading) -> str | None:
        """The printed unit; a ratio printed as a bare number (收入比1.74) is a multiple."""
        unit = reading.quantity.unit_text
        return unit or (self._lexicon.words.ratio_unit if reading.name.endswith(self._ratio_ends) else None)

    def sector_of_words(self, text: str) -> str | None:
        """The sector of the longest sector word of a text, of two as long the first."""
        best = ""
        for word in self._sector_words.findall(text):
            if len(word) > len(best):
                best = word
        return self._sectors.get(best)

    def commitment(self, before: str, opening: str = "") -> tuple[str, str | None]:
        """The commitment of a target and the word that says so.

        Args:
            before: the clause left of the value.
            opening: what stands before the clause; it counts where it is only a commitment with its time
                (力争到2030年，).
        """
        opened = self._lexicon.commitment_opening.search(opening)
        last = None if opened is None else opened["word"]
        for match in self._lexicon.commitment_pattern.finditer(before):
            last = match.group()
        if last is None:
            return "plain", None
        word = self._lexicon.commitments.get(last)
        return ("plain", None) if word is None else (word.kind, last)

    def area(self, reading: Reading, clause_left: str, within: str) -> tuple[str, str | None, str | None]:
        """The place that a reading is about, where it is not the document's own.

        Args:
            reading: what was read.
            clause_left: the clause before the value, '' where its sentence names no part of a place.
            within: the code of the document's place.

        Returns:
            (name without the place, words for the place or None, its code or None).
        """
        name = reading.name
        if reading.areas:
            place = self._place(reading.areas[0], within) if len(reading.areas) == 1 else None
            if place is not None and place.ref_area == within:
                return name, None, None
            return name, "、".join(reading.areas), place.ref_area if place else None
        length, code = self._part_of(name)
        if length:
            return name[length:], name[:length], code
        in_clause = self._area_parts.search(clause_left) if clause_left else None
        if (
            in_clause is not None
            and reading.name not in in_clause.group()
            and in_clause.group() not in reading.rank_scope
        ):
            return name, in_clause.group(), None
        return name, None, None

    def _place(self, words: str, within: str) -> Place | None:
        return self._lexicon.place_of_whole(words, within) or self._lexicon.catalogue.place(words, within)

    def names_part(self, text: str) -> bool:
        """Whether a text names parts of a place anywhere."""
        return self._area_parts.search(text) is not None

    def _part_that_opens(self, name: str) -> tuple[int, str | None]:
        """How many characters of a name say which part of the place it is about, and the code of the
        nation where it is that."""
        part = self._area_parts.match(name)
        if part is not None and part.end() < len(name):
            return part.end(), None
        for nation in self._national:
            if name.startswith(nation):
                if len(nation) < len(name) - 1:
                    return len(nation), "100000"
                break
        named_part = self._lexicon.named_part.match(name)
        if named_part is not None and self._lexicon.known.is_known(name[named_part.end() :]):
            return named_part.end(), None
        return 0, None
