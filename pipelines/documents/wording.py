"""The rules of `rules/outline.yml`, loaded once, and the plain form of a passage that they see."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

from pipelines.documents.rule_schema import OutlineRules
from pipelines.rules import five_year_plans

RULES_FILE = Path(__file__).parent / "rules" / "outline.yml"


@cache
def outline_rules() -> OutlineRules:
    """The rules, validated.

    Raises:
        pydantic.ValidationError: the file says something that the schema does not know.
    """
    said = yaml.load(RULES_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return OutlineRules.model_validate(said)


@cache
def _plain_tools() -> tuple[re.Pattern[str], re.Pattern[str], dict[int, str]]:
    wording = outline_rules().wording
    return (
        re.compile(f"[{re.escape(wording.quotation_marks)}]"),
        re.compile(wording.spelled_year.replace("{digits}", "".join(wording.year_digits))),
        {ord(word): str(digit) for word, digit in wording.year_digits.items()},
    )


def plain(passage: str) -> str:
    """A passage as the patterns see it: half-width, without white space, one kind of quotation mark,
    years in Arabic digits (`二○一○ 年` -> `2010年`)."""
    quotation_mark, year, digits = _plain_tools()
    folded = unicodedata.normalize("NFKC", quotation_mark.sub('"', passage))
    return year.sub(lambda match: match[0].translate(digits), "".join(folded.split()))


@cache
def plan_years() -> dict[str, tuple[int, int]]:
    """Short name of a five-year plan (十四五) -> its first and last year."""
    return five_year_plans()


@cache
def _tokens() -> dict[str, str]:
    rules = outline_rules()
    longest_first = sorted(plan_years(), key=lambda name: (-len(name), name))
    every = "|".join(longest_first)
    bare = "|".join(name for name in longest_first if re.fullmatch(rules.plan_name_alone, name))
    return {
        "year": rules.wording.year_token,
        "plan": rf'(?P<{{name}}>"(?:{every})"|(?:{bare})|(?:{every})(?={rules.plan_follower}))',
        "count": rules.wording.count_token.replace("{counts}", "".join(rules.wording.counts)),
    }


def expand(pattern: str) -> str:
    """A pattern with its tokens replaced by named groups: `year`, then `year_2` and so on."""
    for token, expression in _tokens().items():
        head, *others = pattern.split(f"{{{token}}}")
        named = (
            expression.replace("{name}", token if ordinal == 1 else f"{token}_{ordinal}") + following
            for ordinal, following in enumerate(others, start=1)
        )
        pattern = head + "".join(named)
    return pattern


def expand_unnamed(pattern: str) -> str:
    """A pattern with its tokens replaced by groups without names, for one alternation of many rules."""
    return re.sub(r"\(\?P<\w+>", "(?:", expand(pattern))


def token_value(match: re.Match[str], token: str) -> str | None:
    """What the first token of that name that took part in a match stands for, None where none did."""
    for name in match.re.groupindex:
        if name.startswith(token) and match[name]:
            return match[name]
    return None
