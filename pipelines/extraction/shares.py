"""Step 4c: names of shares. A占B的比重, 是2020年的2倍, 95%以上的行政村."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction import grouping, names
from pipelines.extraction.predicates import read_lead
from pipelines.extraction.readings import Named, Site

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon

_LONGEST_PORTION = 20


def share_of(site: Site) -> Named | None:
    """A占B的比重, 占B的30%: the whole is part of the name."""
    lexicon, group, predicate = site.lexicon, site.group, site.predicate
    if site.unit_text not in lexicon.words.relative_units:
        return None
    match = lexicon.share_of.search(predicate.rest)
    if match is None or _is_list(match["whole"], lexicon):
        # A占B比重和C比例: two names, each with its own head.
        return None
    left = match["part"]
    bound = lexicon.bound_before(left)
    if bound is not None:
        left = left[: -len(bound.word)]
        group.quantities = [
            grouping.bounded(quantity, bound.kind, bound.word) for quantity in group.quantities
        ]
    part = names.clean(read_lead(left, lexicon).rest, lexicon)
    whole = names.clean(match["whole"], lexicon, keep_empty=True)
    parts = [part] if part else [names.without_verb(one, lexicon) for one in site.context.subjects[-1:]]
    if not parts or not whole:
        return None
    many = site.many
    if part and (many > 1 or predicate.every):
        parts = names.split_coordination(part, many if many > 1 else None, lexicon)
    predicate.share = True
    if predicate.to:
        predicate.direction = None
    inherited = [] if part else ["subject"]
    suffix = f"{lexicon.words.share_verb}{whole}{lexicon.share_suffix}"
    # 研发投入强度 in a list before A占B比重 is a share of its own.
    ends = [one if _is_share(one, lexicon) else one + suffix for one in parts[:-1]]
    return Named([*ends, parts[-1] + suffix], "share_of", inherited)


def _is_list(whole: str, lexicon: Lexicon) -> bool:
    """Whether the share ends inside what looked like its whole: 占地区生产总值比重和经常参加体育锻炼人数."""
    _, suffix, after = whole.partition(lexicon.share_suffix)
    return bool(suffix) and lexicon.words.separator.match(after) is not None


def _is_share(name: str, lexicon: Lexicon) -> bool:
    """Whether a name ends like that of a share: 科技进步贡献率."""
    head = lexicon.shared_heads.at_end(name)
    return head is not None and head.word.endswith(lexicon.share_heads)


def against_another(site: Site) -> Named | None:
    """是2020年的2倍, 为年计划的108.5%: the subject against something else."""
    lexicon, unit = site.lexicon, site.unit_text
    match = lexicon.relation.search(site.predicate.rest) if unit in lexicon.words.relative_units else None
    if match is None:
        return None
    name = names.clean(read_lead(site.predicate.rest[: match.start()], lexicon).rest, lexicon)
    inherited: list[str] = []
    if not name:
        if not site.context.subjects:
            return None
        name, inherited = site.context.subjects[-1], ["subject"]
    if unit != lexicon.words.ratio_unit:
        name = f"{name}{lexicon.relation_infix}{match['base']}{lexicon.relation_suffix}"
    return Named([name], "name_verb_value", inherited)


def portion(site: Site) -> Named | None:
    """95%以上的行政村通了公路: the portion of what follows 的."""
    if site.unit_text not in site.lexicon.words.share_units or not site.group.right.startswith(
        site.lexicon.of
    ):
        return None
    those = names.clean(site.group.right, site.lexicon)
    if not 1 < len(those) <= _LONGEST_PORTION:
        return None
    return Named([those + site.lexicon.relation_suffix], "value_noun")
