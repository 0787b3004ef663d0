"""Step 5a: the year a value is for, and whether it is an achievement or a promise."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.extraction.alternatives import Alternatives, Branch
from pipelines.extraction.scanner import alternation, renamed

if TYPE_CHECKING:
    from pipelines.extraction.lexicon import Lexicon

_YEAR = re.compile(r"(?:19|20)\d{2}")
_REVIEW = ("review_year", "review_period", "problems")
_PLAN = ("goals_plan",)
_THIS_YEAR = ("goals_year", "work_year")
_OPENING = 2
_PAUSES = ("，", ",", "：", ":")
_STRONG = ("since", "sinceyear", "ahead")
_STRONG_IF_OPENING = ("by", "inplan", "range")


@dataclass(slots=True)
class Surroundings:
    """What the outline says of a sentence."""

    role: str
    start_year: int | None
    end_year: int | None


@dataclass(slots=True)
class Period:
    """The year of a value, the first year of its period, its part of the year, its target type."""

    year: int | None
    start_year: int | None
    sub_period: str | None
    target_type: str
    spans_years: bool


@dataclass(slots=True)
class _Mark:
    at: int
    first: int | None
    last: int | None
    strong: bool
    carries: bool


class Marks:
    """The time words of a sentence. Within a stretch between semicolons the last one before a value
    counts; from earlier stretches a period carries over, a single year only where nothing else did."""

    def __init__(self, marks: list[_Mark], bases: list[tuple[int, int]]) -> None:
        """Fold the marks once, so that each value costs two binary searches.

        `bases` are the years of comparison (与2000年相比), by offset.
        """
        self._base_starts = [at for at, _ in bases]
        self._bases = bases
        self._starts = [mark.at for mark in marks]
        self._marks = marks
        self._carried: list[_Mark | None] = [None]
        for mark in marks:
            earlier = self._carried[-1]
            taken = mark.strong or (earlier is None and mark.carries)
            self._carried.append(mark if taken else earlier)

    def before(
        self, segment_start: int, value_start: int, surroundings: Surroundings
    ) -> tuple[int | None, int | None, bool]:
        """First year, last year, and whether the sentence itself names them."""
        until = bisect_left(self._starts, value_start)
        since = bisect_left(self._starts, segment_start)
        mark = self._marks[until - 1] if until > since else self._carried[since]
        if mark is None:
            return surroundings.start_year, surroundings.end_year, False
        return mark.first, mark.last, True

    def base_year(self, segment_start: int, value_start: int) -> int | None:
        """The year that the stretch before a value compares with."""
        until = bisect_left(self._base_starts, value_start)
        if until and self._bases[until - 1][0] >= segment_start:
            return self._bases[until - 1][1]
        return None


def _spans(surroundings: Surroundings) -> bool:
    start, end = surroundings.start_year, surroundings.end_year
    return start is not None and end is not None and start < end


def mark_branches(rules: dict[str, Any]) -> list[Branch]:
    """What names a year or a period, from rules/periods.yml, in the order in which it is tried."""
    last_year = f"(?:{'|'.join(rules['last_year'])})"
    return [
        ("range", renamed(rules["year_range"], "range_")),
        ("sinceyear", renamed(rules["since_year"], "sinceyear_")),
        ("base", renamed(rules["base_year"], "base_")),
        ("baseplan", renamed(rules["base_plan"], "baseplan_")),
        ("origin", renamed(rules["from_year"], "origin_")),
        ("by", renamed(rules["by_year"], "by_")),
        ("one", renamed(rules["year"], "one_")),
        ("since", rules["since"]),
        ("ahead", renamed(rules["ahead"], "ahead_")),
        ("inplan", rules["plan"]),
        ("last", f"{rules['last_year_before']}{last_year}{rules['last_year_after']}"),
        ("this", "|".join(rules["this_year"])),
        ("next", "|".join(rules["next_year"])),
    ]


class PeriodReader:
    """The period rules, compiled."""

    def __init__(self, rules: dict[str, Any], plans: Mapping[str, tuple[int, int]], lexicon: Lexicon) -> None:
        """Compile rules/periods.yml; `plans` gives first and last year of each five-year plan."""
        self._lexicon = lexicon
        self._plans = plans
        self._plan_starts = {end: start for start, end in plans.values()}
        self._marks = Alternatives(mark_branches(rules))
        self._plan = re.compile(alternation(plans))
        self._years_together = re.compile(rules["years_together"])
        self._years_ago = re.compile(rules["years_ago"])
        self._sub_periods = {
            word: str(rule["sub_period"]) for rule in rules["sub_periods"] for word in rule["words"]
        }
        self._sub_period_words = re.compile(alternation([*self._sub_periods, *rules["whole_year"]]))
        self._looking_back = re.compile(rules["looking_back"])

    def read(
        self,
        marks: Marks,
        segment: tuple[int, str],
        value_start: int,
        surroundings: Surroundings,
        report_year: int,
        *,
        is_baseline: bool,
        is_flow: bool,
        is_change: bool,
        average: bool,
        cumulative: bool,
        origin_year: str = "",
        base: str = "",
    ) -> Period:
        """Resolve one value.

        Args:
            marks: the time words of the sentence.
            segment: where the stretch between semicolons begins that the value stands in, and the last
                characters of it before the value.
            value_start: offset of the value.
            surroundings: role and years from the outline.
            report_year: the document's year.
            is_baseline: whether the value is where a change starts.
            is_flow: whether the name counts things done (新增, 建成) rather than a state.
            is_change: whether the value is a rate of change.
            average: whether the words say a yearly average (年均).
            cumulative: whether the words say a total over the period (累计).
            origin_year: the words for the year of a baseline, where printed beside it.
            base: the words that a change is compared with.
        """
        first, last, explicit = marks.before(segment[0], value_start, surroundings)
        if is_baseline:
            compared = marks.base_year(segment[0], value_start)
            return self._baseline(first, last, origin_year, compared, surroundings, report_year)
        if first is None and (average or cumulative or is_change):
            in_plan = average or cumulative
            first = surroundings.start_year if last == surroundings.end_year else None
            first = self._plan_starts.get(last or 0) if first is None and in_plan else first
        together = self._years_together.search(segment[1]) if cumulative or average else None
        target_type = self._target_type(segment[1], last, explicit, surroundings, report_year)
        if last is None:
            last = report_year - 1 if target_type == "actual" else report_year
        if together is not None and (first is None or first == last):
            first = last - self._lexicon.count(together["n"]) + 1
        base_year = self._base_year(base, last)
        if base_year is not None and base_year < last - 1:
            first = base_year + 1
        spans = first is not None and first < last
        keeps_start = spans and (average or cumulative or is_flow or is_change)
        return Period(
            last,
            first if keeps_start else None,
            self._sub_period(segment[1]),
            target_type,
            spans,
        )

    def _base_year(self, base: str, last: int) -> int | None:
        """The year that the words of a comparison name: 2020年, "十三五"末, 五年前."""
        if year := _YEAR.search(base):
            return int(year.group())
        if plan := self._plan.search(base):
            return self._plans[plan.group()][1]
        if ago := self._years_ago.search(base):
            return last - self._lexicon.count(ago["n"])
        return None

    def marks(self, sentence: str, surroundings: Surroundings, report_year: int) -> Marks:
        """The years and periods that a folded sentence names, in order."""
        found: list[_Mark] = []
        bases: list[tuple[int, int]] = []
        for match in self._marks.find(sentence):
            if match.lastgroup == "base":
                bases.append((match.start(), int(match["base_year"])))
            elif match.lastgroup == "baseplan" and (plan := self._plans.get(match["baseplan_plan"])):
                bases.append((match.start(), plan[1]))
            years = self._mark(match, surroundings, report_year)
            if years is not None:
                opens = match.start() <= _OPENING or sentence[match.end() : match.end() + 1] in _PAUSES
                strong = match.lastgroup in _STRONG or (match.lastgroup in _STRONG_IF_OPENING and opens)
                found.append(_Mark(match.start(), years[0], years[1], strong, strong or opens))
        return Marks(found, bases)

    def _mark(
        self, match: re.Match[str], surroundings: Surroundings, report_year: int
    ) -> tuple[int | None, int | None] | None:
        kind = match.lastgroup
        if kind == "range":
            return int(match["range_first"]), int(match["range_last"])
        if kind == "sinceyear":
            end = surroundings.end_year if surroundings.role in _REVIEW else None
            return int(match["sinceyear_year"]), end or report_year - 1
        if kind == "by":
            return None, int(match["by_year"])
        if kind == "one":
            year = int(match["one_year"])
            return (None, year) if abs(year - report_year) <= 40 else None
        if kind == "since":
            years = self._lexicon.count(match["n"] or match["m"])
            last = (
                surroundings.end_year
                if surroundings.role in _REVIEW and surroundings.end_year
                else report_year - 1
            )
            return last - years + 1, last
        if kind == "ahead":
            years = self._lexicon.count(match["ahead_n"])
            return report_year, report_year + years - 1
        if kind == "inplan":
            return self._part_of_plan(match)
        if kind == "last":
            return None, report_year - 1
        if kind == "this":
            return None, report_year if surroundings.role not in _REVIEW else report_year - 1
        if kind == "next":
            return None, report_year + 1
        return None

    def _part_of_plan(self, match: re.Match[str]) -> tuple[int, int] | None:
        plan = self._plans.get(match["plan"])
        if plan is None:
            return None
        opening, closing = match["opening"] or match["first"], match["closing"]
        if opening:
            return plan[0], plan[0] + self._lexicon.count(opening) - 1
        return (plan[1] - self._lexicon.count(closing) + 1, plan[1]) if closing else plan

    def _baseline(
        self,
        first: int | None,
        last: int | None,
        origin_year: str,
        compared: int | None,
        surroundings: Surroundings,
        report_year: int,
    ) -> Period:
        digits = _YEAR.search(origin_year)
        if digits is not None:
            year = int(digits.group())
        elif compared is not None:
            year = compared
        elif first is not None and last is not None and first < last:
            year = first - 1
        elif last == surroundings.end_year and _spans(surroundings):
            year = (surroundings.start_year or 0) - 1
        else:
            year = (last or surroundings.end_year or report_year - 1) - 1
        return Period(year, None, None, "baseline", False)

    def _target_type(
        self, before: str, last: int | None, explicit: bool, surroundings: Surroundings, report_year: int
    ) -> str:
        if explicit and last is not None:
            if last < report_year:
                return "actual"
            if surroundings.role in _REVIEW and last == report_year:
                return "actual" if surroundings.end_year == report_year else "annual_target"
            return "annual_target" if last == report_year else "plan_target"
        if surroundings.role in _PLAN:
            return "plan_target"
        if surroundings.role in _THIS_YEAR:
            return "actual" if self._looking_back.search(before) else "annual_target"
        if surroundings.role in _REVIEW:
            return "actual"
        if last is not None and last >= report_year:
            return "annual_target" if last == report_year else "plan_target"
        return "actual"

    def _sub_period(self, before: str) -> str | None:
        found = self._sub_period_words.findall(before)
        return self._sub_periods.get(found[-1]) if found else None
