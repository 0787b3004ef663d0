"""The words and marks between names and numbers: `rules/wording.yml`, and the units that the seed names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipelines.seeds import units
from pipelines.synth.rule_files import SynthRuleError, load_rules
from pipelines.vocabulary import codes

_DIGITS = 10


def _is_bound(code: str) -> str:
    if code not in codes("bound"):
        raise ValueError(f"{code!r} is no bound: write one of {', '.join(codes('bound'))}")
    return code


Text = Annotated[str, Field(min_length=1)]
Bound = Annotated[str, AfterValidator(_is_bound)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Marks(_Rules):
    """Marks of punctuation."""

    stop: Text
    comma: Text
    semicolon: Text
    enumeration: Text
    exclamation: Text
    range: Text


class NumberWords(_Rules):
    """How numbers are written; `multipliers` are words for powers of ten."""

    digits: Annotated[tuple[Text, ...], Field(min_length=_DIGITS, max_length=_DIGITS)]
    ten: Text
    multipliers: Mapping[Text, int]
    classifier: Text

    def multiplier(self, power: int) -> str:
        """The word for a power of ten: 8 -> 亿; none for 0.

        Raises:
            SynthRuleError: no word stands for it.
        """
        if not power:
            return ""
        for word, worth in self.multipliers.items():
            if worth == power:
                return word
        raise SynthRuleError(f"wording.yml: numbers.multipliers has no word for ten to the {power}: add it")

    def numeral(self, number: int) -> str:
        """A number below a hundred as a word: 12 -> 十二."""
        tens, ones = divmod(number, _DIGITS)
        head = "" if tens == 0 else self.ten if tens == 1 else self.digits[tens] + self.ten
        return head + (self.digits[ones] if ones or not tens else "")


class LevelWords(_Rules):
    """Words of levels; a row of `tenths` is bound, words before, words after, modifier."""

    sums: tuple[str, ...]
    after: Mapping[Bound, str]
    tenths: tuple[tuple[Bound, str, str, str], ...]
    milestone: Text
    of_year: Text
    net_added: Text


class ChangeWords(_Rules):
    """Words of changes."""

    over: Text
    doubled: Text


class ListWords(_Rules):
    """Words of several names with their numbers."""

    after: Mapping[Bound, str]
    rises: Text
    falls: Text
    reaches: Text
    conjunction: Text


class RankWords(_Rules):
    """Words of ranks; a row of `top` is the words and the last place that they take in."""

    place: Text
    first: tuple[Text, ...]
    top: tuple[tuple[Text, float], ...]


class DeedWords(_Rules):
    """Words of deeds: what opens them, by the role of the part; units that stand before what is counted."""

    openings: Mapping[str, Text]
    counted: frozenset[Text]


class ReportWords(_Rules):
    """What a report's lines are written with."""

    indent: Text
    part_heading: Text
    section_heading: Text
    problems_last: Text
    closing_salutation: Text
    unknown_plan: Text


class FileWords(_Rules):
    """What marks a text as made up, and what its sidecar says."""

    mark: Text
    title: Text
    notes: Text


class Wording(_Rules):
    """All of `rules/wording.yml`.

    Raises:
        pydantic.ValidationError: a word is missing, empty or unknown, or a bound is none.
    """

    marks: Marks
    numbers: NumberWords
    levels: LevelWords
    changes: ChangeWords
    lists: ListWords
    ranks: RankWords
    deeds: DeedWords
    report: ReportWords
    files: FileWords


def read_wording(data: Any) -> Wording:
    """The wording as the rule file states it.

    Raises:
        SynthRuleError: it is not what `Wording` says; the message names every entry and reason.
    """
    try:
        return Wording.model_validate(data)
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors()
        )
        raise SynthRuleError(f"wording.yml: {found}") from error


@cache
def wording() -> Wording:
    """The wording of this process.

    Raises:
        SynthRuleError: the rule file can't be used.
    """
    return read_wording(load_rules("wording"))


@cache
def printed_unit(code: str) -> str:
    """How a unit of the seed is printed: `percentage_point` -> 个百分点.

    Raises:
        SynthRuleError: the seed has no such unit.
    """
    for unit in units():
        if unit.unit == code:
            return unit.name_zh
    raise SynthRuleError(f"the units seed has no {code!r}, which made-up reports are measured in: add it")


@cache
def bare_unit(code: str) -> str:
    """A unit as gold rows name it, without its classifier: `percentage_point` -> 百分点.

    Raises:
        SynthRuleError: the seed has no such unit.
    """
    return printed_unit(code).removeprefix(wording().numbers.classifier)
