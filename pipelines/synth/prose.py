"""Sentences that assert no number: policy prose, and decoys whose numbers are none."""

from __future__ import annotations

from pipelines.synth.dice import Dice
from pipelines.synth.lexicon import Lexicon
from pipelines.synth.wording import wording


class Prose:
    """Draws sentences without a statement for one report."""

    def __init__(self, lexicon: Lexicon, dice: Dice, year: int, plan: str) -> None:
        """`plan` is the five-year plan that decoys speak of."""
        self._lexicon, self._dice, self._year, self._plan = lexicon, dice, year, plan
        self._decoy_share: float = lexicon.layout["decoy_share"]

    def sentence(self, theme: str, promises: bool) -> str:
        """One sentence about a theme; now and then a decoy."""
        if theme != "self" and self._dice.roll() < self._decoy_share:
            return self._decoy()
        pattern = self._lexicon.patterns["work" if promises or theme == "self" else "review"].draw(self._dice)
        clauses = self._lexicon.clauses_of[theme]
        acts = self._dice.some(clauses["act"], pattern.count("{a}"))
        results = self._dice.some(clauses["result"], pattern.count("{r}"))
        pieces = pattern.split("{")
        said = [pieces[0]]
        for piece in pieces[1:]:
            said.append((acts if piece[0] == "a" else results).pop())
            said.append(piece[2:])
        return "".join(said)

    def opener(self, theme: str, promises: bool) -> str:
        """A clause of policy before a number."""
        return self._dice.pick(self._lexicon.clauses_of[theme]["act" if promises else "result"])

    def closing(self, length: int) -> str:
        """The last paragraph, about so long."""
        clauses, marks = self._lexicon.clauses_of["closing"], wording().marks
        text = marks.comma.join(self._dice.some(clauses["act"], 3)) + marks.stop
        while len(text) < length - 60:
            text += self.sentence("self", promises=True)
        return text + marks.comma.join(clauses["result"]) + marks.exclamation

    def number(self, low: int, high: int) -> str:
        """A number below a hundred as a Chinese word: 12 -> 十二."""
        return wording().numbers.numeral(self._dice.whole(low, high))

    def _decoy(self) -> str:
        dice = self._dice
        return dice.pick(self._lexicon.decoys).format_map(
            {
                "n": dice.whole(1, 9),
                "m": dice.whole(2, 12),
                "p": dice.whole(2, 12),
                "N": self.number(2, 21),
                "last": self._year - 1,
                "year": self._year,
                "end": self._year + 2,
                "month": dice.whole(1, 12),
                "day": dice.whole(1, 28),
                "road": dice.whole(100, 399),
                "plan": self._plan,
            }
        )
