"""Step 4c: names carried over. What a predicate without a subject, a lone head or a bracket speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction import names
from pipelines.extraction.predicates import Lead, read_lead, read_tail
from pipelines.extraction.readings import Named, Site
from pipelines.extraction.shares import portion

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon

_SHORT = 5
_LONGEST_PART = 20


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


def unnamed(site: Site, lead: Lead) -> Named | None:
    """No noun phrase stands beside the value."""
    lexicon, context = site.lexicon, site.context
    renewed = (
        lead.kept in lexicon.renewing and site.group.left_is_coordinated and site.unit_text in context.counted
    )
    if context.subjects and (renewed or lead.kept in lexicon.additive):
        counted = context.counted.get(site.unit_text, context.subjects[-1])
        subject = names.without_verb(counted, lexicon)
        made = lexicon.any_verb.at(counted) if renewed else None
        subject = subject if made is None else counted[len(made.word) :]
        return Named([names.with_verb(lead.kept, subject)], "name_verb_value", ["subject"], True)
    if lead.kept and lexicon.nominal.at_end(lead.kept) is not None:
        context.verb = lead.kept
        return Named([lead.kept], "verb_object_value", is_flow=True)
    return (
        _before_bracket(site) or portion(site) or _part_of_counted(site) or _purpose(site) or inherited(site)
    )


def _before_bracket(site: Site) -> Named | None:
    """居民消费价格涨幅(0.2%): the bracket explains the words before it."""
    if not site.outer:
        return None
    before = read_tail(site.outer, site.lexicon)
    name = names.clean(read_lead(before.rest, site.lexicon).rest, site.lexicon)
    if not name:
        return None
    site.predicate.direction = site.predicate.direction or before.direction
    return Named([name], "in_brackets")


def _part_of_counted(site: Site) -> Named | None:
    """安置职工186万人，其中124.7万人实现了再就业: a part of what was counted in the same unit before."""
    counted = site.context.counted.get(site.unit_text)
    right = site.group.right
    stop = site.lexicon.stops.match(right)
    if counted is None or stop is None or not len(stop.group()) < len(right) <= _LONGEST_PART:
        return None
    done = names.clean(right, site.lexicon)
    return Named([done + names.without_verb(counted, site.lexicon)], "value_noun", ["subject"], True)


def _purpose(site: Site) -> Named | None:
    """其中7000亿元用于“两重”建设: what the money named before is for."""
    right = names.clean(site.group.right, site.lexicon)
    if not right.startswith(site.lexicon.purpose) or not site.context.subjects:
        return None
    subject = names.without_verb(site.context.subjects[-1], site.lexicon)
    site.context.predicate = None
    return Named([subject + right], "value_noun", ["subject"])


def inherited(site: Site) -> Named | None:
    """A predicate without a subject speaks of a bare phrase before it or of what was measured last."""
    context, predicate, lexicon, many = site.context, site.predicate, site.lexicon, site.many
    if context.bare_phrase and (predicate.words or predicate.each or predicate.origin):
        phrase = bare_subject(context.bare_phrase, lexicon)
        pieces = names.split_coordination(phrase, many, lexicon) if many > 1 else [phrase]
        if phrase and len(pieces) == many and (many > 1 or is_measured(phrase, lexicon)):
            context.remember(pieces, coordinated=False)
            return Named(pieces, "name_verb_value", ["subject"])
    in_brackets = site.clause.anchor is not None
    if not context.subjects or not (predicate.words or predicate.origin or in_brackets):
        return None
    _carry_direction(site)
    subjects = context.last(many)
    if many == 1 and context.baseline is not None:
        # 占比重由64%提升至71.2%: the value that a change ends at is of what it started from.
        return Named([context.baseline.name], "name_verb_value", ["subject"])
    if many == 1 and context.share and site.unit_text == lexicon.words.points_unit:
        # 占支出的76.5%，提高0.8个百分点: points are of the share, not of the amount before it.
        return Named([context.share], "name_verb_value", ["subject"])
    if many == 1 and predicate.every and len(context.subjects) > 1:
        subjects = list(context.subjects)
    if predicate.total:
        subjects = [names.stock(subject, lexicon) for subject in subjects]
    rule_id = "in_brackets" if in_brackets else "name_verb_value"
    return Named(subjects, rule_id, ["subject"], is_new_subject=predicate.total)


def _carry_direction(site: Site) -> None:
    """增长30%,力争达到35%: a rate reached after a rate of growth is one too."""
    earlier, predicate = site.context.predicate, site.predicate
    if (
        earlier is not None
        and earlier.direction is not None
        and not earlier.to
        and (predicate.direction is None or predicate.to)
        and site.unit_text in site.lexicon.words.share_units
        and site.context.unit_text in site.lexicon.words.share_units
    ):
        predicate.direction = earlier.direction
        predicate.to = False


def anaphoric(site: Site, head: str, verb: str = "") -> Named | None:
    """增速, 总产量, 人均: a head that needs the name before it.

    What is measured of a thing is told without the verb that counted the thing, with its own `verb`
    (开工建设地铁3条线路，新增运营里程35公里).
    """
    context, lexicon, many = site.context, site.lexicon, site.many
    subject = bare_subject(context.bare_phrase, lexicon) if context.bare_phrase else ""
    if not is_measured(subject, lexicon):
        subject = context.subjects[-1] if context.subjects else ""
    if not subject:
        return None
    pieces = names.split_coordination(subject, many, lexicon) if many > 1 else [subject]
    if many > 1 and len(pieces) != many:
        pieces = context.last(many) if context.subjects else [subject]
    elif many == 1 and site.predicate.every and subject in context.subjects:
        pieces = list(context.subjects)
    joined = [names.join_subject(piece, head, lexicon) for piece in pieces]
    if head in lexicon.thing_anaphors:
        joined = [names.with_verb(verb, names.without_verb(name, lexicon)) for name in joined]
    # What is said next is said of all there is: 总数达383家、居全国城市第4.
    return Named(joined, "name_verb_value", ["subject"], is_new_subject=head in lexicon.stock_anaphors)


def is_kind_of_subject(site: Site, name: str) -> bool:
    """厕所1836座(城市1107座、农村612座): a short word in brackets, counted in the unit of the subject."""
    return (
        bool(site.context.subjects)
        and len(name) <= _SHORT
        and not is_measured(name, site.lexicon)
        and site.unit_text in site.context.counted
    )


def insert_kind(kind: str, subject: str, lexicon: Lexicon) -> str:
    """城市 and 新改建厕所 -> 新改建城市厕所."""
    bare = names.without_verb(subject, lexicon)
    return subject[: len(subject) - len(bare)] + kind + bare


def head_of_whole(site: Site, name: str) -> str:
    """汽车产量98万辆，其中新能源汽车32万辆: the head that a part shares with the whole before it, else ''.

    The parts listed after the first one share it too.
    """
    lexicon, context = site.lexicon, site.context
    unit = site.unit_text
    listed = context.part_head if site.group.left_is_coordinated and unit == context.unit_text else ""
    context.part_head = ""
    own = lexicon.shared_heads.at_end(name)
    if (own is not None and own.word not in lexicon.thing_heads) or lexicon.nominal.at_end(name) is not None:
        return ""
    if site.is_part:
        whole = context.counted.get(unit, "")
        if unit in lexicon.words.share_units:
            whole = context.subjects[-1] if context.subjects and context.unit_text == unit else ""
        listed = _shared_head(whole, lexicon) if whole else ""
    context.part_head = listed
    return listed


def _shared_head(whole: str, lexicon: Lexicon) -> str:
    """总产量 -> 产量; of what was done, the deed (新增就业 -> 就业, 机电产品 is a part of 出口); else ''."""
    head = lexicon.shared_heads.at_end(whole)
    bare = "" if head is None else head.word.removeprefix(lexicon.whole_of_head)
    if bare in lexicon.part_heads:
        return bare
    deed = lexicon.nominal.at_end(whole)
    return "" if deed is None else deed.word


def missing_head(site: Site, name: str) -> str:
    """中心城区污水处理率达到95%，新城区90%: the head where only what differs is printed, else ''."""
    context, lexicon = site.context, site.lexicon
    if (
        site.predicate.words
        or not context.subjects
        or len(name) > _SHORT
        or site.unit_text not in lexicon.words.share_units
        or context.unit_text not in lexicon.words.share_units
        or is_measured(name, lexicon)
        or lexicon.anaphors.get(name) is not None
    ):
        return ""
    subject = context.subjects[-1]
    known = lexicon.known.at_end(subject)
    head = lexicon.shared_heads.at_end(subject)
    return known if known and known != subject else (head.word if head is not None else "")
