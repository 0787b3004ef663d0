"""Numbers of a change: 增长7%以上, 提高1.2个百分点, 是2020年的1.4倍, 与经济增长同步."""

from __future__ import annotations

from typing import Any

from pipelines.synth.clauses import ClauseContext, Filled
from pipelines.synth.figures import digits, draw, worth
from pipelines.synth.lexicon import Item, Phrase
from pipelines.synth.wording import bare_unit, printed_unit, wording

PERCENT = "%"
_POINTS = "percentage_point"
_REPORTED_DECLINES = 0.05
_STEP = 5
"""Promised rates are multiples of half a per cent, in tenths."""
Options = frozenset[str]


def basis(context: ClauseContext, options: Options) -> dict[str, Any]:
    """What a change is measured against: the year before, a year's average (`avg`), the period's base (`cum`)."""
    if "avg" in options:
        return {"basis": "annual_average", "first": context.scene.first}
    if "cum" in options:
        return {"basis": "cumulative", "first": context.scene.first}
    return {"basis": "yoy"}


def rate_of(context: ClauseContext, item: Item, options: Options) -> int:
    """A rate of change without its sign, in tenths of a per cent."""
    dice, cumulative = context.dice, "cum" in options
    if item.kind in ("intensity", "price"):
        longer = 3.5 if cumulative else 1.0
        return draw(dice, item.low * longer, item.high * longer, 1)
    if cumulative:
        return draw(dice, 22, 78, 1)
    if context.scene.promises:
        return draw(dice, 8, 20, 0) * _STEP
    return draw(dice, 1.5, 12.9, 1)


def growth(context: ClauseContext, one: Filled, options: Options) -> None:
    """增长7%以上; `bare` without words, `fall` a decline."""
    item, dice = one.item, context.dice
    rate = one.counts["growth"] = rate_of(context, item, options)
    if "bare" in options:
        rated(context, one, rate, 1, "point", ("", "", ""), options)
        return
    falls = item.kind in ("intensity", "quality") or "fall" in options
    if not falls and not context.scene.promises and item.kind == "flow" and not options:
        falls = dice.roll() < _REPORTED_DECLINES
    family = context.phrases["growth"]["price" if item.kind == "price" else "down" if falls else "up"]
    bound = context.bound("down" if falls or item.kind == "price" else "up")
    if bound not in family:
        bound = "point"
    if bound != "point":
        rate = one.counts["growth"] = max(_STEP, rate // _STEP * _STEP)
    rated(context, one, rate, -1 if falls else 1, bound, dice.pick(family[bound]), options)


def rated(
    context: ClauseContext, one: Filled, rate: int, sign: int, bound: str, phrase: Phrase, options: Options
) -> None:
    """A rate of change with the words that tie it."""
    before, after, modifier = phrase
    printed, upper = f"{digits(rate, 1)}%", None
    if bound == "range":
        last = rate + context.dice.pick((_STEP, 2 * _STEP))
        printed, upper = f"{printed}{wording().marks.range}{digits(last, 1)}%", worth(last, 1, 0)
    row = context.about(
        one,
        "growth",
        sign * worth(rate, 1, 0),
        PERCENT,
        bound=bound,
        value_upper=upper,
        modifier=modifier,
        **basis(context, options),
    )
    context.writer.write(before)
    context.writer.assert_number(printed, row)
    context.writer.write(after)


def stretch(context: ClauseContext, one: Filled, options: Options) -> None:
    """力争[…]: more than the goal just written; the word reaches no further than this number."""
    context.commitment = "strive"
    context.clause.ends_segment = True
    rate = one.counts["growth"] + context.dice.pick((_STEP, 2 * _STEP, 3 * _STEP))
    rated(context, one, rate, 1, "point", ("", "", ""), frozenset())


def points(context: ClauseContext, one: Filled, options: Options) -> None:
    """提高1.2个百分点."""
    falls = one.item.falls
    count = draw(context.dice, 0.2, 6.0 if "cum" in options else 2.4, 1)
    context.writer.write(context.dice.pick(context.phrases["points"]["down" if falls else "up"]))
    value = worth(count, 1, 0) * (-1 if falls else 1)
    row = context.about(one, "level", value, bare_unit(_POINTS), indicator_id=None, **basis(context, options))
    context.writer.assert_number(digits(count, 1) + printed_unit(_POINTS), row)


def over(context: ClauseContext, one: Filled, options: Options) -> None:
    """The distance behind 高于全省平均水平."""
    count = draw(context.dice, 0.2, 3.9, 1)
    name = wording().changes.over.format(name=one.name, upper=context.words.upper)
    row = context.about(one, "level", worth(count, 1, 0), bare_unit(_POINTS), name=name, indicator_id=None)
    context.writer.assert_number(digits(count, 1) + printed_unit(_POINTS), row)


def multiple(context: ClauseContext, one: Filled, options: Options) -> None:
    """1.4倍: careful readers differ."""
    count = draw(context.dice, 1.1, 3.4, 1)
    times = printed_unit("times")
    row = context.about(one, "ratio", worth(count, 1, 0), times, optional=True)
    context.writer.assert_number(digits(count, 1) + times, row)


def doubled(context: ClauseContext, one: Filled, options: Options) -> None:
    """翻一番: careful readers differ."""
    more = basis(context, frozenset({"cum"}))
    row = context.about(one, "growth", 100.0, PERCENT, optional=True, **more)
    context.writer.assert_number(wording().changes.doubled, row)


def relative(context: ClauseContext, one: Filled, options: Options) -> None:
    """与经济增长同步: a promise without a number, tied to another indicator."""
    said = context.dice.pick(context.phrases["relatives"])
    row = context.about(one, "growth", None, None, bound=said["bound"], basis="yoy")
    context.writer.assert_number(said["text"], row | {"relative_to": said["to"]})
