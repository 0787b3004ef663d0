"""Step 4a: what stands between a name and its number, read from both edges inwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon
    from pipelines.extraction.word_table import Word

_MEASURING = ("up", "down", "reach", "share", "more", "less")


@dataclass(slots=True)
class Predicate:
    """What the words beside a number say of it.

    `direction` is up, down or None; `to` marks a change that ends at the number, `origin` one that
    starts there. `rest` is what remains to the left: the name, with whatever stands before it.
    """

    rest: str = ""
    direction: str | None = None
    reach: bool = False
    to: bool = False
    origin: bool = False
    origin_year: str = ""
    share: bool = False
    yoy: bool = False
    average: bool = False
    cumulative: bool = False
    price_basis: str | None = None
    each: bool = False
    every: bool = False
    base: str = ""
    streak: str = ""
    total: bool = False
    words: int = 0
    is_change: bool = False


def read_tail(
    left: str, lexicon: Lexicon, *, keep_measures: bool = False, is_change: bool = False
) -> Predicate:
    """Strip predicate words off the right end of the text before a number.

    With `keep_measures` only adverbs go: what is ranked may be a growth or a share (增速居全省第一). With
    `is_change` the number itself is one (翻一番), so that a comparison may stand right before it.
    """
    found = Predicate(is_change=is_change)
    enumerator = lexicon.enumerator.match(left)
    text = (left if enumerator is None else left[enumerator.end() :]).rstrip(" \u3000\x01")
    text = _without_year(text, lexicon)
    for _ in range(12):
        if text[-1:] not in lexicon.tail_ends and not text[-1:].isspace():
            # No word of a predicate ends like this; only a comparison can.
            shorter = _strip_comparison(text, found, lexicon)
            if shorter is None:
                break
            text = shorter
            continue
        streak = lexicon.streak_end.search(text)
        if streak is not None:
            found.streak = streak["n"] if streak["kind"] == lexicon.streak_year else found.streak
            text = text[: len(text) - len(streak.group())]
            continue
        word = lexicon.tail.at_end(text)
        bound = lexicon.bound_before(text)
        if bound is not None and (word is None or len(bound.word) >= len(word.word)):
            text = text[: -len(bound.word)].rstrip()
            found.words += 1
            continue
        if word is not None and _ends_with_longer_verb(text, word.word, lexicon):
            break
        if word is not None and keep_measures and word.kind in _MEASURING:
            break
        if word is not None and (
            lexicon.anaphors.get(text) is not None or _ends_with_per_head(text, word, lexicon)
        ):
            break
        shorter = _without_word(text, word, found, lexicon)
        if shorter is not None:
            text = shorter
            continue
        if word is None:
            break
        if _is_part_of_name(text, word.word, word.kind, found, lexicon):
            break
        _note(found, word.kind)
        found.words += 1
        text = text[: -len(word.word)].rstrip(" \u3000\x01")
        if found.origin:
            break
        if found.share:
            break
    if not found.origin:
        text = _strip_origin(text, found, lexicon)
    found.rest = text
    return found


def _without_word(text: str, word: Word | None, found: Predicate, lexicon: Lexicon) -> str | None:
    """Strip what no word of a predicate tells: an adjunct or a comparison; None where there is none.

    The average of others is part of the comparison (高于全省平均), no yearly average.
    """
    if word is None:
        adjunct = lexicon.adjunct_end.search(text)
        if adjunct is not None and len(adjunct.group()) < len(text):
            return text[: len(text) - len(adjunct.group())]
    elif word.word != lexicon.words.average_of:
        return None
    return _strip_comparison(text, found, lexicon)


def _ends_with_per_head(text: str, word: Word, lexicon: Lexicon) -> bool:
    """人均 before a number is part of the name, not the word 均 (all of them)."""
    return word.kind == "all" and text.endswith(lexicon.prefixed_endings)


def _without_year(text: str, lexicon: Lexicon) -> str:
    """提高到2025年的 before a number: the year is no part of the predicate."""
    match = lexicon.words.year_tail.search(text)
    if match is None:
        return text
    before = text[: match.start()].rstrip()
    word = lexicon.tail.at_end(before)
    return before if word is not None and word.kind in ("to", "up", "down", "reach") else text


def _ends_with_longer_verb(text: str, word: str, lexicon: Lexicon) -> bool:
    """新增 before a number is the verb of what follows, not the change 增."""
    verb = lexicon.lead_verbs.at_end(text)
    return verb is not None and len(verb.word) > len(word)


def _note(found: Predicate, kind: str) -> None:
    if kind in ("more", "less"):
        found.direction = found.direction or ("up" if kind == "more" else "down")
    elif kind in ("up", "down"):
        if found.direction is None:
            found.direction = kind
    elif kind == "reach":
        found.reach = True
    elif kind == "total":
        found.reach = found.total = True
    elif kind == "to":
        if found.direction is None:
            found.to = True
    elif kind == "from":
        found.origin = True
    elif kind in ("real", "nominal"):
        found.price_basis = kind
    elif kind == "all":
        found.every = True
    elif kind in ("share", "yoy", "average", "cumulative", "each"):
        setattr(found, kind, True)


def _is_part_of_name(text: str, word: str, kind: str, found: Predicate, lexicon: Lexicon) -> bool:
    """A word of change or an adverb at the end of a catalogued name belongs to the name (能耗降低率,
    居民消费价格涨幅): the name ends here."""
    if kind in ("to", "from", "each", "all", "yoy", "average", "share"):
        return False
    if len(word) == 1 and kind in ("adverb", "reach") and found.words == 0 and len(text) > len(word):
        return lexicon.known.at_end(text) != ""
    return False


def _strip_comparison(text: str, found: Predicate, lexicon: Lexicon) -> str | None:
    match = lexicon.comparison.search(text[-24:])
    if match is None:
        return None
    differs = lexicon.tail.get(match["verb"])
    if differs is not None and differs.kind in ("more", "less"):
        found.direction = found.direction or ("up" if differs.kind == "more" else "down")
        found.words += 1
    elif found.direction is None and not found.is_change:
        return None
    found.base = match["base"]
    return text[: len(text) - len(match.group())].rstrip()


def _strip_origin(text: str, found: Predicate, lexicon: Lexicon) -> str:
    """`由2020年的` before a number: the change starts here, in that year."""
    match = lexicon.words.year_tail.search(text)
    if match is None:
        return text
    before = text[: match.start()]
    word = lexicon.tail.at_end(before)
    if word is not None and word.kind == "from":
        found.origin = True
        found.origin_year = match.group()
        return before[: -len(word.word)]
    return text


@dataclass(slots=True)
class Lead:
    """What stands left of a name.

    `verb` holds every verb stripped, `kept` those that say which flow is counted, `head` the text
    before a verb inside the clause (棚户区改造 in 棚户区改造完成投资), `whole` the word for a whole place (全市).
    """

    rest: str
    verb: str = ""
    kept: str = ""
    head: str = ""
    whole: str = ""
    cumulative: bool = False


def read_lead(text: str, lexicon: Lexicon, *, cut_inside: bool = True) -> Lead:
    """Strip time words, adverbs and verbs off the left end of a name.

    With `cut_inside` a verb within the text starts a new object (X带动Y measures Y).
    """
    words = lexicon.words
    lead = Lead(rest=text.lstrip(words.opening_marks))
    if not lead.rest.startswith(words.plan_openings) and words.close_quote not in lead.rest:
        lead.rest = lead.rest.lstrip(words.open_quote)
    introduction = lexicon.introduction.match(lead.rest)
    if introduction is not None:
        lead.rest = lead.rest[introduction.end() :]
    connective = ""
    for _ in range(12):
        rest = lead.rest
        if not rest or lexicon.not_lead.at(rest) is not None or _is_whole_name(rest, lexicon):
            break
        time = lexicon.opening_adjunct.match(rest)
        if time is not None:
            lead.rest = rest[time.end() :].lstrip(words.after_time)
            continue
        word = lexicon.lead.at(rest)
        if (
            word is not None
            and word.kind.startswith("verb")
            and lexicon.known.length_at_start(rest) > len(word.word)
            and not (word.kind == "verb_drop" and lexicon.known.is_known(rest[len(word.word) :]))
        ):
            break
        if word is None:
            cut = lexicon.words.verb_connective.match(rest) if lead.verb else None
            if cut is not None and lexicon.lead.at(rest, cut.end()) is not None:
                lead.rest, connective = rest[cut.end() :], cut.group()
                continue
            break
        if word.kind in ("drop", "area_own"):
            if lead.verb:
                break
            lead.whole = word.word if word.kind == "area_own" else lead.whole
            lead.cumulative |= lexicon.cumulative.search(word.word) is not None
        else:
            lead.verb += connective + word.word
            if word.kind == "verb_keep":
                lead.kept += (connective if lead.kept else "") + word.word
            lead.cumulative |= lexicon.cumulative.search(word.word) is not None
        connective = ""
        lead.rest = rest[len(word.word) :].lstrip(words.after_verb)
    if cut_inside:
        _cut_inside(lead, lexicon)
    return lead


def _is_whole_name(text: str, lexicon: Lexicon) -> bool:
    """Whether a text is a catalogued name that needs its verb; 实现旅游收入 is known without it too."""
    if not lexicon.known.is_known(text):
        return False
    verb = lexicon.lead.at(text)
    return verb is None or verb.kind != "verb_drop" or not lexicon.known.is_known(text[len(verb.word) :])


def _cut_inside(lead: Lead, lexicon: Lexicon) -> None:
    """A verb inside the text starts a new object: `X带动Y` measures Y, unless a known name holds it."""
    last = None
    for match in lexicon.inner_cut.finditer(lead.rest):
        if match.start() > 0 and match.end() < len(lead.rest):
            last = match
    if last is None or lexicon.not_lead.at(lead.rest, last.start()) is not None:
        return
    if lexicon.known.covers(lead.rest, last.start(), last.end()):
        return
    object_text = lead.rest[last.end() :].lstrip(lexicon.words.after_verb)
    time = lexicon.opening_adjunct.match(object_text)
    if time is not None:
        object_text = object_text[time.end() :].lstrip(lexicon.words.after_time)
    only = lexicon.lead.get(object_text)
    if only is not None and only.kind in ("drop", "area_own"):
        object_text = ""
    elif len(object_text) < 2 or lexicon.words.object_end.search(object_text):
        return
    word = lexicon.lead.get(last.group())
    lead.head = lead.rest[: last.start()]
    lead.verb = last.group()
    lead.kept = last.group() if word is not None and word.kind == "verb_keep" else ""
    lead.rest = object_text
