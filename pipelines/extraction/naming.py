"""Step 4c: the name that a group of values is for, from the words around it or from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction import grouping, names
from pipelines.extraction.predicates import Lead, Predicate, read_lead, read_tail
from pipelines.extraction.readings import Context, Named

if TYPE_CHECKING:
    from pipelines.extraction.clauses import Clause
    from pipelines.extraction.grouping import Group
    from pipelines.extraction.lexicon import Lexicon

_PER_CENT = ("%", "‰")
_LONGEST_PORTION = 20
_RATES = (*_PER_CENT, "百分点")


def name_group(
    group: Group, predicate: Predicate, clause: Clause, outer: str, context: Context, lexicon: Lexicon
) -> Named | None:
    """Name the values of a group.

    Args:
        group: the values, with the text left and right of them.
        predicate: what `read_tail` made of the left text; adjusted where a frame says more.
        clause: the clause they stand in.
        outer: the text of the sentence before the bracket, for a clause inside brackets.
        context: what was measured before.
        lexicon: the compiled rules.

    Returns:
        None when no noun phrase says what is measured.
    """
    shared = _share_of(group, predicate, context, lexicon) or _relation(group, predicate, context, lexicon)
    if shared is not None:
        return shared
    lead = read_lead(predicate.rest, lexicon)
    predicate.cumulative |= lead.cumulative
    name = names.clean(lead.rest, lexicon, keep_empty=bool(lead.kept))
    if not name and lead.head:
        name = names.clean(read_lead(lead.head, lexicon).rest, lexicon)
    trailing = None
    if name and not lexicon.known.is_known(name):
        trailing = lexicon.any_verb.at_end(name)
    if _is_policy(group, name, lexicon) or _sums_up_a_list(group, lexicon):
        return None
    noun, after = "", ""
    governed = trailing is not None or (bool(lead.verb) and not name)
    if grouping.takes_noun(group.quantities[0], lexicon, governed=governed):
        noun, after = names.noun_after(group.right, lexicon, governed=governed)
    if noun and (not name or trailing is not None):
        verb = lead.kept if not name else (trailing.word if trailing and trailing.kind == "verb_keep" else "")
        context.verb = verb or (context.verb if group.left_is_coordinated else "")
        counted = _counted(noun, after, verb, group, context, lexicon)
        return Named([counted], "value_noun", is_flow=bool(verb) or counted != noun)
    if name and trailing is not None:
        return _before_verb(name, trailing.word, group, predicate, clause, context, lexicon)
    if name:
        return _named(name, lead, group, predicate, context, lexicon)
    return _unnamed(lead, group, predicate, clause, outer, context, lexicon)


def _is_policy(group: Group, name: str, lexicon: Lexicon) -> bool:
    """稳经济38条, 12条政策措施: the points of a policy paper."""
    if group.quantities[0].unit_text != lexicon.policy_unit:
        return False
    return (
        lexicon.policy_items.match(group.right) is not None or lexicon.policy_names.search(name) is not None
    )


def _sums_up_a_list(group: Group, lexicon: Lexicon) -> bool:
    """A、B等8个重点领域: the number counts the list before it."""
    left = group.left.rstrip()
    return (
        left.endswith(lexicon.et_cetera)
        and "、" in left
        and grouping.takes_noun(group.quantities[0], lexicon)
    )


def with_verb(verb: str, name: str) -> str:
    """The name with the verb that says which flow is counted, not repeated."""
    return name if name.startswith(verb) else verb + name


def _counted(noun: str, after: str, verb: str, group: Group, context: Context, lexicon: Lexicon) -> str:
    if not verb and group.left_is_coordinated:
        verb = context.verb
    if verb:
        return with_verb(verb, noun)
    stop = lexicon.stops.match(after) if after else None
    if (
        stop is not None
        and stop.group() in lexicon.attributive_stops
        and len(stop.group()) < len(after) <= 16
    ):
        which = names.clean(after, lexicon)
        return which if which.endswith(noun) else which + noun
    return noun


def _named(
    name: str, lead: Lead, group: Group, predicate: Predicate, context: Context, lexicon: Lexicon
) -> Named | None:
    """A noun phrase stands left of the value."""
    per_cent = group.quantities[0].unit_text in _PER_CENT
    rule_id = "name_verb_value"
    inherited: list[str] = []
    compound = False
    turn = lexicon.tail.get(lead.kept) if lead.kept else None
    if turn is not None and turn.kind in ("up", "down") and group.quantities[0].unit_text in _RATES:
        predicate.direction = predicate.direction or turn.kind
        lead.kept = ""
    generic = lexicon.generic_objects.get(name) is not None
    if lead.head and generic:
        head = names.clean(read_lead(lead.head, lexicon).rest, lexicon)
        name = head + (lead.kept or "") + name
    elif generic and lead.verb and not lead.kept and context.history:
        name, inherited = names.join_compound(context.history[-1], name, lexicon), ["subject"]
        compound = True
    elif lead.verb:
        if not predicate.reach and not predicate.direction:
            rule_id = "verb_object_value"
        if lead.kept and not predicate.to and not (predicate.direction and per_cent):
            name = with_verb(lead.kept, name)
    elif group.left_is_coordinated and context.verb and not predicate.direction and not predicate.reach:
        name, inherited = with_verb(context.verb, name), ["verb"]
    elif _is_capacity_in_name(group, predicate, lexicon):
        return None
    if predicate.share:
        name += lexicon.share_head
    if lexicon.anaphors.get(name) is not None:
        subject = bare_subject(context.bare_phrase, lexicon) if context.bare_phrase else ""
        if not is_measured(subject, lexicon):
            subject = context.subjects[-1] if context.subjects else ""
        many = len(group.quantities)
        pieces = names.split_coordination(subject, many, lexicon) if many > 1 and subject else []
        if len(pieces) != many:
            pieces = context.last(many) if many > 1 and context.subjects else [subject]
        if pieces != [""]:
            return Named([names.join_subject(piece, name, lexicon) for piece in pieces], rule_id, ["subject"])
    opening = lexicon.additive_opening.match(name)
    if lead.verb or opening is not None:
        context.verb = lead.kept or (opening.group() if opening is not None else "")
    elif not group.left_is_coordinated:
        context.verb = ""
    placed = names.split_places(name, lexicon)
    if placed is not None:
        areas, rest = placed
        if rest:
            return Named([rest], rule_id, inherited, bool(lead.kept), areas)
        if context.subjects:
            return Named(context.subjects[-1:], rule_id, ["subject"], False, areas)
    return Named([name], rule_id, inherited, bool(lead.kept) or lead.cumulative, is_new_subject=compound)


def _is_capacity_in_name(group: Group, predicate: Predicate, lexicon: Lexicon) -> bool:
    """声威4500吨/日水泥生产线: a measure inside a longer noun, with no word between name and number."""
    first = group.quantities[0]
    unit = lexicon.catalogue.unit(first.unit_text)
    right = group.right.strip()
    return (
        unit is not None
        and unit.unit_type in lexicon.capacity_types
        and not predicate.words
        and not first.modifier
        and bool(right)
        and right[0] not in "、和与及(的"
        and lexicon.tail.at(right) is None
        and lexicon.lead.at(right) is None
        and lexicon.stops.match(right) is None
    )


def _before_verb(
    name: str,
    verb: str,
    group: Group,
    predicate: Predicate,
    clause: Clause,
    context: Context,
    lexicon: Lexicon,
) -> Named | None:
    """The text left of the value ends with a verb and no noun follows the value."""
    if lexicon.nominal.get(verb) is not None or lexicon.nominal.at_end(verb) is not None:
        return Named([name], "name_verb_value", is_flow=True)
    earlier = read_tail(name[: -len(verb)], lexicon)
    predicate.each |= earlier.each
    predicate.every |= earlier.every
    predicate.words += 1
    lead = read_lead(earlier.rest, lexicon)
    subject = names.clean(lead.rest, lexicon)
    if not subject:
        return _inherited(group, predicate, clause, context, lexicon)
    if lead.kept:
        subject = with_verb(lead.kept, subject)
    if verb in lexicon.additive:
        many = len(group.quantities)
        pieces = names.split_coordination(subject, many if many > 1 else None, lexicon)
        if many > 1 or predicate.every:
            return Named([with_verb(verb, piece) for piece in pieces], "name_verb_value", is_flow=True)
        return Named([with_verb(verb, subject)], "name_verb_value", is_flow=True)
    return Named([subject], "name_verb_value", is_flow=True)


def _unnamed(
    lead: Lead,
    group: Group,
    predicate: Predicate,
    clause: Clause,
    outer: str,
    context: Context,
    lexicon: Lexicon,
) -> Named | None:
    """No noun phrase stands beside the value."""
    if lead.kept in lexicon.additive and context.subjects:
        counted = context.counted.get(group.quantities[0].unit_text, context.subjects[-1])
        subject = names.without_verb(counted, lexicon)
        return Named([with_verb(lead.kept, subject)], "name_verb_value", ["subject"], True)
    if lead.kept and lexicon.nominal.at_end(lead.kept) is not None:
        context.verb = lead.kept
        return Named([lead.kept], "verb_object_value", is_flow=True)
    if outer:
        before = read_tail(outer, lexicon)
        name = names.clean(read_lead(before.rest, lexicon).rest, lexicon)
        if name:
            predicate.direction = predicate.direction or before.direction
            return Named([name], "in_brackets")
    if group.quantities[0].unit_text in _PER_CENT and group.right.startswith(lexicon.of):
        those = names.clean(group.right, lexicon)
        if 2 <= len(those) <= _LONGEST_PORTION:
            return Named([those + lexicon.relation_suffix], "value_noun")
    which = _those_who(group, context, lexicon)
    if which is not None:
        return which
    right = names.clean(group.right, lexicon)
    if right.startswith(lexicon.purpose) and context.subjects:
        subject = names.without_verb(context.subjects[-1], lexicon)
        context.predicate = None
        return Named([subject + right], "value_noun", ["subject"], False)
    return _inherited(group, predicate, clause, context, lexicon)


def _those_who(group: Group, context: Context, lexicon: Lexicon) -> Named | None:
    """安置职工186万人，其中124.7万人实现了再就业: a part of what was counted in the same unit before."""
    counted = context.counted.get(group.quantities[0].unit_text)
    stop = lexicon.stops.match(group.right)
    if counted is None or stop is None or not len(stop.group()) < len(group.right) <= _LONGEST_PORTION:
        return None
    done = names.clean(group.right, lexicon)
    return Named([done + names.without_verb(counted, lexicon)], "value_noun", ["subject"], is_flow=True)


def _inherited(
    group: Group, predicate: Predicate, clause: Clause, context: Context, lexicon: Lexicon
) -> Named | None:
    """A predicate without a subject speaks of a bare phrase before it or of what was measured last."""
    many = len(group.quantities)
    if context.bare_phrase and (predicate.words or predicate.each or predicate.origin):
        phrase = bare_subject(context.bare_phrase, lexicon)
        pieces = names.split_coordination(phrase, many, lexicon) if many > 1 else [phrase]
        if phrase and len(pieces) == many and (many > 1 or is_measured(phrase, lexicon)):
            context.remember(pieces, coordinated=False)
            return Named(pieces, "name_verb_value", ["subject"])
    if not context.subjects or not (predicate.words or predicate.origin or clause.anchor is not None):
        return None
    _carry_direction(group, predicate, context)
    subjects = context.last(many)
    if many == 1 and predicate.every and len(context.subjects) > 1:
        subjects = list(context.subjects)
    rule_id = "in_brackets" if clause.anchor is not None else "name_verb_value"
    return Named(subjects, rule_id, ["subject"])


def bare_subject(phrase: str, lexicon: Lexicon) -> str:
    """The noun phrase that opens a clause without a number."""
    rest = read_lead(phrase, lexicon, cut_inside=False).rest
    for match in lexicon.bare_stops.finditer(rest):
        if match.start() > 1 and not lexicon.known.covers(rest, match.start(), match.end()):
            rest = rest[: match.start()]
            break
    return names.clean(read_tail(rest, lexicon).rest, lexicon)


def is_measured(phrase: str, lexicon: Lexicon) -> bool:
    """Whether a phrase ends like the name of something measured."""
    return bool(lexicon.known.at_end(phrase)) or lexicon.shared_heads.at_end(phrase) is not None


def _carry_direction(group: Group, predicate: Predicate, context: Context) -> None:
    """增长30%,力争达到35%: a rate reached after a rate of growth is one too."""
    earlier = context.predicate
    if (
        earlier is not None
        and earlier.direction is not None
        and not earlier.to
        and (predicate.direction is None or predicate.to)
        and group.quantities[0].unit_text in _PER_CENT
        and context.unit_text in _PER_CENT
    ):
        predicate.direction = earlier.direction
        predicate.to = False


def _share_of(group: Group, predicate: Predicate, context: Context, lexicon: Lexicon) -> Named | None:
    """A占B的比重, 占B的30%: the whole is part of the name."""
    if group.quantities[0].unit_text not in (*_PER_CENT, "倍"):
        return None
    match = lexicon.share_of.search(predicate.rest)
    if match is None:
        return None
    left = match["part"]
    bound = lexicon.bound_before(left)
    if bound is not None:
        left = left[: -len(bound.word)]
        group.quantities = [
            grouping.bounded(quantity, bound.bound, bound.word) for quantity in group.quantities
        ]
    lead = read_lead(left, lexicon)
    part, whole = names.clean(lead.rest, lexicon), names.clean(match["whole"], lexicon, keep_empty=True)
    parts = [part] if part else [names.without_verb(subject, lexicon) for subject in context.subjects[-1:]]
    if not parts or not whole:
        return None
    many = len(group.quantities)
    if part and (many > 1 or predicate.every):
        parts = names.split_coordination(part, many if many > 1 else None, lexicon)
    predicate.share = True
    if predicate.to:
        predicate.direction = None
    inherited = [] if part else ["subject"]
    return Named([f"{one}占{whole}{lexicon.share_suffix}" for one in parts], "share_of", inherited)


def _relation(group: Group, predicate: Predicate, context: Context, lexicon: Lexicon) -> Named | None:
    """是2020年的2倍, 为年计划的108.5%: the subject against something else."""
    unit = group.quantities[0].unit_text
    match = lexicon.relation.search(predicate.rest) if unit in (*_PER_CENT, "倍") else None
    if match is None:
        return None
    lead = read_lead(predicate.rest[: match.start()], lexicon)
    name = names.clean(lead.rest, lexicon)
    inherited: list[str] = []
    if not name:
        if not context.subjects:
            return None
        name, inherited = context.subjects[-1], ["subject"]
    if unit != "倍":
        name = f"{name}{lexicon.relation_infix}{match['base']}{lexicon.relation_suffix}"
    return Named([name], "name_verb_value", inherited)
