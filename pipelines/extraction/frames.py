"""Step 4: clauses and their numbers -> readings: which name meets which value, in which shape.

The shapes ("frames"), named in `rule_id`:

* `name_verb_value`     地区生产总值增长5%
* `verb_object_value`   发放消费券9.4亿元
* `value_noun`          新增5家上市公司; 9个项目获国家科学技术奖
* `from_to`             由14万元增加到19万元 (two readings: baseline and value)
* `share_of`            A占B比重达到30%
* `rank`                居全国第十
* `coordination`        A、B分别增长15%和12%
* `in_brackets`         A(占比30%)
"""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from typing import TYPE_CHECKING

from pipelines.extraction import grouping, names
from pipelines.extraction.clauses import Clause, split
from pipelines.extraction.function_words import HOLE
from pipelines.extraction.naming import name_group
from pipelines.extraction.predicates import Predicate, read_tail
from pipelines.extraction.quantities import Quantity, Rejected
from pipelines.extraction.ranks import read_ranks
from pipelines.extraction.readings import Context, Named, Reading, Relative, Site
from pipelines.extraction.relatives import read_relative

if TYPE_CHECKING:
    from pipelines.extraction.grouping import Group
    from pipelines.extraction.lexicon import Lexicon

_OUTER_WINDOW = 40


def read_sentence(
    text: str, quantities: list[Quantity], lexicon: Lexicon, context: Context
) -> tuple[list[Reading], list[Relative], list[Rejected]]:
    """Read one folded sentence.

    Args:
        text: the sentence.
        quantities: its numbers, with offsets in the sentence.
        lexicon: the compiled rules.
        context: carried over from the sentence before; updated.
    """
    readings: list[Reading] = []
    relatives: list[Relative] = []
    rejected: list[Rejected] = []
    context.open_sentence()
    starts = [quantity.start for quantity in quantities]
    outside: Context | None = None
    for clause in split(text):
        if clause.anchor is not None:
            outside = outside or copy(context)
        elif outside is not None:
            # What a bracket names is not what the sentence goes on about.
            context.resume(outside)
            outside = None
        inside = [
            quantity
            for quantity in quantities[bisect_left(starts, clause.start) : bisect_left(starts, clause.end)]
            if clause.text[quantity.start - clause.start] != HOLE
        ]
        if not inside:
            if clause.anchor is None:
                found_relative = read_relative(clause, context, lexicon)
                if found_relative is not None:
                    relatives.append(found_relative)
                context.bare_phrase = clause.text
            continue
        groups, not_values = grouping.group(clause, inside, lexicon)
        rejected += not_values
        if not groups and clause.anchor is None:
            context.bare_phrase = clause.text
            continue
        outer = _outer_text(text, clause, starts, lexicon)
        for group in groups:
            found = _read_group(group, clause, outer, context, lexicon)
            if not found:
                rejected += [Rejected(q.start, q.end, "no_indicator", "name.none") for q in group.quantities]
            else:
                context.bare_phrase = ""
            readings += found
        context.bare_phrase = ""
    return readings, relatives, rejected


def _outer_text(text: str, clause: Clause, starts: list[int], lexicon: Lexicon) -> str:
    """What a bracket explains: the text before it, unless a number stands right there."""
    if clause.anchor is None:
        return ""
    begin = max(0, clause.anchor - _OUTER_WINDOW)
    near = bisect_left(starts, clause.anchor) - 1
    if near >= 0 and starts[near] >= begin:
        begin = starts[near]
        if clause.anchor - begin <= _NUMBER_BEFORE_BRACKET:
            return ""
    before = text[begin : clause.anchor]
    for mark in lexicon.words.clause_marks:
        before = before.rpartition(mark)[2]
    return before


_NUMBER_BEFORE_BRACKET = 10


def _read_group(
    group: Group, clause: Clause, outer: str, context: Context, lexicon: Lexicon
) -> list[Reading]:
    if group.quantities[0].is_rank:
        return read_ranks(group, clause, context, lexicon)
    group.quantities = grouping.share_within(group.quantities, lexicon)
    predicate = read_tail(group.left, lexicon, is_change=group.quantities[0].kind == "doubling")
    if group.left_is_coordinated and context.predicate is not None and not predicate.words:
        _carry(predicate, context.predicate, same_unit=group.quantities[0].unit_text == context.unit_text)
    named = name_group(Site(group, predicate, clause, outer, context, lexicon))
    return [] if named is None else _readings(named, group, predicate, clause, context, lexicon)


def _carry(predicate: Predicate, earlier: Predicate, *, same_unit: bool) -> None:
    """A list item without words of its own is governed by the item before it."""
    if same_unit:
        predicate.direction = earlier.direction
        predicate.to = earlier.to
    predicate.average = earlier.average
    predicate.cumulative = earlier.cumulative
    predicate.yoy = earlier.yoy


def _readings(
    named: Named, group: Group, predicate: Predicate, clause: Clause, context: Context, lexicon: Lexicon
) -> list[Reading]:
    """Let n names meet n values; one value meets several names where the words say so."""
    quantities, found, rule_id = _with_distant_bound(group, lexicon), named.names, named.rule_id
    many = len(quantities)
    if len(found) == 1 and not named.areas:
        if many > 1:
            found = names.split_coordination(found[0], many, lexicon)
        elif predicate.every or _distributes(quantities[0], predicate, found[0], lexicon):
            found = names.split_coordination(found[0], None, lexicon)
    if many > 1:
        rule_id = "coordination" if len(found) == many else rule_id
        pairs = list(zip(found if len(found) == many else [found[-1]] * many, quantities, strict=True))
    else:
        pairs = [(one, quantities[0]) for one in found]
        rule_id = "coordination" if len(pairs) > 1 else rule_id
    streak = lexicon.count(predicate.streak) if predicate.streak else None
    readings = [
        Reading(
            name, quantity, predicate, rule_id, clause, list(named.inherited),
            is_flow=named.is_flow, areas=named.areas, streak_years=streak,
        )
        for name, quantity in pairs
        if name and len(name) <= lexicon.max_name
    ]  # fmt: skip
    if not readings:
        return []
    if many > 1 and len(named.areas) == len(readings):
        for reading, area in zip(readings, named.areas, strict=True):
            reading.areas = [area]
    if "subject" in named.inherited and not named.areas:
        for reading, areas in zip(readings, context.areas_of([one.name for one in readings]), strict=True):
            reading.areas = areas
    _link_from_to(readings, predicate, context)
    if "subject" not in named.inherited or named.is_new_subject:
        context.remember(
            [reading.name for reading in readings],
            coordinated=group.left_is_coordinated,
            unit_text=quantities[-1].unit_text,
            areas=[reading.areas for reading in readings],
        )
    context.predicate, context.unit_text = predicate, quantities[-1].unit_text
    context.share = readings[-1].name if named.rule_id == "share_of" else ""
    return readings


def _with_distant_bound(group: Group, lexicon: Lexicon) -> list[Quantity]:
    for word, bound in lexicon.distant_bounds.items():
        if word in group.left:
            return [grouping.bounded(quantity, bound, word) for quantity in group.quantities]
    return group.quantities


def _distributes(quantity: Quantity, predicate: Predicate, phrase: str, lexicon: Lexicon) -> bool:
    """A rate said once of several names holds for each of them; an amount is their total."""
    return (
        quantity.unit_text in lexicon.words.share_units
        and not lexicon.known.is_known(phrase)
        and (predicate.direction is not None or predicate.reach)
        and ("、" in phrase or _are_known(phrase, lexicon))
    )


def _are_known(phrase: str, lexicon: Lexicon) -> bool:
    """Whether each of several names is catalogued: 事故起数和死亡人数 are two, 就业和社会保障 is one."""
    if lexicon.words.separator.search(phrase) is None:
        return False
    pieces = names.split_coordination(phrase, None, lexicon)
    return len(pieces) > 1 and all(map(lexicon.known.is_known, pieces))


def _link_from_to(readings: list[Reading], predicate: Predicate, context: Context) -> None:
    if predicate.origin:
        for reading in readings:
            reading.is_baseline, reading.rule_id = True, "from_to"
        context.baseline = readings[0]
        return
    if context.baseline is not None:
        for reading in readings:
            reading.rule_id = "from_to"
            reading.predicate.to = True
    context.baseline = None
