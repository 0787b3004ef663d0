"""A template filled with indicators: its words and numbers, in the order in which it names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.synth import changes, levels, lists, ranks
from pipelines.synth.clauses import Clause, ClauseContext, Filled, scene_words
from pipelines.synth.lexicon import Item
from pipelines.synth.template import Literal, Slot, Template

FORMS: dict[str, Callable[[ClauseContext, Filled, frozenset[str]], None]] = {
    "level": levels.level,
    "milestone": levels.milestone,
    "from": levels.start,
    "to": levels.end,
    "tenths": levels.tenths,
    "change": levels.added,
    "growth": changes.growth,
    "stretch": changes.stretch,
    "points": changes.points,
    "over": changes.over,
    "multiple": changes.multiple,
    "doubled": changes.doubled,
    "relative": changes.relative,
    "rank": ranks.rank,
    "first": ranks.first,
    "top": ranks.top,
}
"""How a slot's form is written."""


def fill(context: ClauseContext, template: Template, items: Sequence[Item]) -> None:
    """Write one clause about these indicators, with its truth."""
    filled = [Filled(item, context.dice.pick(item.names)) for item in items]
    context.clause = Clause(template.template_id)
    words = scene_words(context, template.words)
    context.commit()
    write = context.writer.write
    for part in template.parts:
        if isinstance(part, Literal):
            write(part.text)
        elif isinstance(part, Slot):
            if part.name == "*":
                lists.numbers(context, filled, part.form, part.options)
            else:
                FORMS[part.form](context, filled[part.at], part.options)
        elif part.at is not None:
            write(filled[part.at].name)
        elif part.key == "*":
            write(lists.names(filled))
        else:
            write(words[part.key])
