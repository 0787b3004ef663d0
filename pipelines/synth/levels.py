"""Numbers of a level: 达到131.3亿元, 突破300亿元, 由41%提高到43.5%, 七成以上."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.synth.clauses import ClauseContext, Filled
from pipelines.synth.figures import Figure, figure, leading, rounded
from pipelines.synth.lexicon import Item, Phrase
from pipelines.synth.wording import printed_unit, wording

_PERCENT = "%"
_HUNDRED = 100
_FAMILIES = {"money_stock": "stock", "permille": "share", "quality": "standard", "ratio": "standard"}
_BOUNDED_GOALS = 0.4
Options = frozenset[str]


def level(context: ClauseContext, one: Filled, options: Options) -> None:
    """达到131.3亿元; `bare` without words, `flow` summed over the years of the part."""
    item = one.item
    count = context.count_of(item)
    if "bare" in options:
        shown = figure(count, item.decimals, item.mult)
        first = context.scene.first if "flow" in options else None
        row = context.about(one, item.measure, shown.value, item.unit_text, first=first)
        context.writer.assert_number(shown.printed + item.unit_printed, row)
        return
    family = context.phrases["level"][_FAMILIES.get(item.kind, item.kind)]
    bound = context.bound("down" if item.falls else "up")
    phrase = context.dice.pick(family[bound])
    while context.scene.first is not None and phrase[0] in wording().levels.sums:
        phrase = context.dice.pick(family[bound])
    tied(context, one, phrase, bound, count)


def tied(context: ClauseContext, one: Filled, phrase: Phrase, bound: str, count: int) -> None:
    """A level with the words that tie it; a bounded one is a round number."""
    item = one.item
    before, after, modifier = phrase
    if bound != "point" and item.measure != "ratio":
        count = rounded(count, 3 if item.measure == "share" else 2)
    shown, upper = figure(count, item.decimals, item.mult), None
    printed = shown.printed + item.unit_printed
    if bound == "range":
        end = figure(count + max(1, count // 20), item.decimals, item.mult)
        bound = "point"
        if shown.multiplier == end.multiplier and end.value > shown.value:
            upper, bound = end.value, "range"
            begin = shown.printed.removesuffix(shown.multiplier)
            printed = f"{begin}{wording().marks.range}{end.printed}{item.unit_printed}"
    row = context.about(
        one, item.measure, shown.value, item.unit_text, bound=bound, value_upper=upper, modifier=modifier
    )
    context.writer.write(before)
    context.writer.assert_number(printed, row)
    context.writer.write(after)


def milestone(context: ClauseContext, one: Filled, options: Options) -> None:
    """突破300亿元: a round number."""
    item = one.item
    shown = figure(leading(context.count_of(item), item.decimals), item.decimals, item.mult)
    passed = wording().levels.milestone
    context.writer.write(passed)
    row = context.about(one, item.measure, shown.value, item.unit_text, bound="above", modifier=passed)
    context.writer.assert_number(shown.printed + item.unit_printed, row)


def start(context: ClauseContext, one: Filled, options: Options) -> None:
    """由41%: the FROM value; `dated` names its year."""
    item, scene = one.item, context.scene
    count = one.counts["from"] = context.count_of(item)
    context.writer.write(context.dice.pick(context.phrases["from"]))
    if "dated" in options:
        context.writer.write(wording().levels.of_year.format(year=scene.before))
    shown = figure(count, item.decimals, item.mult)
    row = context.about(one, item.measure, shown.value, item.unit_text)
    row |= {"target_type": "baseline", "year": scene.before, "commitment": None}
    context.writer.assert_number(shown.printed + item.unit_printed, row)


def end(context: ClauseContext, one: Filled, options: Options) -> None:
    """提高到43.5%: the TO value."""
    item, dice = one.item, context.dice
    count = _moved(context, item, one.counts["from"])
    falls = count < one.counts["from"]
    verbs: Mapping[str, Sequence[str]] = context.phrases["share_to" if item.measure == "share" else "to"]
    context.writer.write(dice.pick(verbs["down" if falls else "up"]))
    bound = "point"
    if context.scene.promises and dice.roll() < _BOUNDED_GOALS:
        bound = "at_most" if falls else "at_least"
    shown = figure(count, item.decimals, item.mult)
    after = wording().levels.after[bound]
    row = context.about(one, item.measure, shown.value, item.unit_text, bound=bound, modifier=after)
    context.writer.assert_number(shown.printed + item.unit_printed, row)
    context.writer.write(after)


def _moved(context: ClauseContext, item: Item, count: int) -> int:
    """Where a level went: up or down, a share by a few points."""
    step: int = 10**item.decimals
    if item.measure == "share":
        moved = max(1, min(_HUNDRED * step - count, int((0.2 + 2.8 * context.dice.roll()) * step)))
    else:
        moved = max(1, int(count * (0.02 + 0.2 * context.dice.roll())))
    return max(1, count - moved) if item.falls else count + moved


def tenths(context: ClauseContext, one: Filled, options: Options) -> None:
    """七成以上."""
    digit = context.dice.pick(context.phrases["tenths"])
    bound, before, after, modifier = context.dice.pick(wording().levels.tenths)
    value = 10.0 * wording().numbers.digits.index(digit)
    row = context.about(one, "share", value, _PERCENT, bound=bound, modifier=modifier)
    context.writer.write(before)
    context.writer.assert_number(digit + printed_unit("tenth"), row)
    context.writer.write(after)


def added(context: ClauseContext, one: Filled, options: Options) -> None:
    """增加120家 against the year before, `cum` against the part's base; `bare`: the number behind 净增."""
    item = one.item
    count = max(1, int(context.count_of(item) * (0.03 + 0.12 * context.dice.roll())))
    shown: Figure = figure(count, item.decimals, item.mult)
    more: dict[str, Any] = {"indicator_id": None}
    value = shown.value
    if "bare" in options:
        more["name"] = wording().levels.net_added.format(name=one.name)
    else:
        falls = item.falls
        context.writer.write(context.dice.pick(context.phrases["change"]["down" if falls else "up"]))
        value = -value if falls else value
        more |= (
            {"basis": "cumulative", "first": context.scene.first} if "cum" in options else {"basis": "yoy"}
        )
    row = context.about(one, item.measure, value, item.unit_text, **more)
    context.writer.assert_number(shown.printed + item.unit_printed, row)
