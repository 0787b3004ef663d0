"""Numbers of a rank: 居全省第3位, 首位, 前十."""

from __future__ import annotations

from pipelines.synth.clauses import ClauseContext, Filled
from pipelines.synth.wording import printed_unit, wording

_UNIT = "rank"
Options = frozenset[str]


def rank(context: ClauseContext, one: Filled, options: Options) -> None:
    """第3位."""
    place, unit = context.dice.whole(2, 9), printed_unit(_UNIT)
    row = context.about(one, "rank", float(place), unit, indicator_id=None)
    context.writer.assert_number(wording().ranks.place.format(place=place, unit=unit), row)


def first(context: ClauseContext, one: Filled, options: Options) -> None:
    """首位."""
    row = context.about(one, "rank", 1.0, printed_unit(_UNIT), indicator_id=None)
    context.writer.assert_number(context.dice.pick(wording().ranks.first), row)


def top(context: ClauseContext, one: Filled, options: Options) -> None:
    """前十: the tenth place or better."""
    word, value = context.dice.pick(wording().ranks.top)
    row = context.about(one, "rank", value, printed_unit(_UNIT), bound="at_most", indicator_id=None)
    context.writer.assert_number(word, row)
