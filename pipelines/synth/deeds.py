"""Deeds with their truth: 新建口袋公园35个、绿道12公里 - verb and object name what was counted."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.synth.clauses import ClauseWriter
from pipelines.synth.figures import draw, figure
from pipelines.synth.lexicon import Deed

_CONSTRUCTION = "deed"
_NUMBER_FIRST = 0.12
_YEARS_OF_WORK = 3.5
_PERIOD_OPENINGS = {"review_period": "五年累计", "goals_plan": "五年累计"}
_COUNTED = "个家所座条台辆名项件"
"""Units that may stand between a number and the thing counted: 35个口袋公园."""


def write_deeds(clauses: ClauseWriter, deeds: Sequence[Deed]) -> None:
    """One list of deeds, the words of a period before its first."""
    mark = clauses.dice.pick(("，", "、"))
    clauses.begin(_CONSTRUCTION)
    clauses.commit()
    clauses.writer.write(_PERIOD_OPENINGS.get(clauses.scene.role, ""))
    for at, deed in enumerate(deeds):
        if at:
            clauses.writer.write(mark)
        _write(clauses, deed)


def _write(clauses: ClauseWriter, deed: Deed) -> None:
    dice, writer = clauses.dice, clauses.writer
    which = int(dice.roll() * len(deed.verbs))
    size = clauses.words.scale["deed"] * (_YEARS_OF_WORK if clauses.scene.first else 1.0)
    count = draw(dice, deed.low, deed.high, deed.decimals, size)
    shown = figure(count, deed.decimals, deed.mult)
    printed, upper = shown.printed + deed.unit_text, None
    bound = clauses.bound("up")
    before, after, modifier = dice.pick(clauses.lexicon.phrases["deed"][bound])
    if bound == "range" and deed.mult == 0 and shown.printed == str(count):
        upper = float(count + max(1, count // 5))
        printed = f"{count}—{int(upper)}{deed.unit_text}"
    elif bound == "range":
        bound = "point"
    row = clauses.truth(
        deed.verbs[which] + deed.object,
        deed.core,
        "level",
        shown.value,
        deed.unit_text,
        sector=deed.sectors,
        indicator_id=deed.indicator_ids[which],
        bound=bound,
        value_upper=upper,
        modifier=modifier,
        first=clauses.scene.first,
    )
    writer.write(deed.verbs[which])
    if bound == "point" and deed.unit_text in _COUNTED and dice.roll() < _NUMBER_FIRST:
        writer.assert_number(printed, row)
        writer.write(deed.object)
        return
    writer.write(deed.object + before)
    writer.assert_number(printed, row)
    writer.write(after)
