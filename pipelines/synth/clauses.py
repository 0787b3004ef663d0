"""Clauses with their truth: a template, the indicators it is filled with, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.synth.dice import Dice
from pipelines.synth.figures import draw
from pipelines.synth.lexicon import Item, Lexicon
from pipelines.synth.scene import PlaceWords, Scene
from pipelines.synth.wording import printed_unit, wording
from pipelines.synth.writer import Row, Writer

_MONEY = "yuan"
_SIZED = ("flow", "stock", "money_stock")
_INFLATION = 1.05
_INFLATION_BASE = 2016


@dataclass(slots=True)
class Filled:
    """An indicator in a clause: the name it is called by, and the counts drawn for it so far."""

    item: Item
    name: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Clause:
    """What holds for every number of one clause.

    `year` is the year that it names where that is not its part's: it reaches over the rest of the sentence, so
    that nothing follows. A stretched goal reaches over commas, so that it `ends_segment`.
    """

    construction: str
    area: Row = field(default_factory=dict)
    streak: int | None = None
    year: int | None = None
    ends_segment: bool = False


class ClauseContext:
    """What clauses of one report share: the text, the dice, the words, the part they stand in."""

    def __init__(self, writer: Writer, dice: Dice, lexicon: Lexicon, words: PlaceWords, year: int) -> None:
        """What is the same all through the report."""
        self.writer, self.dice, self.lexicon, self.words = writer, dice, lexicon, words
        self.phrases = lexicon.phrases
        self.commitment = "plain"
        self.clause = Clause("")
        self.scene: Scene
        self._inflation = _INFLATION ** (year - _INFLATION_BASE)
        self._size = (0.6 + 0.8 * Dice(words.ref_area, "size").roll()) * words.scale["flow"]

    def segment(self) -> None:
        """A full stop or a semicolon: no commitment reaches over it."""
        self.commitment = "plain"

    def commit(self) -> None:
        """In a promise, perhaps a word of commitment; it holds until the segment ends."""
        if self.scene.promises and self.commitment == "plain":
            word, self.commitment = self.lexicon.commitments.draw(self.dice)
            self.writer.write(word)

    def bound(self, direction: str) -> str:
        """How hard the next number is, by what reports and promises usually say."""
        mood = "promised" if self.scene.promises else "reported"
        return self.lexicon.bounds[mood, direction].draw(self.dice)

    def count_of(self, item: Item) -> int:
        """A level of an indicator at the size of the place, as a count of its last decimal."""
        size = 1.0
        if item.kind in _SIZED:
            size = self._size * self._inflation if item.unit_text == printed_unit(_MONEY) else self._size
        return draw(self.dice, item.low, item.high, item.decimals, size)

    def truth(
        self,
        name: str,
        core: str,
        measure: str,
        value: float | None,
        unit_text: str | None,
        *,
        sector: Sequence[str],
        indicator_id: str | None,
        bound: str | None = "point",
        value_upper: float | None = None,
        modifier: str = "",
        basis: str | None = None,
        first: int | None = None,
        optional: bool = False,
    ) -> Row:
        """The gold row of a number, but for its span."""
        scene, clause = self.scene, self.clause
        return {
            "indicator_text": name,
            "indicator_id": indicator_id,
            "core": core,
            "measure": measure,
            "value": value,
            "value_upper": value_upper,
            "unit_text": unit_text,
            "bound": bound,
            "modifier_text": modifier or None,
            "target_type": scene.target_type if clause.year is None else "plan_target",
            "year": scene.year if clause.year is None else clause.year,
            "period_start_year": first,
            "growth_basis": basis,
            "commitment": self.commitment if scene.promises else None,
            "streak_years": clause.streak,
            "area_text": None,
            "sector": list(sector),
            "optional": optional,
            "construction": clause.construction,
            **clause.area,
        }

    def about(self, one: Filled, measure: str, value: float | None, unit: str | None, **more: Any) -> Row:
        """The gold row of a number of an indicator; `more` as `truth` takes it, and `name`."""
        more.setdefault("indicator_id", one.item.indicator_id)
        name = more.pop("name", one.name)
        return self.truth(name, one.name, measure, value, unit, sector=[one.item.sector], **more)


def scene_words(context: ClauseContext, keys: frozenset[str]) -> Mapping[str, str]:
    """The words of the scene that a template asks for; a part of the place goes into its truth."""
    scene, words, dice, clause = context.scene, context.words, context.dice, context.clause
    said = {
        "upper": words.upper,
        "last": str(scene.report_year - 1),
        "base": str(scene.before),
        "end": str(scene.year),
    }
    if "field" in keys:
        said["field"] = dice.pick(words.fields)
    if "part" in keys:
        said["part"], code = dice.pick(words.parts)
        clause.area = {"area_text": said["part"], "ref_area": code}
    if "parts" in keys:
        said["parts"] = wording().marks.enumeration.join(name for name, _ in dice.shuffled(words.parts)[:2])
        clause.area = {"area_text": said["parts"], "ref_area": None}
    if "streak" in keys:
        clause.streak = dice.whole(2, 12)
        said["streak"] = str(clause.streak)
    if "ahead" in keys:
        clause.year = scene.year + dice.whole(1, 3)
        said["ahead"] = str(clause.year)
    return said
