"""One report: its parts, sections and sentences, as long and as full of numbers as the rules ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.extraction.places import Place
from pipelines.synth.clauses import ClauseContext
from pipelines.synth.deeds import write_deeds
from pipelines.synth.dice import Dice, Weighted
from pipelines.synth.fill import fill
from pipelines.synth.lexicon import Deed, Item, Lexicon
from pipelines.synth.prose import Prose
from pipelines.synth.scene import PlaceWords, place_words, scene
from pipelines.synth.template import Template
from pipelines.synth.wording import wording
from pipelines.synth.writer import Writer

_SECTIONS = 8
_SECTION_SHARE = (0.85, 1.15)
_REVIEWS = ("review_year", "review_period")
_TRIES = 4


class Report:
    """The report of a place and year; `Report(...).write()` gives its writer, with text and rows."""

    def __init__(self, lexicon: Lexicon, seed: int, place: Place, year: int, plans: tuple[str, str]) -> None:
        """What the report depends on: nothing else, so that it is the same in every sample."""
        self._lexicon = lexicon
        self._layout = lexicon.layout
        self._dice = Dice(seed, place.ref_area, year)
        self._words: PlaceWords = place_words(place, lexicon.layout)
        self._year = year
        self._wording = wording()
        self._marks, self._indent = self._wording.marks, self._wording.report.indent
        self._writer = Writer()
        self._context = ClauseContext(self._writer, self._dice, lexicon, self._words, year)
        self._fill = {
            "year": str(year),
            "last": str(year - 1),
            "place": self._words.name,
            "who": self._words.who,
            "whole": self._words.whole,
            "plan": plans[0],
            "next_plan": plans[1],
        }
        self._prose = Prose(lexicon, self._dice, year, plans[1])
        self._drawn: dict[tuple[str, str, str], list[Any]] = {}
        self._weighted_clauses = Weighted(self._layout["clauses"].items())
        self._weighted_deeds = Weighted(self._layout["deeds"].items())
        low, high = self._layout["length"]
        self._length = self._dice.whole(low, high)
        low, high = self._layout["density"]
        self._density = (low + self._dice.roll() * (high - low)) / 1000
        self._run_in = self._dice.roll() < 0.7

    def write(self) -> Writer:
        """Write the whole report."""
        self._front()
        parts = self._layout["parts"][self._kind_of_year()]
        for at, part in enumerate(parts):
            if part["title"]:
                heading = self._wording.report.part_heading
                title = self._said(part["title"])
                self._line(heading.format(number=self._wording.numbers.numeral(at + 1), title=title))
            self._part(part)
        return self._writer

    def _kind_of_year(self) -> str:
        return {1: "plan", 3: "term"}.get(self._year % 5, "plain")

    def _said(self, text: str) -> str:
        return text.format_map(self._fill)

    def _line(self, text: str) -> None:
        self._writer.write(f"{text}\n")

    def _front(self) -> None:
        dice = self._dice
        self._line(self._said(self._layout["title"]))
        self._line(self._layout["note"])
        meeting = {"month": dice.whole(1, 2), "day": dice.whole(4, 26), "session": self._prose.number(10, 19)}
        meeting["sitting"] = self._prose.number(1, 6)
        self._line(self._layout["meeting"].format_map(self._fill | meeting))
        self._line(self._layout["salutation"])
        self._line(self._indent + self._said(self._layout["front"]))

    # parts

    def _part(self, part: dict[str, Any]) -> None:
        role, length = part["role"], self._length * part["share"] // 100
        end = self._writer.length + length
        if role == "self":
            self._paragraphs("self", end, 0.0)
            return
        if role == "closing":
            self._closing(end)
            return
        self._context.scene = scene(role, self._year)
        self._opening(role)
        density = self._density * part["density"]
        if role == "review_year":
            end -= length // 20
        themes = self._sections(role)
        for at, theme in enumerate(themes):
            left = end - self._writer.length
            share = left / (len(themes) - at)
            if at < len(themes) - 1:
                share *= _SECTION_SHARE[0] + self._dice.roll() * (_SECTION_SHARE[1] - _SECTION_SHARE[0])
            self._heading(at, theme, role)
            self._paragraphs(theme, self._writer.length + int(share), density)
        if role == "review_year":
            self._problems()

    def _sections(self, role: str) -> list[str]:
        themes = self._lexicon.themes
        many = _SECTIONS if role in ("review_year", "work_year") else 5
        kept = set(self._dice.shuffled(themes)[:many])
        return [theme for theme in themes if theme in kept]

    def _opening(self, role: str) -> None:
        openings = self._layout["openings"]
        if role == "goals_plan" and self._kind_of_year() == "term":
            role = "goals_plan_term"
        self._line(self._indent + self._said(self._dice.pick(openings[role])))
        if role == "review_year":
            self._writer.write(self._indent + self._layout["headline_opening"])
            self._headline("review_year", self._layout["headline_review"])
        elif role == "work_year":
            self._context.scene = scene("goals_year", self._year)
            self._writer.write(self._indent + self._said(openings["goals_year"]))
            self._headline("goals_year", self._layout["headline_targets"])
            self._context.scene = scene("work_year", self._year)
            self._line(self._indent + openings["work_year_next"])

    def _headline(self, role: str, ids: Sequence[str]) -> None:
        """The figures that every report names, in one sentence."""
        self._context.segment()
        left = [self._lexicon.items[key] for key in ids]
        at_start = True
        while left:
            if not at_start:
                self._break()
            at_start = False
            item = left.pop(0)
            for one in self._clause(role, item, _like(item, left))[1:]:
                left.remove(one)
        self._line(self._marks.stop)

    def _problems(self) -> None:
        openings = self._layout["openings"]
        self._writer.write(self._indent + self._said(openings["problems"]))
        self._context.scene = scene("problems", self._year)
        themes = self._dice.shuffled(self._lexicon.themes)[:3]
        for theme in themes:
            self._context.segment()
            self._clause("problems", self._items("problems", theme)[0], [])
            self._writer.write(self._marks.semicolon)
        self._line(self._wording.report.problems_last + openings["problems_end"])

    def _closing(self, end: int) -> None:
        salutation = self._wording.report.closing_salutation
        self._line(self._indent + salutation + self._prose.closing(end - self._writer.length))

    # sections

    def _heading(self, at: int, theme: str, role: str) -> None:
        titles = self._layout["themes"][theme]["review" if role in _REVIEWS else "work"]
        title = self._indent + self._wording.report.section_heading.format(
            number=self._wording.numbers.numeral(at + 1), title=self._dice.pick(titles)
        )
        self._writer.write(title + (self._marks.stop if self._run_in else f"\n{self._indent}"))

    def _paragraphs(self, theme: str, end: int, density: float) -> None:
        """Sentences until the section is long enough; statements keep pace with its length."""
        writer, start, rows = self._writer, self._writer.length, len(self._writer.rows)
        half = (start + end) // 2
        if theme == "self":
            writer.write(self._indent)
        while writer.length < end:
            if len(writer.rows) - rows < (writer.length - start) * density + density * 40:
                self._sentence(theme)
            else:
                writer.write(self._prose.sentence(theme, self._context.scene.promises))
            if start < half <= writer.length and end - writer.length > 200:
                writer.write(f"\n{self._indent}")
                half = 0
        writer.write("\n")

    def _sentence(self, theme: str) -> None:
        """One sentence with numbers: clauses about indicators, or deeds."""
        dice, role = self._dice, self._context.scene.role
        self._context.segment()
        if dice.roll() < self._layout["opener_share"]:
            self._writer.write(
                f"{self._prose.opener(theme, self._context.scene.promises)}{self._marks.comma}"
            )
        for at in range(self._weighted_clauses.draw(dice)):
            if at and self._context.clause.year is not None:
                break
            if at:
                self._break()
            if dice.roll() < self._layout["deed_share"][role]:
                write_deeds(self._context, self._deeds(role, theme, self._weighted_deeds.draw(dice)))
            else:
                item = self._items(role, theme)[0]
                self._clause(role, item, _like(item, self._items(role, theme)))
        self._writer.write(self._marks.stop)

    def _break(self) -> None:
        if self._context.clause.ends_segment or self._dice.roll() < 0.35:
            self._writer.write(self._marks.semicolon)
            self._context.segment()
        else:
            self._writer.write(self._marks.comma)

    def _clause(self, role: str, item: Item, fellows: Sequence[Item]) -> list[Item]:
        """A clause about an indicator, with fellows where the template joins several; those it is about."""
        template, items = self._template(role, item, len(fellows)), [item]
        if template.most > 1:
            items += fellows[: self._dice.whole(template.least, template.most) - 1]
        for one in items:
            self._spend(role, one)
        fill(self._context, template, items)
        return items

    def _template(self, role: str, item: Item, fellows: int) -> Template:
        """A template that can be filled; the plainest where several draws gave none."""
        for _ in range(_TRIES):
            template = self._lexicon.templates[role, item.kind].draw(self._dice)
            parts = not template.needs or len(self._words.parts) > 1
            if parts and template.least <= fellows + 1 and (item.grows or not template.asks_growth):
                return template
        return self._lexicon.plainest[role, item.kind, item.grows]

    # what has not been told yet

    def _items(self, role: str, theme: str) -> list[Item]:
        """The indicators of a theme that this part has not spoken of; all of them, once it has."""
        return self._left("items", role, theme, self._lexicon.items_of[theme])

    def _deeds(self, role: str, theme: str, many: int) -> list[Deed]:
        left = self._left("deeds", role, theme, self._lexicon.deeds_of[theme])
        taken, left[:many] = left[:many], []
        return taken

    def _left(self, what: str, role: str, theme: str, everything: Sequence[Any]) -> list[Any]:
        key = (what, role, theme)
        if not self._drawn.get(key):
            usable = everything
            if what == "items":
                usable = [one for one in everything if (role, one.kind, one.grows) in self._lexicon.plainest]
            self._drawn[key] = self._dice.shuffled(usable)
        return self._drawn[key]

    def _spend(self, role: str, item: Item) -> None:
        left = self._drawn.get(("items", role, item.theme), [])
        if item in left:
            left.remove(item)


def _like(item: Item, others: Sequence[Item]) -> list[Item]:
    """Those of the others that can share a verb with an indicator."""
    return [
        one
        for one in others
        if one.kind == item.kind and one.falls == item.falls and one.grows == item.grows and one is not item
    ]
