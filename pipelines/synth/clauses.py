"""Clauses with their truth: a template, the indicators it is filled with, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.synth.dice import Dice
from pipelines.synth.figures import Figure, digits, draw, figure, rounded, worth
from pipelines.synth.lexicon import Item, Lexicon, Phrase
from pipelines.synth.scene import PlaceWords, Scene
from pipelines.synth.template import Literal, Slot, Template, Word
from pipelines.synth.writer import Row, Writer

_PERCENT = "%"
_POINTS = "百分点"
_CLASSIFIER = "个"
_REPORTED_DECLINES = 0.05
_MONEY = "元"
_INFLATION = 1.05
_INFLATION_BASE = 2016


@dataclass(slots=True)
class Filled:
    """An indicator in a clause: the name it is called by, and the counts drawn for it so far."""

    item: Item
    name: str
    counts: dict[str, int] = field(default_factory=dict)


class ClauseWriter:
    """Writes clauses of one report; `turn` sets the part of the report, `start` a new sentence."""

    def __init__(self, writer: Writer, dice: Dice, lexicon: Lexicon, words: PlaceWords, year: int) -> None:
        """What is the same all through the report."""
        self.writer, self.dice, self.lexicon, self.words = writer, dice, lexicon, words
        self._phrases = lexicon.phrases
        self._inflation = _INFLATION ** (year - _INFLATION_BASE)
        self._size = 0.6 + 0.8 * Dice(words.ref_area, "size").roll()
        self._commitment = "plain"
        self.construction = ""
        self._area: Row = {}
        self._streak: int | None = None
        self._ahead: int | None = None
        self.scene: Scene
        self._forms: dict[str, Callable[[Filled, frozenset[str]], None]] = {
            "level": self._level,
            "growth": self._growth,
            "points": self._points,
            "change": self._change,
            "from": self._from,
            "to": self._to,
            "over": self._over,
            "rank": self._rank,
            "first": self._first,
            "top": self._top,
            "multiple": self._multiple,
            "milestone": self._milestone,
            "tenths": self._tenths,
            "doubled": self._doubled,
            "relative": self._relative,
            "stretch": self._stretch,
        }

    def turn(self, scene: Scene) -> None:
        """Go on in another part of the report."""
        self.scene = scene

    def segment(self) -> None:
        """A full stop or a semicolon: no commitment reaches over it."""
        self._commitment = "plain"

    def begin(self, construction: str) -> None:
        """A new clause: nothing of the one before holds but its commitment."""
        self.construction = construction
        self._area, self._streak, self._ahead = {}, None, None

    def commit(self) -> None:
        """In a promise, perhaps a word of commitment; it holds until the segment ends."""
        if self.scene.promises and self._commitment == "plain":
            word, self._commitment = self.lexicon.commitments.draw(self.dice)
            self.writer.write(word)

    def clause(self, template: Template, items: Sequence[Item]) -> None:
        """One clause about these indicators."""
        filled = [Filled(item, self._name_of(item)) for item in items]
        self.begin(template.template_id)
        words = self._scene_words(template)
        self.commit()
        for part in template.parts:
            match part:
                case Literal(text):
                    self.writer.write(text)
                case Word("*"):
                    self.writer.write(_joined([one.name for one in filled]))
                case Word("A"):
                    self.writer.write(filled[0].name)
                case Word("B"):
                    self.writer.write(filled[1].name)
                case Word(key):
                    self.writer.write(words[key])
                case Slot("*", form, options):
                    self._several(filled, form, options)
                case Slot(name, form, options):
                    self._forms[form](filled["AB".index(name)], options)

    # what every statement says

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
        scene = self.scene
        year = self._ahead or scene.year
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
            "target_type": "plan_target" if self._ahead else scene.target_type,
            "year": year,
            "period_start_year": first,
            "growth_basis": basis,
            "commitment": self._commitment if scene.promises else None,
            "streak_years": self._streak,
            "area_text": None,
            "sector": list(sector),
            "optional": optional,
            "construction": self.construction,
            **self._area,
        }

    def _of(self, one: Filled, measure: str, value: float | None, unit: str | None, **more: Any) -> Row:
        more.setdefault("indicator_id", one.item.indicator_id)
        name = more.pop("name", one.name)
        return self.truth(name, one.name, measure, value, unit, sector=[one.item.sector], **more)

    # words

    def _name_of(self, item: Item) -> str:
        return item.names[0] if len(item.names) == 1 else self.dice.pick(item.names)

    def _scene_words(self, template: Template) -> Mapping[str, str]:
        scene, words = self.scene, self.words
        keys = {part.key for part in template.parts if isinstance(part, Word)}
        said: dict[str, str] = {
            "upper": words.upper,
            "last": str(scene.report_year - 1),
            "base": str(scene.before),
            "end": str(scene.year),
        }
        if "field" in keys:
            said["field"] = self.dice.pick(words.fields)
        if "part" in keys:
            said["part"], code = self.dice.pick(words.parts)
            self._area = {"area_text": said["part"], "ref_area": code}
        if "parts" in keys:
            two = self.dice.shuffled(words.parts)[:2]
            said["parts"] = "、".join(name for name, _ in two)
            self._area = {"area_text": said["parts"], "ref_area": None}
        if "streak" in keys:
            self._streak = self.dice.whole(2, 12)
            said["streak"] = str(self._streak)
        if "ahead" in keys:
            self._ahead = scene.year + self.dice.whole(1, 3)
            said["ahead"] = str(self._ahead)
        return said

    def bound(self, direction: str) -> str:
        """How hard the next number is, by what reports and promises usually say."""
        mood = "promised" if self.scene.promises else "reported"
        return self.lexicon.bounds[mood, direction].draw(self.dice)

    def _phrase(self, family: Mapping[str, Sequence[Phrase]], bound: str) -> tuple[str, Phrase]:
        """Words for a bound; a plain number where no words for it are known."""
        if bound not in family:
            bound = "point"
        return bound, self.dice.pick(family[bound])

    # forms: a level

    def count_of(self, item: Item) -> int:
        """A level of an indicator, at the size of the place."""
        size = 1.0
        if item.kind in ("flow", "stock", "money_stock"):
            size = self.words.scale["flow"] * self._size
            if item.unit_text == _MONEY:
                size *= self._inflation
        return draw(self.dice, item.low, item.high, item.decimals, size)

    def _level_figure(self, item: Item, count: int) -> Figure:
        return figure(count, item.decimals, item.mult)

    def _level(self, one: Filled, options: frozenset[str]) -> None:
        item = one.item
        count = one.counts.setdefault("level", self.count_of(item))
        shown = self._level_figure(item, count)
        basis: dict[str, Any] = {"first": self.scene.first} if "flow" in options else {}
        if "bare" in options:
            row = self._of(one, item.measure, shown.value, item.unit_text, **basis)
            self.writer.assert_number(shown.printed + item.unit_printed, row)
            return
        kind = {"money_stock": "stock", "permille": "share", "quality": "standard", "ratio": "standard"}.get(
            item.kind, item.kind
        )
        bound = self.bound("down" if item.falls else "up")
        bound, phrase = self._phrase(self._phrases["level"][kind], bound)
        if self.scene.first is not None:
            # 完成 and the bare number would count the whole period; a level at its end is reached.
            while phrase[0] in ("", "完成", "实现"):
                phrase = self.dice.pick(self._phrases["level"][kind][bound])
        self._tied(one, phrase, bound, count, basis)

    def _tied(self, one: Filled, phrase: Phrase, bound: str, count: int, basis: dict[str, Any]) -> None:
        """A level with the words that tie it."""
        item = one.item
        before, after, modifier = phrase
        shown, upper = self._level_figure(item, count), None
        printed = shown.printed + item.unit_printed
        if bound == "range":
            end = self._level_figure(item, count + max(1, count // 20))
            if shown.printed.lstrip("0123456789.") == end.printed.lstrip("0123456789."):
                printed, upper = f"{printed}—{end.printed}{item.unit_printed}", end.value
        row = self._of(
            one,
            item.measure,
            shown.value,
            item.unit_text,
            bound="point" if bound == "range" and upper is None else bound,
            value_upper=upper,
            modifier=modifier,
            **basis,
        )
        self.writer.write(before)
        self.writer.assert_number(printed, row)
        self.writer.write(after)

    def _milestone(self, one: Filled, options: frozenset[str]) -> None:
        item = one.item
        shown = self._level_figure(
            item, rounded(self.count_of(item) // 10**item.decimals or 1) * 10**item.decimals
        )
        self.writer.write("突破")
        row = self._of(one, item.measure, shown.value, item.unit_text, bound="above", modifier="突破")
        self.writer.assert_number(shown.printed + item.unit_printed, row)

    def _from(self, one: Filled, options: frozenset[str]) -> None:
        item = one.item
        count = one.counts["from"] = self.count_of(item)
        self.writer.write(self.dice.pick(self._phrases["from"]))
        if "dated" in options:
            self.writer.write(f"{self.scene.before}年的")
        shown = self._level_figure(item, count)
        row = self._of(one, item.measure, shown.value, item.unit_text)
        row |= {"target_type": "baseline", "year": self.scene.before, "commitment": None}
        self.writer.assert_number(shown.printed + item.unit_printed, row)

    def _to(self, one: Filled, options: frozenset[str]) -> None:
        item, start = one.item, one.counts["from"]
        share = item.measure == "share"
        if share:
            room = 100 * 10**item.decimals - start
            moved = max(1, min(room, int((0.2 + 2.8 * self.dice.roll()) * 10**item.decimals)))
        else:
            moved = max(1, int(start * (0.02 + 0.2 * self.dice.roll())))
        count = max(1, start - moved) if item.falls else start + moved
        verbs = self._phrases["share_to" if share else "to"]["down" if count < start else "up"]
        self.writer.write(self.dice.pick(verbs))
        bounded = self.scene.promises and self.dice.roll() < 0.4
        bound = ("at_most" if item.falls else "at_least") if bounded else "point"
        after = {"at_most": "以下", "at_least": "以上", "point": ""}[bound]
        self._tied(one, ("", after, after), bound, count, {})

    def _tenths(self, one: Filled, options: frozenset[str]) -> None:
        at = self.dice.whole(0, len(self._phrases["tenths"]) - 1)
        bound, before, after, modifier = self.dice.pick(
            (("above", "超过", "", "超过"), ("at_least", "达到", "以上", "以上"), ("point", "达到", "", ""))
        )
        value = 10.0 * (self._phrases["digits"].index(self._phrases["tenths"][at]))
        self.writer.write(before)
        row = self._of(one, "share", value, _PERCENT, bound=bound, modifier=modifier)
        self.writer.assert_number(f"{self._phrases['tenths'][at]}成", row)
        self.writer.write(after)

    # forms: a change

    def _basis(self, options: frozenset[str]) -> dict[str, Any]:
        if "avg" in options:
            return {"basis": "annual_average", "first": self.scene.first}
        if "cum" in options:
            return {"basis": "cumulative", "first": self.scene.first}
        return {"basis": "yoy"}

    def _rate(self, item: Item, options: frozenset[str]) -> int:
        """A rate of change in tenths of a per cent, without its sign."""
        if item.kind in ("intensity", "price"):
            longer = 3.5 if "cum" in options else 1.0
            return draw(self.dice, item.low * longer, item.high * longer, 1)
        if "cum" in options:
            return draw(self.dice, 22, 78, 1)
        if self.scene.promises:
            return draw(self.dice, 4, 10, 0) * 10 if self.dice.roll() < 0.7 else draw(self.dice, 8, 20, 0) * 5
        return draw(self.dice, 1.5, 12.9, 1)

    def _growth(self, one: Filled, options: frozenset[str]) -> None:
        item = one.item
        rate = one.counts["growth"] = self._rate(item, options)
        falls = item.kind in ("intensity", "quality") or "fall" in options
        falls = falls or (
            not self.scene.promises
            and item.kind == "flow"
            and not options & {"bare", "avg", "cum"}
            and self.dice.roll() < _REPORTED_DECLINES
        )
        if "bare" in options:
            row = self._of(one, "growth", worth(rate, 1, 0), _PERCENT, **self._basis(options))
            self.writer.assert_number(f"{digits(rate, 1)}%", row)
            return
        family = "price" if item.kind == "price" else "down" if falls else "up"
        wanted = "down" if family != "up" else "up"
        bound, phrase = self._phrase(self._phrases["growth"][family], self.bound(wanted))
        self._rated(one, rate, -1 if falls else 1, bound, phrase, self._basis(options))

    def _rated(
        self, one: Filled, rate: int, sign: int, bound: str, phrase: Phrase, basis: dict[str, Any]
    ) -> None:
        before, after, modifier = phrase
        printed, upper = f"{digits(rate, 1)}%", None
        if bound == "range":
            end = rate + self.dice.pick((5, 10))
            printed, upper = f"{printed}—{digits(end, 1)}%", worth(end, 1, 0)
        row = self._of(
            one,
            "growth",
            sign * worth(rate, 1, 0),
            _PERCENT,
            bound=bound,
            value_upper=upper,
            modifier=modifier,
            **basis,
        )
        self.writer.write(before)
        self.writer.assert_number(printed, row)
        self.writer.write(after)

    def _stretch(self, one: Filled, options: frozenset[str]) -> None:
        self._commitment = "strive"
        rate = one.counts["growth"] + self.dice.pick((5, 10, 15))
        self._rated(one, rate, 1, "point", ("", "", ""), {"basis": "yoy"})

    def _points(self, one: Filled, options: frozenset[str]) -> None:
        count = draw(self.dice, 0.2, 6.0 if "cum" in options else 2.4, 1)
        falls = one.item.falls
        self.writer.write(self.dice.pick(self._phrases["points"]["down" if falls else "up"]))
        value = worth(count, 1, 0) * (-1 if falls else 1)
        row = self._of(one, "level", value, _POINTS, **self._basis(options))
        self.writer.assert_number(f"{digits(count, 1)}{_CLASSIFIER}{_POINTS}", row)

    def _change(self, one: Filled, options: frozenset[str]) -> None:
        item = one.item
        count = max(1, int(self.count_of(item) * (0.03 + 0.12 * self.dice.roll())))
        shown = self._level_figure(item, count)
        if "bare" in options:
            row = self._of(
                one, item.measure, shown.value, item.unit_text, name=f"净增{one.name}", indicator_id=None
            )
            self.writer.assert_number(shown.printed + item.unit_printed, row)
            return
        self.writer.write(self.dice.pick(self._phrases["change"]["down" if item.falls else "up"]))
        value = -shown.value if item.falls else shown.value
        row = self._of(one, item.measure, value, item.unit_text, **self._basis(options))
        self.writer.assert_number(shown.printed + item.unit_printed, row)

    def _over(self, one: Filled, options: frozenset[str]) -> None:
        count = draw(self.dice, 0.2, 3.9, 1)
        name = f"{one.name}增速高于{self.words.upper}平均水平"
        row = self._of(one, "level", worth(count, 1, 0), _POINTS, name=name, indicator_id=None)
        self.writer.assert_number(f"{digits(count, 1)}{_CLASSIFIER}{_POINTS}", row)

    def _multiple(self, one: Filled, options: frozenset[str]) -> None:
        count = draw(self.dice, 1.1, 3.4, 1)
        row = self._of(one, "ratio", worth(count, 1, 0), "倍", optional=True)
        self.writer.assert_number(f"{digits(count, 1)}倍", row)

    def _doubled(self, one: Filled, options: frozenset[str]) -> None:
        row = self._of(one, "growth", 100.0, _PERCENT, optional=True, **self._basis(frozenset({"cum"})))
        self.writer.assert_number("翻一番", row)

    # forms: a rank, and a promise without a number

    def _rank(self, one: Filled, options: frozenset[str]) -> None:
        place = self.dice.whole(2, 9)
        row = self._of(one, "rank", float(place), "位", indicator_id=None)
        self.writer.assert_number(f"第{place}位", row)

    def _first(self, one: Filled, options: frozenset[str]) -> None:
        row = self._of(one, "rank", 1.0, "位", indicator_id=None)
        self.writer.assert_number(self.dice.pick(("首位", "第一", "第一位")), row)

    def _top(self, one: Filled, options: frozenset[str]) -> None:
        word, value = self.dice.pick((("前三", 3.0), ("前五", 5.0), ("前十", 10.0)))
        row = self._of(one, "rank", value, "位", bound="at_most", indicator_id=None)
        self.writer.assert_number(word, row)

    def _relative(self, one: Filled, options: frozenset[str]) -> None:
        said = self.dice.pick(self._phrases["relatives"])
        row = self._of(one, "growth", None, None, bound=said["bound"], basis="yoy")
        self.writer.assert_number(said["text"], row | {"relative_to": said["to"]})

    # several names

    def _several(self, filled: Sequence[Filled], form: str, options: frozenset[str]) -> None:
        """分别: the words before stand once, a bound behind the last value reaches over all; 均: one value."""
        if "shared" in options:
            self._shared(filled, options)
        elif form == "growth":
            self._growth_list(filled, options)
        else:
            self._level_list(filled)

    def _shared(self, filled: Sequence[Filled], options: frozenset[str]) -> None:
        rate = self._rate(filled[0].item, frozenset())
        bound = next(iter(options & {"above", "at_least"}))
        before, after, modifier = self.dice.pick(self._phrases["growth"]["up"][bound])
        rows = [
            self._of(one, "growth", worth(rate, 1, 0), _PERCENT, bound=bound, modifier=modifier, basis="yoy")
            for one in filled
        ]
        self.writer.write(before)
        self.writer.assert_number(f"{digits(rate, 1)}%", *rows)
        self.writer.write(after)

    def _growth_list(self, filled: Sequence[Filled], options: frozenset[str]) -> None:
        falls = filled[0].item.kind == "intensity"
        bounded = self.scene.promises and not falls and self.dice.roll() < 0.35
        bound = self.dice.pick(("at_least", "around")) if bounded else "point"
        after = {"at_least": "以上", "around": "左右", "point": ""}[bound]
        self.writer.write("下降" if falls else "增长")
        for at, one in enumerate(filled):
            self.writer.write(_separator(at, len(filled)))
            self._rated(
                one,
                self._rate(one.item, options),
                -1 if falls else 1,
                bound,
                ("", after if at == len(filled) - 1 else "", after),
                self._basis(options),
            )

    def _level_list(self, filled: Sequence[Filled]) -> None:
        falls = any(one.item.falls for one in filled)
        bounded = self.scene.promises and not falls and self.dice.roll() < 0.35
        bound, after = ("at_least", "以上") if bounded else ("point", "")
        self.writer.write(self.dice.pick(("达到", "为")) if not bounded else "达到")
        for at, one in enumerate(filled):
            self.writer.write(_separator(at, len(filled)))
            last = at == len(filled) - 1
            self._tied(one, ("", after if last else "", after), bound, self.count_of(one.item), {})


def _joined(names: Sequence[str]) -> str:
    return "、".join(names) if len(names) > 2 else "和".join(names)


def _separator(at: int, many: int) -> str:
    return "" if at == 0 else "和" if at == many - 1 else "、"
