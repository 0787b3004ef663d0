"""What has to hold of a single figure before it can be an observation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from pipelines.statistics.figures import Problem
from pipelines.statistics.notation import compact, fold
from pipelines.vocabulary import codes, official_source_kinds

CLOSED_FIELDS = (
    "sub_period",
    "measure",
    "growth_basis",
    "price_basis",
    "bound",
    "obs_status",
    "target_type",
    "source_kind",
)
FIRST_YEAR = {"year": 1949, "period_start_year": 1900, "set_year": 1949}
LAST_YEAR = 2100
TARGETS = frozenset({"annual_target", "plan_target"})

_WHOLE = re.compile(r"(\d{4})(?:\.0)?")


@cache
def _known(list_name: str) -> frozenset[str]:
    return frozenset(codes(list_name))


def read_year(text: str) -> int:
    """A year in four digits, full-width or half-width.

    Raises:
        ValueError: it is none.
    """
    match = _WHOLE.fullmatch(compact(text))
    if match is None:
        raise ValueError(f"{text!r} is no year")
    return int(match[1])


def read_date(text: str) -> date:
    """A date as 2025-03-20.

    Raises:
        ValueError: it is none.
    """
    return date.fromisoformat(fold(text))


def field_problems(fields: Mapping[str, str]) -> Iterator[Problem]:
    """Every field that is missing or can't be read, each by itself."""
    yield from _absent(fields)
    yield from _outside_lists(fields)
    yield from _unreadable(fields)


def _absent(fields: Mapping[str, str]) -> Iterator[Problem]:
    names = ["indicator", "year", "unit", "measure", "source_kind", "source_title"]
    if fields.get("measure") == "growth":
        names.append("growth_basis")
    names.append("set_year" if fields["target_type"] in TARGETS else "obs_status")
    for name in names:
        if name not in fields:
            hint = f"Fill in {name}, or give it in the sidecar."
            yield Problem("field_missing", f"{name} is not given", hint, name)


def _outside_lists(fields: Mapping[str, str]) -> Iterator[Problem]:
    for name in CLOSED_FIELDS:
        if name in fields and fields[name] not in _known(name):
            yield Problem(
                "code_unknown",
                f"{name} {fields[name]!r} is not in its closed list",
                f"Use one of {', '.join(codes(name))}.",
                name,
                fields[name],
            )


def _unreadable(fields: Mapping[str, str]) -> Iterator[Problem]:
    for name, first in FIRST_YEAR.items():
        if name in fields and not _is_year(fields[name], first):
            reason = f"{name} {fields[name]!r} is no year from {first} to {LAST_YEAR}"
            yield Problem("year_invalid", reason, "Write the year in four digits.", name, fields[name])
    if "published_date" in fields:
        try:
            read_date(fields["published_date"])
        except ValueError:
            yield Problem(
                "date_invalid",
                f"published_date {fields['published_date']!r} is no date",
                "Write it as 2025-03-20; leave it blank for an undated source.",
                "published_date",
                fields["published_date"],
            )


def _is_year(text: str, first: int) -> bool:
    try:
        return first <= read_year(text) <= LAST_YEAR
    except ValueError:
        return False


def relation_problems(fields: Mapping[str, str]) -> Iterator[Problem]:
    """Fields that contradict one another; each has passed `field_problems`."""
    year = read_year(fields["year"])
    if "period_start_year" in fields and read_year(fields["period_start_year"]) > year:
        reason = f"the period starts in {fields['period_start_year']}, after its end in {year}"
        yield Problem("period_reversed", reason, "Swap or correct the years.", "period_start_year")
    if (fields["bound"] == "range") != ("value_upper" in fields):
        reason = "value_upper and bound = range go together"
        yield Problem("range_incomplete", reason, "Give both or neither.", "value_upper")
    if fields["target_type"] in TARGETS:
        yield from _target_problems(fields, year)
    else:
        yield from _actual_problems(fields)


def _target_problems(fields: Mapping[str, str], year: int) -> Iterator[Problem]:
    set_year = read_year(fields["set_year"])
    if set_year > year:
        yield Problem(
            "target_due_before_set",
            f"the target is due in {year} but was set in {set_year}",
            "Correct year or set_year.",
            "set_year",
            fields["set_year"],
        )
    if "obs_status" in fields:
        hint = "Leave obs_status blank, or make it an actual."
        yield Problem(
            "status_on_target", "a target has no obs_status", hint, "obs_status", fields["obs_status"]
        )


def _actual_problems(fields: Mapping[str, str]) -> Iterator[Problem]:
    if "set_year" in fields:
        hint = "Leave set_year blank, or make it a target."
        yield Problem("set_year_on_actual", "an actual has no set_year", hint, "set_year", fields["set_year"])
    if fields["obs_status"] == "final" and fields["source_kind"] not in official_source_kinds():
        yield Problem(
            "final_not_official",
            f"a source of kind {fields['source_kind']} can't publish a final figure",
            f"Only {', '.join(official_source_kinds())} can; use preliminary, or correct source_kind.",
            "obs_status",
            fields["obs_status"],
        )
