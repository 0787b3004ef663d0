"""What a passage is about and for which years: the roles of parts, sections, paragraphs, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pipelines.documents.headings import ITEM_LEVEL, PART_LEVEL, Heading
from pipelines.documents.periods import holds, period
from pipelines.documents.rule_schema import INHERIT, CueRule, RoleRule, TitleRule
from pipelines.documents.wording import expand, expand_unnamed, outline_rules, plain, token_value

OPENING = 100
"""Characters of a sentence that a cue may look at."""


FIRST_WORDS = 30
"""Characters of a sentence in which a cue that names a year must begin."""
LONGEST_ADDRESS = 12


class Context(NamedTuple):
    """A code of the closed list context_role and the years it is for."""

    role: str
    start_year: int | None
    end_year: int | None


FRONT = Context("front", None, None)
OTHER = Context("other", None, None)


TitleRules = tuple[re.Pattern[str], tuple[tuple[TitleRule, re.Pattern[str]], ...]]
CueRules = tuple[re.Pattern[str], tuple[tuple[CueRule, re.Pattern[str]], ...]]


def _alternation(rules: Iterable[RoleRule]) -> re.Pattern[str]:
    """One pattern that matches where any of the rules does: most passages need no second look."""
    return re.compile("|".join(f"(?:{expand_unnamed(rule.pattern)})" for rule in rules))


@cache
def _titles(part: bool, bare: bool) -> TitleRules:
    rules = [
        rule for rule in outline_rules().titles if (part or not rule.part_only) and (rule.bare or not bare)
    ]
    return _alternation(rules), tuple((rule, re.compile(expand(rule.pattern))) for rule in rules)


@cache
def _cues() -> CueRules:
    rules = outline_rules().cues
    return _alternation(rules), tuple((rule, re.compile(expand(rule.pattern))) for rule in rules)


@cache
def _cue_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rules = outline_rules()
    return re.compile(rules.cue_words), re.compile(rules.cue_words_at_once)


@cache
def _title_words() -> re.Pattern[str]:
    return re.compile(outline_rules().title_words)


@cache
def _prefix() -> re.Pattern[str]:
    wording = outline_rules().wording
    return re.compile(f"^(?:{wording.address}|{wording.bullet})*")


@cache
def _bullet() -> re.Pattern[str]:
    return re.compile(outline_rules().wording.bullet)


@cache
def _list_goes_on() -> re.Pattern[str]:
    return re.compile(outline_rules().list_goes_on)


def opening(sentence: str) -> str:
    """The plain first words of a sentence, without a form of address or a bullet; empty where it has
    no others."""
    return _prefix().sub("", plain(sentence[:OPENING]), count=1)


def _title_rule(
    title: str, base_role: str, report_year: int, *, part: bool, bare: bool
) -> tuple[TitleRule, re.Match[str]] | None:
    if not part and not _title_words().search(title):
        return None
    words = plain(title)
    any_title, rules = _titles(part, bare)
    if not any_title.search(words):
        return None
    for rule, pattern in rules:
        if rule.within is not None and base_role not in rule.within:
            continue
        match = pattern.search(words)
        if match and holds(rule.when, match, report_year):
            return rule, match
    return None


def title_context(title: str, base: Context, report_year: int, *, part: bool, bare: bool) -> Context | None:
    """What a heading says of its section, None where it says nothing.

    Args:
        title: the heading without its number.
        base: the context of the part above, or of the part before.
        report_year: the year the report sets out to work for.
        part: the heading opens a part, not a section of one.
        bare: the heading has no number, so that only telling words count.
    """
    found = _title_rule(title, base.role, report_year, part=part, bare=bare)
    if found is None or found[0].role == INHERIT:
        return None
    rule, match = found
    return Context(rule.role, *period(rule, match, report_year))


def year_of_work(titles: Iterable[str], report_year: int) -> int:
    """The year whose work a report plans: its own, or the next where it looks back on its own.

    Some reports are given in December; their headings review the year that has not quite ended.
    """
    for title in titles:
        if not _cue_words()[1].search(title):
            continue
        found = _title_rule(title, FRONT.role, report_year, part=True, bare=False)
        if found is None:
            continue
        rule, match = found
        looks_back = rule.role == "review_year" and rule.when == "always"
        if looks_back and token_value(match, "year") == str(report_year):
            return report_year + 1
    return report_year


class ContextTracker:
    """Follows a report from sentence to sentence and knows what each is about.

    A heading opens a frame; a frame takes over what its own title says, else what holds around it. A
    cue at the opening of a paragraph changes the innermost open frame, so that sections below a part
    follow the part's introduction.
    """

    def __init__(self, report_year: int) -> None:
        """Begin before the first heading of a report that plans for `report_year`."""
        self.report_year = report_year
        self._frames: list[tuple[int, str, Context]] = [(0, "", FRONT)]
        self._paragraph: Context | None = None
        self._left_open = False
        self._in_list = False
        self.path: tuple[str, ...] = ()

    @property
    def current(self) -> Context:
        """What holds where no sentence says otherwise."""
        return self._paragraph or self._frames[-1][2]

    def enter_heading(self, heading: Heading, *, bare: bool) -> Context:
        """Open the section of a heading; its siblings and all below them end.

        Where sections are numbered from the first again, they follow the words between the two series.
        """
        closed: Context | None = None
        while len(self._frames) > 1 and self._frames[-1][0] >= heading.level:
            closed = self._frames.pop()[2]
        part = heading.level == PART_LEVEL
        if closed is not None and heading.first and not part:
            self._set_innermost(closed)
        above = closed if closed is not None and part else self._frames[-1][2]
        said = title_context(heading.title, above, self.report_year, part=part, bare=bare)
        self._frames.append((heading.level, heading.title, said or (OTHER if above == FRONT else above)))
        if heading.length or heading.level < ITEM_LEVEL:
            self._paragraph = None
        self.path = tuple(title for _, title, _ in self._frames[1:])
        return self._frames[-1][2]

    def begin_paragraph(self, first_words: str) -> None:
        """What was said for the paragraph before holds on only where a list follows it."""
        if self._paragraph is None:
            return
        if self._left_open:
            self._in_list = True
        elif not (self._in_list and _bullet().match(plain(first_words[:4]))):
            self._paragraph = None
            self._in_list = False

    def end_paragraph(self, last_words: str) -> None:
        """Remember whether a paragraph ends with a colon or semicolon: then its list is still to come."""
        self._left_open = bool(_list_goes_on().search(last_words[-2:]))

    def read(self, sentence: str, *, opens_paragraph: bool) -> Context:
        """The context of a sentence; what its opening words say of the text after it is remembered."""
        base = self.current
        soon, at_once = _cue_words()
        if not (at_once.search(sentence, 0, FIRST_WORDS) or soon.search(sentence, 0, OPENING)):
            return base
        words = opening(sentence)
        any_cue, cues = _cues()
        if not any_cue.match(words):
            return base
        for rule, pattern in cues:
            match = pattern.match(words)
            if not match or not holds(rule.when, match, self.report_year):
                continue
            at_home = rule.home is None or base.role in rule.home
            if not at_home and rule.elsewhere == "ignore":
                continue
            said = Context(rule.role, *period(rule, match, self.report_year))
            if at_home:
                self._remember(rule, said, opens_paragraph)
            return said
        return base

    @staticmethod
    def only_address(sentence: str) -> bool:
        """Whether a sentence is nothing but a form of address (各位代表！)."""
        return len(sentence) <= LONGEST_ADDRESS and not opening(sentence)

    def _remember(self, rule: CueRule, said: Context, opens_paragraph: bool) -> None:
        if rule.scope == "following" and opens_paragraph:
            self._set_innermost(said)
            self._paragraph = None
        elif rule.scope != "sentence":
            self._paragraph = said
            if rule.role == FRONT.role:
                self._set_innermost(OTHER)

    def _set_innermost(self, context: Context) -> None:
        level, title, _ = self._frames[-1]
        self._frames[-1] = (level, title, context)
