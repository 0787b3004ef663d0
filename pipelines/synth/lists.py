"""Several names with their numbers: 分别增长7%、6%和5%以上; 均增长8%以上."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.synth import changes, levels
from pipelines.synth.clauses import ClauseContext, Filled
from pipelines.synth.figures import digits, worth
from pipelines.synth.wording import wording

_BOUNDED = 0.35
_PAIR = 2
Options = frozenset[str]


def names(filled: Sequence[Filled]) -> str:
    """A、B、C; two are joined by 和."""
    pair = len(filled) == _PAIR
    mark = wording().lists.conjunction if pair else wording().marks.enumeration
    return mark.join(one.name for one in filled)


def numbers(context: ClauseContext, filled: Sequence[Filled], form: str, options: Options) -> None:
    """The numbers of several names: words before stand once, a bound behind the last reaches over all."""
    if "shared" in options:
        _shared(context, filled, options)
    elif form == "growth":
        _growth(context, filled, options)
    else:
        _level(context, filled)


def _shared(context: ClauseContext, filled: Sequence[Filled], options: Options) -> None:
    """One value of all the names: one statement each, on the same characters."""
    rate = changes.rate_of(context, filled[0].item, frozenset())
    bound = next(bound for bound in ("above", "at_least") if bound in options)
    before, after, modifier = context.dice.pick(context.phrases["growth"]["up"][bound])
    rows = [
        context.about(
            one, "growth", worth(rate, 1, 0), changes.PERCENT, bound=bound, modifier=modifier, basis="yoy"
        )
        for one in filled
    ]
    context.writer.write(before)
    context.writer.assert_number(f"{digits(rate, 1)}%", *rows)
    context.writer.write(after)


def _growth(context: ClauseContext, filled: Sequence[Filled], options: Options) -> None:
    words, falls = wording().lists, filled[0].item.kind == "intensity"
    bound = _bound(context, ("point",) if falls else ("at_least", "around"))
    context.writer.write(words.falls if falls else words.rises)
    for at, one in enumerate(filled):
        context.writer.write(_separator(at, len(filled)))
        after = words.after[bound] if at == len(filled) - 1 else ""
        rate = changes.rate_of(context, one.item, options)
        changes.rated(context, one, rate, -1 if falls else 1, bound, ("", after, words.after[bound]), options)


def _level(context: ClauseContext, filled: Sequence[Filled]) -> None:
    words, falls = wording().lists, any(one.item.falls for one in filled)
    bound = _bound(context, ("point",) if falls else ("at_least",))
    context.writer.write(words.reaches)
    for at, one in enumerate(filled):
        context.writer.write(_separator(at, len(filled)))
        after = words.after[bound] if at == len(filled) - 1 else ""
        levels.tied(context, one, ("", after, words.after[bound]), bound, context.count_of(one.item))


def _bound(context: ClauseContext, bounds: Sequence[str]) -> str:
    bounded = context.scene.promises and context.dice.roll() < _BOUNDED
    return context.dice.pick(bounds) if bounded else "point"


def _separator(at: int, many: int) -> str:
    if not at:
        return ""
    return wording().lists.conjunction if at == many - 1 else wording().marks.enumeration
