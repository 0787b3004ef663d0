"""Step 3b: which numbers of a clause belong together, and what text stands left and right of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.extraction.predicates import read_tail
from pipelines.extraction.quantities import Quantity, Rejected, replace

if TYPE_CHECKING:
    from pipelines.extraction.clauses import Clause
    from pipelines.extraction.lexicon import Lexicon

_LOOK_AHEAD = 40
_SHORTEST_NOUN_PHRASE = 2
_LONGEST_MEASURED = 8
_NO_NOUN_UNITS = ("currency", "share", "change_share", "ratio", "rank")


@dataclass(slots=True)
class Group:
    """Values listed side by side (`15%和12%`), with the text of the clause around them.

    `left` reaches back to the value before (or to the clause's start), `right` on to the next one.
    """

    quantities: list[Quantity]
    left: str
    right: str
    left_is_coordinated: bool


def takes_noun(quantity: Quantity, lexicon: Lexicon, *, governed: bool = False) -> bool:
    """Whether a noun after the number can be what is counted (5家企业), rather than a new clause.

    Money takes one only where a verb governs it (`governed`): 成立100亿元产业基金.
    """
    unit = lexicon.unit(quantity.unit_text) if quantity.unit_text else None
    if quantity.kind in ("rank", "ratio", "doubling", "fraction"):
        return False
    if governed and unit is not None and unit.unit_type == "currency":
        return True
    return unit is None or unit.unit_type not in _NO_NOUN_UNITS


def group(clause: Clause, quantities: list[Quantity], lexicon: Lexicon) -> tuple[list[Group], list[Rejected]]:
    """Group the numbers of a clause; a number that is a threshold inside a name is rejected."""
    rejected: list[Rejected] = []
    kept: list[Quantity] = []
    unit_follows = _unit_follows(clause, quantities, lexicon)
    for index, quantity in enumerate(quantities):
        following = quantities[index + 1] if index + 1 < len(quantities) else None
        earlier = quantities[index - 1] if index else None
        if _is_threshold(clause, quantity, following, lexicon) or _sizes_what_is_counted(
            clause, earlier, quantity, lexicon
        ):
            rejected.append(Rejected(quantity.start, quantity.end, "name", "not.threshold_in_name"))
        elif _is_loose_word(clause, quantity, lexicon):
            rejected.append(Rejected(quantity.start, quantity.end, "idiom", "num.loose_word"))
        elif _is_determiner(clause, quantity, following, lexicon):
            rejected.append(Rejected(quantity.start, quantity.end, "name", "not.determiner"))
        elif _counts_places(clause, quantity, lexicon):
            rejected.append(Rejected(quantity.start, quantity.end, "name", "not.count_of_places"))
        elif _has_no_unit(clause, quantity, kept, lexicon, unit_follows=unit_follows[index]):
            rejected.append(Rejected(quantity.start, quantity.end, "unit_unknown", "unit.none"))
        else:
            kept.append(quantity)
    runs: list[list[Quantity]] = []
    for quantity in kept:
        if runs and _side_by_side(clause, runs[-1][-1], quantity, lexicon):
            runs[-1].append(quantity)
        else:
            runs.append([quantity])
    return _with_text(clause, runs, lexicon), rejected


def _text(clause: Clause, start: int, end: int) -> str:
    return clause.text[start - clause.start : end - clause.start]


def _side_by_side(clause: Clause, left: Quantity, right: Quantity, lexicon: Lexicon) -> bool:
    between = _text(clause, left.after_end, right.start)
    word = lexicon.bound_before(between)
    if word is not None:
        between = between[: -len(word.word)]
    return lexicon.words.separator.fullmatch(between) is not None and right.kind == left.kind


def _is_threshold(clause: Clause, quantity: Quantity, following: Quantity | None, lexicon: Lexicon) -> bool:
    """`50万元以上行政村占比`, `10亿元以上项目20个`: a bounded amount with a noun right after it."""
    after = _text(clause, quantity.after_end, min(clause.end, quantity.after_end + _LOOK_AHEAD))
    if not after or quantity.is_rank:
        return False
    takes = takes_noun(quantity, lexicon)
    is_rate = quantity.unit_text in lexicon.words.rate_units
    if quantity.modifier in lexicon.threshold:
        head = after.lstrip(lexicon.of)
        if (
            not head
            or lexicon.words.separator.match(head)
            or (lexicon.tail.at(head) is not None and not _names_thing(head, lexicon))
        ):
            return False
        return following is not None or not (takes or is_rate)
    if _is_attributive(clause, quantity, after, lexicon) and not takes and not is_rate:
        return True
    if takes or following is None or quantity.kind != "number" or is_rate:
        return False
    if takes_noun(following, lexicon) and _text(clause, quantity.after_end, following.start) == lexicon.of:
        return True
    between = _text(clause, quantity.after_end, following.start)
    return (
        bool(between)
        and takes_noun(following, lexicon)
        and lexicon.words.separator.search(between) is None
        and lexicon.tail.at(between) is None
        and lexicon.lead.at(between) is None
        and between[0] not in lexicon.words.threshold_breaks
        and len(between) <= 10
    )


def _sizes_what_is_counted(
    clause: Clause, earlier: Quantity | None, quantity: Quantity, lexicon: Lexicon
) -> bool:
    """5个超50亿元项目, 新开工23个产值超亿元项目: a bounded amount between a count and the noun that is counted."""
    if earlier is None or not takes_noun(earlier, lexicon) or takes_noun(quantity, lexicon):
        return False
    between = _text(clause, earlier.after_end, quantity.start)
    word = lexicon.bound_before(between)
    if word is None or word.word == between:
        return word is not None
    measured = between[: -len(word.word)]
    after = _text(clause, quantity.after_end, clause.end)
    left = _text(clause, max(clause.start, earlier.start - 8), earlier.start)
    return (
        len(measured) <= _LONGEST_MEASURED
        and (lexicon.shared_heads.at_end(measured) is not None or bool(lexicon.known.at_end(measured)))
        and lexicon.any_verb.at_end(left) is not None
        and len(after) >= _SHORTEST_NOUN_PHRASE
        and lexicon.words.separator.match(after) is None
        and lexicon.tail.at(after) is None
    )


def _is_loose_word(clause: Clause, quantity: Quantity, lexicon: Lexicon) -> bool:
    """两家, 三条: a number word with a classifier counts only right after a verb."""
    if not quantity.is_word or quantity.power or quantity.kind != "number":
        return False
    left = _text(clause, max(clause.start, quantity.start - 8), quantity.start)
    return lexicon.any_verb.at_end(left) is None


def _is_determiner(clause: Clause, quantity: Quantity, following: Quantity | None, lexicon: Lexicon) -> bool:
    """14个成员国进出口增长11.2%, 在全省53个县中居首位: the number belongs to the subject of another one."""
    if following is None or not takes_noun(quantity, lexicon) or quantity.modifier:
        return False
    between = _text(clause, quantity.end, following.start)
    if not between or len(between) > _LOOK_AHEAD or lexicon.words.separator.search(between):
        return False
    left = _text(clause, max(clause.start, quantity.start - 12), quantity.start)
    if following.is_rank and (lexicon.field_end.search(between) or lexicon.rank_verb.search(left)):
        return True
    if lexicon.any_verb.at_end(left) is not None or following.unit_text not in lexicon.words.rate_units:
        return False
    predicate = read_tail(between, lexicon)
    return (predicate.direction is not None or predicate.reach) and (
        bool(lexicon.known.at_end(predicate.rest)) or lexicon.shared_heads.at_end(predicate.rest) is not None
    )


def _counts_places(clause: Clause, quantity: Quantity, lexicon: Lexicon) -> bool:
    """11个设区市地区生产总值: the number counts the places that a known indicator is about."""
    here = _text(clause, quantity.start, min(clause.end, quantity.end + _LOOK_AHEAD))
    match = lexicon.area_count.match(here)
    return match is not None and lexicon.known.starts(here[match.end() :])


def _unit_follows(clause: Clause, quantities: list[Quantity], lexicon: Lexicon) -> list[bool]:
    """For each number, whether a later one of its list prints the unit (42.6万、38.1万和31.7万人)."""
    follows = [False] * len(quantities)
    for index in range(len(quantities) - 2, -1, -1):
        here, after = quantities[index], quantities[index + 1]
        has_unit = bool(after.unit_text) or follows[index + 1]
        follows[index] = has_unit and not here.unit_text and _side_by_side(clause, here, after, lexicon)
    return follows


def _has_no_unit(
    clause: Clause, quantity: Quantity, kept: list[Quantity], lexicon: Lexicon, *, unit_follows: bool
) -> bool:
    """A bare number counts only in a list whose later number prints the unit, or for an index."""
    if quantity.unit_text or unit_follows:
        return False
    if kept and not kept[-1].unit_text:
        between = _text(clause, kept[-1].end, quantity.start)
        word = lexicon.tail.at_end(between)
        if word is not None and word.kind == "to":
            return False
    left = _text(clause, max(clause.start, quantity.start - 16), quantity.start)
    return lexicon.index_before.search(left) is None


def _is_attributive(clause: Clause, quantity: Quantity, after: str, lexicon: Lexicon) -> bool:
    """销售额不超过2万元的小微企业: the amount describes the noun after 的; no verb governs it."""
    if not after.startswith(lexicon.of) or len(after) <= _SHORTEST_NOUN_PHRASE or quantity.kind != "number":
        return False
    left = _text(clause, max(clause.start, quantity.start - 8), quantity.start)
    return lexicon.any_verb.at_end(left) is None


def _names_thing(head: str, lexicon: Lexicon) -> bool:
    return lexicon.known.starts(head)


def _with_text(clause: Clause, runs: list[list[Quantity]], lexicon: Lexicon) -> list[Group]:
    groups: list[Group] = []
    begin = clause.start
    carried = ""
    coordinated = False
    for index, run in enumerate(runs):
        left = carried + _text(clause, begin, run[0].start)
        begin = run[-1].after_end
        following = runs[index + 1] if index + 1 < len(runs) else None
        until = following[0].start if following is not None else clause.end
        between = _text(clause, begin, until)
        right, carried, next_coordinated = between, "", False
        if following is not None:
            right, rest, next_coordinated = _divide(between, run[-1], following[0], lexicon)
            carried, begin = rest, following[0].start
        groups.append(Group(run, left, right, coordinated))
        coordinated = next_coordinated
    return groups


def _divide(between: str, left: Quantity, right: Quantity, lexicon: Lexicon) -> tuple[str, str, bool]:
    """Divide the text between two numbers: what belongs to the left one, what to the right one, and
    whether a list goes on."""
    opening = lexicon.words.separator.match(between)
    if opening is not None:
        return "", between[opening.end() :], True
    last = _last_separator(between, lexicon)
    if last is not None and (takes_noun(left, lexicon) or between.startswith(lexicon.purpose)):
        return between[: last.start()], between[last.end() :], True
    if takes_noun(left, lexicon):
        verb = lexicon.inner_cut.search(between)
        if verb is not None and verb.start() > 0:
            return between[: verb.start()], between[verb.start() :], False
        if takes_noun(right, lexicon) and lexicon.tail.at_end(between) is None:
            return between, "", True
    return "", between, False


def _last_separator(text: str, lexicon: Lexicon) -> re.Match[str] | None:
    last = None
    for match in lexicon.words.separator.finditer(text):
        last = match
    return last


def bounded(quantity: Quantity, bound: str, modifier: str) -> Quantity:
    """The quantity with a bound that its own words left open."""
    return quantity if quantity.bound != "point" else replace(quantity, bound=bound, modifier=modifier)


def share_within(quantities: list[Quantity], lexicon: Lexicon) -> list[Quantity]:
    """Values in one list share the unit that only a later one prints, a bound word before the first
    and a bound word after the last: `超过17万亿元和15万亿元`, `15%和12%左右`."""
    if len(quantities) < 2:
        return quantities
    shared = list(quantities)
    for index in range(len(shared) - 2, -1, -1):
        here, after = shared[index], shared[index + 1]
        if here.unit_text and here.unit_text == lexicon.classifiers_of.get(after.unit_text):
            shared[index] = replace(here, unit_text=after.unit_text)
        elif not here.unit_text and after.unit_text:
            power = after.power if here.power == 0 else 0
            shared[index] = replace(
                here,
                unit_text=after.unit_text,
                value=here.value.scaleb(power),
                power=here.power or after.power,
            )
    first, last = shared[0], shared[-1]
    if last.after_end > last.end and all(q.bound == "point" for q in shared[:-1]):
        return [replace(q, bound=last.bound, modifier=last.modifier) for q in shared[:-1]] + [last]
    if first.modifier and first.after_end == first.end and all(q.bound == "point" for q in shared[1:]):
        return [first] + [replace(q, bound=first.bound, modifier=first.modifier) for q in shared[1:]]
    return shared
