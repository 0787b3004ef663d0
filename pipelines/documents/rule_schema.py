"""The shape of `rules/outline.yml`: what a rule may say. An unknown key or value is an error."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.vocabulary import codes

Years = Literal[
    "none",
    "report_year",
    "previous_year",
    "last_years",
    "next_years",
    "plan",
    "plan_so_far",
    "until_year",
]
When = Literal[
    "always", "year_before", "year_previous", "year_current", "year_after", "plan_past", "plan_open"
]
INHERIT = "inherit"


class RuleModel(BaseModel):
    """Base of what the file holds: read once, never changed, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(RuleModel):
    """Base of a rule: it has an id and a pattern."""

    id: str
    pattern: str


class WordingRules(RuleModel):
    """How a passage is brought into its plain form, and what its opening may begin with."""

    quotation_marks: str
    year_digits: dict[str, int]
    counts: dict[str, int]
    year_token: str
    count_token: str
    spelled_year: str
    address: str
    bullet: str


class LineRules(RuleModel):
    """Where a line break or a gap in a line separates paragraphs."""

    terminal: str
    unfinished: str
    continuing: str
    indented: str
    gap: str


class SentenceRules(RuleModel):
    """What ends a sentence and what is never cut."""

    closed_with_stop: str
    closed: str
    stop: str


class HeadingRule(Rule):
    """One way to number a heading. `first` recognises the first number of its series."""

    level: int = Field(ge=1, le=4)
    first: str


class HeadingLimits(RuleModel):
    """How long a title may be, in characters."""

    max_title: int
    max_bare_title: int


class BoilerplateRule(Rule):
    """Page furniture; `within`: the pattern may stand anywhere in the line."""

    within: bool = False
    except_: str | None = Field(default=None, alias="except")


class BoilerplateRules(RuleModel):
    """Page furniture is looked for in passages of up to `max_length` characters."""

    max_length: int
    rules: tuple[BoilerplateRule, ...]


class RoleRule(Rule):
    """Words that say what a passage is about and for which years."""

    role: str
    years: Years
    when: When = "always"
    default_count: int | None = None

    @field_validator("role")
    @classmethod
    def _role_is_in_the_closed_list(cls, role: str) -> str:
        if role != INHERIT and role not in codes("context_role"):
            raise ValueError(f"{role!r} is no context_role")
        return role


class TitleRule(RoleRule):
    """A role rule for headings; see the comments in the file."""

    part_only: bool = False
    bare: bool = False
    within: frozenset[str] | None = None


class CueRule(RoleRule):
    """A role rule for the opening of a paragraph or sentence; see the comments in the file."""

    scope: Literal["sentence", "paragraph", "following"]
    home: frozenset[str] | None = None
    elsewhere: Literal["ignore", "sentence"] | None = None

    @model_validator(mode="after")
    def _home_and_elsewhere_go_together(self) -> CueRule:
        if (self.home is None) != (self.elsewhere is None):
            raise ValueError(f"{self.id}: home and elsewhere stand together or not at all")
        return self


class OutlineRules(RuleModel):
    """The whole rule file."""

    wording: WordingRules
    plan_name_alone: str
    plan_follower: str
    lines: LineRules
    sentences: SentenceRules
    headings: tuple[HeadingRule, ...]
    heading_limits: HeadingLimits
    heading_is_statement: str
    lead_clause: str
    title_gap: str
    run_on_title: str
    bare_title: str
    title_stop: str
    boilerplate: BoilerplateRules
    title_words: str
    titles: tuple[TitleRule, ...]
    cue_words: str
    cue_words_at_once: str
    cues: tuple[CueRule, ...]
    list_goes_on: str

    @model_validator(mode="after")
    def _ids_are_unique(self) -> OutlineRules:
        groups: tuple[tuple[Rule, ...], ...] = (self.headings, self.boilerplate.rules, self.titles, self.cues)
        ids = [rule.id for group in groups for rule in group]
        twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
        if twice:
            raise ValueError(f"rule ids used twice: {', '.join(twice)}")
        return self
