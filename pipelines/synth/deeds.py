"""Deeds with their truth: 新建口袋公园35个、绿道12公里 - verb and object name what was counted."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.synth.clauses import Clause, ClauseContext
from pipelines.synth.figures import draw, figure, rounded
from pipelines.synth.lexicon import Deed
from pipelines.synth.wording import wording

_CONSTRUCTION = "deed"
_NUMBER_FIRST = 0.12
_YEARS_OF_WORK = 3.5


def write_deeds(context: ClauseContext, deeds: Sequence[Deed]) -> None:
    """One list of deeds, the words of a period before its first."""
    marks = wording().marks
    mark = context.dice.pick((marks.comma, marks.enumeration))
    context.clause = Clause(_CONSTRUCTION)
    context.commit()
    context.writer.write(wording().deeds.openings.get(context.scene.role, ""))
    for at, deed in enumerate(deeds):
        if at:
            context.writer.write(mark)
        _write(context, deed)


def _write(context: ClauseContext, deed: Deed) -> None:
    dice, writer, marks = context.dice, context.writer, wording().marks
    which = int(dice.roll() * len(deed.verbs))
    size = context.words.scale["deed"] * (_YEARS_OF_WORK if context.scene.first else 1.0)
    count = draw(dice, deed.low, deed.high, deed.decimals, size)
    bound = context.bound("up")
    if bound != "point":
        count = rounded(count, 2)
    shown = figure(count, deed.decimals, deed.mult)
    printed, upper = shown.printed + deed.unit_text, None
    before, after, modifier = dice.pick(context.phrases["deed"][bound])
    if bound == "range" and deed.mult == 0 and shown.printed == str(count):
        upper = float(count + max(1, count // 5))
        printed = f"{count}{marks.range}{int(upper)}{deed.unit_text}"
    elif bound == "range":
        bound = "point"
    row = context.truth(
        deed.verbs[which] + deed.object,
        deed.core,
        "level",
        shown.value,
        deed.unit_text,
        sector=deed.sectors_of[which],
        indicator_id=deed.indicator_ids[which],
        bound=bound,
        value_upper=upper,
        modifier=modifier,
        first=context.scene.first,
    )
    writer.write(deed.verbs[which])
    if bound == "point" and deed.unit_text in wording().deeds.counted and dice.roll() < _NUMBER_FIRST:
        writer.assert_number(printed, row)
        writer.write(deed.object)
        return
    writer.write(deed.object + before)
    writer.assert_number(printed, row)
    writer.write(after)
