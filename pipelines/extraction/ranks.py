"""Step 4d: ranks. `居全国第十`, `由全国城市第九跃升至第五`, `连续8年居全国城市首位`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.extraction import names
from pipelines.extraction.predicates import read_lead, read_tail
from pipelines.extraction.readings import Context, Reading

if TYPE_CHECKING:
    from pipelines.extraction.clauses import Clause
    from pipelines.extraction.grouping import Group
    from pipelines.extraction.lexicon import Lexicon

_LONGEST_FIELD = 40


def read_ranks(group: Group, clause: Clause, context: Context, lexicon: Lexicon) -> list[Reading]:
    """Read a group of ordinals that stand after a rank verb or a field of comparison."""
    left, scope, origin = _strip_field(group.left, lexicon)
    predicate = read_tail(left, lexicon, keep_measures=True)
    lead = read_lead(predicate.rest, lexicon)
    name = names.clean(lead.rest, lexicon)
    predicate.origin |= origin
    many = len(group.quantities)
    inherited: list[str] = []
    if not name or lexicon.anaphors.get(name) is not None:
        if not context.subjects:
            return []
        inherited = ["subject"]
        if name:
            found = [names.join_subject(context.subjects[-1], name, lexicon)]
        elif predicate.every and many == 1:
            found = (
                context.history[-2:]
                if len(context.subjects) < 2 <= len(context.history)
                else context.subjects
            )
        else:
            found = context.last(many)
    elif many > 1:
        found = names.split_coordination(name, many, lexicon)
    elif predicate.every or "、" in name:
        found = names.split_coordination(name, None, lexicon)
    else:
        found = [name]
    if many > 1 and len(found) != many:
        found = [found[-1]] * many
    quantities = group.quantities if many > 1 else group.quantities * len(found)
    baseline = context.baseline
    if baseline is not None and not scope:
        scope = baseline.rank_scope
    streak = lexicon.count(predicate.streak) if predicate.streak else None
    readings = [
        Reading(
            one, quantity, predicate, "rank", clause, list(inherited),
            is_baseline=predicate.origin, rank_scope=scope, streak_years=streak,
        )
        for one, quantity in zip(found, quantities, strict=True)
        if one and len(one) <= lexicon.max_name
    ]  # fmt: skip
    context.baseline = readings[0] if predicate.origin and readings else None
    if inherited:
        for reading, areas in zip(readings, context.areas_of([one.name for one in readings]), strict=True):
            reading.areas = areas
    elif readings:
        for reading in readings:
            reading.areas = lexicon.wider_area(lead.whole, context.ref_area)
        context.remember([reading.name for reading in readings], coordinated=group.left_is_coordinated)
    return readings


def _field(left: str, lexicon: Lexicon) -> re.Match[str] | None:
    """The field of comparison at the right end; it begins after the last verb of a rank that one follows.

    全省 and 城市 open fields, and 全省地区生产总值居全国, 城市污水处理率进入全省.
    """
    match = lexicon.rank_field.search(left)
    if match is not None:
        for verb in lexicon.rank_verb_inside.finditer(left, match.start(), match.end()):
            later = lexicon.rank_field.match(left, verb.end()) or lexicon.rank_field.match(
                left, verb.end() + 1
            )
            match = later or match
    return match


def _strip_field(left: str, lexicon: Lexicon) -> tuple[str, str, bool]:
    """Take the rank verb and the field of comparison off the right end.

    Returns:
        (what is left, the field, whether the change starts at this rank).
    """
    scope = ""
    year = lexicon.words.year_tail.search(left)
    left = left if year is None else left[: year.start()] + left[year.end() :]
    word = lexicon.tail.at_end(left)
    origin = word is not None and word.kind == "from"
    if word is not None and origin:
        left = left[: -len(word.word)]
    for _ in range(4):
        match = _field(left[-_LONGEST_FIELD:], lexicon)
        if match is not None and not scope:
            scope = names.clean(
                (match["field"] or match["open"]).removeprefix(lexicon.words.field_particle),
                lexicon,
                keep_empty=True,
            )
        else:
            match = lexicon.rank_verb.search(left[-12:])
            if match is None:
                break
        left = left[: len(left) - len(match.group())]
    spelled = lexicon.rank_field_before.search(left[-24:])
    if spelled is not None and not scope:
        scope = spelled["field"]
        left = left[: len(left) - len(spelled.group())]
    return left, scope, origin
