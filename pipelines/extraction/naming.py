"""Step 4c: the name that a group of values is for, from the words around it.

What stands beside the value is read here; what has to be carried over from before in `ellipsis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction import grouping, names
from pipelines.extraction.ellipsis import (
    anaphoric,
    head_of_whole,
    inherited,
    insert_kind,
    is_kind_of_subject,
    is_measured,
    missing_head,
    unnamed,
)
from pipelines.extraction.performers import add_performer
from pipelines.extraction.predicates import Lead, read_lead, read_tail
from pipelines.extraction.readings import Named, Site
from pipelines.extraction.shares import against_another, share_of

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon
    from pipelines.extraction.quantities import Quantity

_LONGEST_ATTRIBUTE = 16
_LONGEST_COUNTED = 6


def name_group(site: Site) -> Named | None:
    """Name the values of a group; None when no noun phrase says what is measured."""
    lead = read_lead(site.predicate.rest, site.lexicon)
    named = share_of(site) or against_another(site) or _by_noun(site, lead)
    if named is not None:
        add_performer(site, lead, named)
        _add_sum(site, named)
        if not named.areas:
            named.areas = site.lexicon.wider_area(lead.whole, site.context.ref_area)
    return named


def _add_sum(site: Site, named: Named) -> None:
    """固定资产投资累计达到7000亿元 is a sum over the years; 企业累计达186家 are all there are."""
    if site.predicate.total and not named.inherited and not grouping.takes_noun(site.first, site.lexicon):
        site.predicate.cumulative = True


def _by_noun(site: Site, lead: Lead) -> Named | None:
    lexicon, group = site.lexicon, site.group
    site.predicate.cumulative |= lead.cumulative
    name = names.clean(lead.rest, lexicon, keep_empty=bool(lead.kept))
    trailing = None
    if name and not lexicon.known.is_known(name):
        name = names.per_head_first(name, lexicon)
        trailing = lexicon.any_verb.at_end(name)
    if _is_policy(site, name, lead) or _sums_up_a_list(site):
        return None
    noun, after = "", ""
    governed = trailing is not None or (bool(lead.verb) and not name)
    if grouping.takes_noun(site.first, lexicon, governed=governed):
        if lexicon.vague_nouns.match(group.right) is not None:
            return None
        noun, after = names.noun_after(group.right, lexicon, governed=governed)
    if not name and not noun and lead.head:
        name = names.clean(read_lead(lead.head, lexicon).rest, lexicon)
    if noun and (not name or trailing is not None):
        verb = lead.kept if not name else (trailing.word if trailing and trailing.kind == "verb_keep" else "")
        return _counted(site, noun, after, verb)
    if name and trailing is not None:
        return _before_verb(site, name, trailing.word)
    if noun and not after and lead.kept and _closes_name(site, name, noun):
        name += noun
    return _named(site, name, lead) if name else unnamed(site, lead)


def _closes_name(site: Site, name: str, noun: str) -> bool:
    """建设轨道交通三期3条线路: the clause ends with the noun that is counted."""
    return (
        len(noun) <= _LONGEST_COUNTED
        and not name.endswith(noun)
        and not site.lexicon.known.is_known(name)
        and site.clause.text.endswith(site.group.right)
    )


def _is_policy(site: Site, name: str, lead: Lead) -> bool:
    """稳经济38条, 12条政策措施: the points of a policy paper."""
    lexicon = site.lexicon
    if site.unit_text != lexicon.policy_unit:
        return False
    if lexicon.policy_items.match(site.group.right) is not None:
        return True
    return not lead.kept and lexicon.policy_names.search(name) is not None


def _sums_up_a_list(site: Site) -> bool:
    """A、B等8个重点领域: the number counts the list before it."""
    left = site.group.left.rstrip()
    return (
        left.endswith(site.lexicon.et_cetera)
        and "、" in left
        and grouping.takes_noun(site.first, site.lexicon)
    )


def _counted(site: Site, noun: str, after: str, verb: str) -> Named:
    """A noun after the number: 新增5家上市公司; 9个项目获国家科学技术奖."""
    lexicon, context = site.lexicon, site.context
    coordinated = site.group.left_is_coordinated
    context.verb = verb or (context.verb if coordinated else "")
    if context.verb:
        return Named([names.with_verb(context.verb, noun)], "value_noun", is_flow=True)
    stop = lexicon.stops.match(after) if after else None
    attributive = (
        stop is not None
        and stop.group() in lexicon.attributive_stops
        and len(stop.group()) < len(after) <= _LONGEST_ATTRIBUTE
    )
    if attributive:
        which = names.clean(after, lexicon)
        noun = which if which.endswith(noun) else which + noun
    return Named([noun], "value_noun", is_flow=attributive)


def _named(site: Site, name: str, lead: Lead) -> Named | None:
    """A noun phrase stands left of the value."""
    lexicon, group, context, predicate = site.lexicon, site.group, site.context, site.predicate
    if predicate.share:
        name += lexicon.share_head
    elif site.clause.anchor is not None and is_kind_of_subject(site, name):
        return Named([insert_kind(name, context.subjects[-1], lexicon)], "in_brackets", ["subject"], True)
    if name.startswith(lexicon.words.share_verb) and context.subjects and is_measured(name, lexicon):
        part = names.without_verb(context.subjects[-1], lexicon)
        return Named([part + name], "share_of", ["subject"], is_new_subject=True)
    head = head_of_whole(site, name) or missing_head(site, name)
    if head:
        return Named([name + head], "name_verb_value", ["subject"], is_new_subject=True)
    base = _per_base(site, name)
    if base:
        rate = base + names.with_verb(lead.kept, name)
        return Named([rate], "name_verb_value", ["subject"], is_new_subject=True)
    twin = "" if lead.head else names.twin(name, context.subjects, lexicon)
    if twin:
        return Named([twin], "name_verb_value", ["subject"], is_new_subject=True)
    named = anaphoric(site, name, lead.kept) if lexicon.anaphors.get(name) is not None else None
    if named is not None:
        return named
    named = _with_verb_or_compound(site, name, lead)
    if named is None:
        return None
    opening = _opening_verb(named.names[0], site)
    named.is_flow |= bool(opening) and predicate.direction is None
    if lead.verb or opening:
        context.verb = lead.kept or opening
    elif not group.left_is_coordinated:
        context.verb = ""
    return _placed(site, named)


def _opening_verb(name: str, site: Site) -> str:
    """The verb that a whole name begins with, which holds for the rest of a list too; else ''.

    A catalogued name keeps its verb (改造老旧小区), so that none was stripped off it. A noun may begin like
    a verb (服务业增加值): what remains must be counted, or be a name itself.
    """
    lexicon = site.lexicon
    if lexicon.not_lead.at(name) is not None:
        return ""
    added = lexicon.additive_opening.match(name)
    if added is not None:
        return added.group()
    verb = lexicon.lead.at(name)
    if verb is None or verb.kind != "verb_keep":
        return ""
    is_verb = grouping.takes_noun(site.first, lexicon) or lexicon.known.is_known(name[len(verb.word) :])
    return verb.word if is_verb else ""


def _with_verb_or_compound(site: Site, name: str, lead: Lead) -> Named | None:
    lexicon, context, predicate = site.lexicon, site.context, site.predicate
    _turn_into_direction(site, lead)
    is_flow = bool(lead.kept) or lead.cumulative
    generic = lexicon.generic_objects.get(name) is not None
    if lead.head and generic:
        head = names.clean(read_lead(lead.head, lexicon).rest, lexicon)
        return Named([head + lead.kept + name], "name_verb_value", is_flow=is_flow)
    if generic and lead.verb and not lead.kept and context.history:
        compound = names.join_compound(context.history[-1], name, lexicon)
        return Named([compound], "name_verb_value", ["subject"], is_flow, is_new_subject=True)
    if lead.verb:
        rule_id = "name_verb_value" if predicate.reach or predicate.direction else "verb_object_value"
        is_rate = predicate.direction is not None and site.unit_text in lexicon.words.share_units
        kept = lead.kept and not predicate.to and not is_rate
        return Named([names.with_verb(lead.kept, name) if kept else name], rule_id, is_flow=is_flow)
    if (
        (site.group.left_is_coordinated or _is_of_these(site, name))
        and context.verb
        and not predicate.direction
        and not predicate.reach
        and not _is_measure_of_its_own(site, name)
    ):
        return Named([names.with_verb(context.verb, name)], "name_verb_value", ["verb"], is_flow)
    if _is_capacity_in_name(site):
        return None
    return Named([name], "name_verb_value", is_flow=is_flow)


def _is_fraction(quantity: Quantity, lexicon: Lexicon) -> bool:
    return quantity.decimals > 0 and quantity.power == 0 and grouping.takes_noun(quantity, lexicon)


def _per_base(site: Site, name: str) -> str:
    """每千人口拥有医师3.5人、护士4.1人: the opening of a rate in a list, where only the first has it; else ''.

    Things are counted in whole numbers: a fraction of one is a rate.
    """
    context = site.context
    if not (site.group.left_is_coordinated and context.subjects and _is_fraction(site.first, site.lexicon)):
        return ""
    base = site.lexicon.per_base.match(context.subjects[-1])
    return "" if base is None or site.lexicon.per_base.match(name) is not None else base.group()


def _is_of_these(site: Site, name: str) -> bool:
    """引进人才2.3万人，其中博士210人: a part of what a verb counted in the same unit before."""
    lexicon = site.lexicon
    head = lexicon.shared_heads.at_end(name)
    return (
        site.is_part
        and site.unit_text == site.context.unit_text
        and lexicon.nominal.at_end(name) is None
        and (head is None or head.word in lexicon.thing_heads)
    )


def _is_measure_of_its_own(site: Site, name: str) -> bool:
    """接待游客1200万人次、旅游收入98亿元: a catalogued amount in another unit, that the verb before doesn't count."""
    lexicon, context = site.lexicon, site.context
    head = lexicon.shared_heads.at_end(name)
    return (
        head is not None
        and head.word != name
        and site.unit_text != context.unit_text
        and lexicon.known.is_known(name)
        and not lexicon.known.is_known(names.with_verb(context.verb, name))
        and not grouping.takes_noun(site.first, lexicon)
    )


def _turn_into_direction(site: Site, lead: Lead) -> None:
    """下调存款准备金率1个百分点: the verb says the direction of a rate, not a flow."""
    turn = site.lexicon.tail.get(lead.kept) if lead.kept else None
    if turn is not None and turn.kind in ("up", "down") and site.unit_text in site.lexicon.words.rate_units:
        site.predicate.direction = site.predicate.direction or turn.kind
        lead.kept = ""


def _placed(site: Site, named: Named) -> Named:
    """Take places off the name: 南京、苏州地区生产总值."""
    placed = names.split_places(named.names[0], site.lexicon, site.context.ref_area)
    if placed is None:
        return named
    named.areas, rest = placed
    if rest:
        named.names = [rest]
    elif site.context.subjects:
        named.names, named.inherited, named.is_flow = site.context.subjects[-1:], ["subject"], False
    else:
        named.areas = []
    return named


def _is_capacity_in_name(site: Site) -> bool:
    """声威4500吨/日水泥生产线: a measure inside a longer noun, with no word between name and number."""
    first, lexicon = site.first, site.lexicon
    unit = lexicon.unit(first.unit_text)
    right = site.group.right.strip()
    return (
        unit is not None
        and unit.unit_type in lexicon.capacity_types
        and not site.predicate.words
        and not first.modifier
        and bool(right)
        and right[0] not in lexicon.words.capacity_breaks
        and lexicon.tail.at(right) is None
        and lexicon.lead.at(right) is None
        and lexicon.stops.match(right) is None
    )


def _before_verb(site: Site, name: str, verb: str) -> Named | None:
    """The text left of the value ends with a verb and no noun follows the value."""
    lexicon = site.lexicon
    if lexicon.nominal.at_end(verb) is not None:
        return Named([name], "name_verb_value", is_flow=True)
    earlier = read_tail(name[: -len(verb)], lexicon)
    site.predicate.each |= earlier.each
    site.predicate.every |= earlier.every
    site.predicate.words += 1
    lead = read_lead(earlier.rest, lexicon)
    subject = names.clean(lead.rest, lexicon)
    if not subject:
        return inherited(site)
    if lead.kept:
        subject = names.with_verb(lead.kept, subject)
    if verb not in lexicon.additive:
        return Named([subject], "name_verb_value", is_flow=True)
    many = site.many
    pieces = [subject]
    if many > 1 or site.predicate.every:
        pieces = names.split_coordination(subject, many if many > 1 else None, lexicon)
    return Named([names.with_verb(verb, piece) for piece in pieces], "name_verb_value", is_flow=True)
