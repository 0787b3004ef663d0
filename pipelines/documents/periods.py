"""From the words that matched a rule to years."""

from __future__ import annotations

import re

from pipelines.documents.rule_schema import RoleRule, When
from pipelines.documents.wording import outline_rules, plan_years, token_value

Period = tuple[int | None, int | None]


def _plan_years(match: re.Match[str]) -> tuple[int, int] | None:
    name = token_value(match, "plan")
    if name is None:
        return None
    return plan_years()[name.strip('"')]


def _count(rule: RoleRule, match: re.Match[str]) -> int | None:
    word = token_value(match, "count")
    if word is None:
        return rule.default_count
    return int(word) if word.isdigit() else outline_rules().wording.counts[word]


def holds(when: When, match: re.Match[str], report_year: int) -> bool:
    """Whether a rule's condition on the years that matched holds.

    Args:
        when: the condition; one on a group that did not match holds.
        match: of the rule's pattern.
        report_year: the year the report sets out to work for.
    """
    year = token_value(match, "year")
    plan = _plan_years(match)
    if when == "plan_past":
        return plan is None or plan[1] < report_year
    if when == "plan_open":
        return plan is None or plan[1] >= report_year
    if when == "always" or year is None:
        return True
    return {
        "year_before": int(year) < report_year,
        "year_previous": int(year) == report_year - 1,
        "year_current": int(year) == report_year,
        "year_after": int(year) > report_year,
    }[when]


def period(rule: RoleRule, match: re.Match[str], report_year: int) -> Period:
    """First and last year that a rule speaks of (see `years` in the rule file)."""
    named = token_value(match, "year")
    plan = _plan_years(match) or (None, None)
    count = _count(rule, match)
    this, last = report_year, report_year - 1
    year = int(named) if named else None
    options: dict[str, Period] = {
        "none": (None, None),
        "report_year": (year or this, year or this),
        "previous_year": (year or last, year or last),
        "last_years": (last - count + 1 if count else None, last),
        "next_years": (this, this + count - 1 if count else None),
        "plan": plan,
        "plan_so_far": (min(plan[0] or last, last), last),
        "until_year": (this, year),
    }
    if rule.years in ("last_years", "next_years") and plan[0]:
        return plan
    return options[rule.years]
