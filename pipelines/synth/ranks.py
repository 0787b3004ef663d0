"""Numbers of a rank: 居全省第3位, 首位, 前十."""

from __future__ import annotations

from pipelines.synth.clauses import ClauseContext, Filled

_UNIT = "位"
_FIRST = ("首位", "第一", "第一位")
_TOP = (("前三", 3.0), ("前五", 5.0), ("前十", 10.0))
Options = frozenset[str]


def rank(context: ClauseContext, one: Filled, options: Options) -> None:
    """第3位."""
    place = context.dice.whole(2, 9)
    context.writer.assert_number(
        f"第{place}位", context.about(one, "rank", float(place), _UNIT, indicator_id=None)
    )


def first(context: ClauseContext, one: Filled, options: Options) -> None:
    """首位."""
    row = context.about(one, "rank", 1.0, _UNIT, indicator_id=None)
    context.writer.assert_number(context.dice.pick(_FIRST), row)


def top(context: ClauseContext, one: Filled, options: Options) -> None:
    """前十: the tenth place or better."""
    word, value = context.dice.pick(_TOP)
    row = context.about(one, "rank", value, _UNIT, bound="at_most", indicator_id=None)
    context.writer.assert_number(word, row)
