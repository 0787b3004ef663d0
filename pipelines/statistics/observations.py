"""Printed figures -> rows of the lake table `observations`."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.ids import hash_id
from pipelines.statistics.checks import field_problems, read_date, read_year, relation_problems
from pipelines.statistics.figures import Problem
from pipelines.statistics.notation import notation, split_marks
from pipelines.statistics.values import PrintedNumber, PrintedUnit, exact, parse_number, split_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.extraction.catalogue import Catalogue
    from pipelines.statistics.figures import Figure

_KEY = (
    "ref_area",
    "indicator_text",
    "measure",
    "growth_basis",
    "price_basis",
    "target_type",
    "year",
    "period_start_year",
    "sub_period",
    "rank_scope",
    "set_year",
    "source_id",
)
_DEFAULTS = {"bound": "point", "target_type": "actual"}


class ObservationReader:
    """Turns figures into observations; remembers what it looked up."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Start with an empty memory."""
        self._catalogue = catalogue
        self._units: dict[tuple[str, str | None], PrintedUnit | None] = {}
        self._matches: dict[tuple[str, str], tuple[str | None, str | None]] = {}

    def read(self, figure: Figure, ref_area: str) -> tuple[dict[str, Any], list[Problem]]:
        """One figure as a row, and what is wrong with it.

        Args:
            figure: the printed figure.
            ref_area: the table's place, where the figure names none of its own.

        Returns:
            A row of `Observation` without `observation_id` and `row_ref`, empty when there are
            problems.
        """
        fields = _DEFAULTS | {"ref_area": ref_area} | figure.fields
        if fields.get("measure") == "growth":
            fields.setdefault("price_basis", "unstated")
        if "unit" not in fields:
            fields |= self._unit_beside(fields["value"])
        problems = list(field_problems(fields))
        if problems:
            return {}, problems
        problems = list(relation_problems(fields))
        if fields["ref_area"] not in self._catalogue.places:
            problems.append(_place_problem(fields["ref_area"]))
        numbers, marks, unit = self._numbers(fields, problems)
        if unit is not None and fields["measure"] not in notation().measures_of(unit.unit.unit_type):
            problems.append(_measure_problem(fields, unit))
        if problems or unit is None:
            return {}, problems
        return self._row(fields, numbers, unit, figure.marks + marks), []

    def _unit_beside(self, value: str) -> dict[str, str]:
        """The unit that is printed with the number itself (5.4%), where nothing else gives one."""
        try:
            rest, _ = self._rest(parse_number(value).rest)
        except ValueError:
            return {}
        return {"unit": rest} if rest else {}

    def _numbers(
        self, fields: Mapping[str, str], problems: list[Problem]
    ) -> tuple[list[PrintedNumber], str, PrintedUnit | None]:
        """The printed numbers (value, then value_upper), their footnote marks, and the unit."""
        unit = self._unit(fields["unit"], fields["measure"])
        if unit is None:
            hint = "Correct the unit, or add it to the seed units.csv."
            problems.append(
                Problem("unit_unknown", f"unit {fields['unit']!r} is not known", hint, "unit", fields["unit"])
            )
        numbers, marks = [], ""
        for name in ("value", "value_upper"):
            if name not in fields:
                continue
            try:
                number = parse_number(fields[name])
            except ValueError as error:
                problems.append(_number_problem(name, str(error), fields[name]))
                continue
            rest, own_marks = self._rest(number.rest)
            marks += own_marks
            problem = self._rest_problem(name, rest, fields, unit)
            if problem is None and not math.isfinite(exact(number.value, unit.power if unit else 0)):
                problem = _number_problem(name, "larger than any number that can be stored", fields[name])
            if problem is not None:
                problems.append(problem)
            numbers.append(number)
        if len(numbers) > 1 and numbers[0].value > numbers[1].value:
            hint = "Swap value and value_upper."
            problems.append(
                Problem("range_reversed", "value is greater than value_upper", hint, "value_upper")
            )
        return numbers, marks, unit

    def _rest(self, rest: str) -> tuple[str, str]:
        """What follows a number -> (unit, footnote marks); m² keeps its square."""
        if not rest or self._unit(rest) is not None:
            return rest, ""
        return split_marks(rest)

    def _rest_problem(
        self, name: str, rest: str, fields: Mapping[str, str], unit: PrintedUnit | None
    ) -> Problem | None:
        if not rest:
            return None
        own = self._unit(rest, fields["measure"])
        if own is None:
            return _number_problem(name, f"{fields[name]!r} has text after the number", fields[name])
        if unit is None or (own.power, own.unit.unit) == (unit.power, unit.unit.unit):
            return None
        return Problem(
            "unit_conflict",
            f"{fields[name]!r} stands in a column of unit {fields['unit']!r}",
            "Correct one of the two.",
            name,
            fields[name],
        )

    def _unit(self, text: str, measure: str | None = None) -> PrintedUnit | None:
        key = (text, measure)
        if key not in self._units:
            self._units[key] = split_unit(text, self._catalogue, measure)
        return self._units[key]

    def _match(self, indicator: str, measure: str) -> tuple[str | None, str | None]:
        key = (indicator, measure)
        if key not in self._matches:
            match = self._catalogue.match_indicator(indicator, measure)
            self._matches[key] = (None, None) if match is None else (match.indicator_id, match.match_rule)
        return self._matches[key]

    def _row(
        self, fields: Mapping[str, str], numbers: list[PrintedNumber], unit: PrintedUnit, marks: str
    ) -> dict[str, Any]:
        indicator_id, match_rule = self._match(fields["indicator"], fields["measure"])
        value, *upper = (exact(number.value, unit.power) for number in numbers)
        date_text = fields.get("published_date")
        remark = " ".join(part for part in (fields.get("remark"), marks) if part)
        return {
            "ref_area": fields["ref_area"],
            "indicator_text": fields["indicator"],
            "indicator_name": self._catalogue.normal_form(fields["indicator"]),
            "indicator_id": indicator_id,
            "match_rule": match_rule,
            "measure": fields["measure"],
            "growth_basis": fields.get("growth_basis"),
            "price_basis": fields.get("price_basis"),
            "year": read_year(fields["year"]),
            "period_start_year": _year_or_none(fields.get("period_start_year")),
            "sub_period": fields.get("sub_period"),
            "rank_scope": fields.get("rank_scope"),
            "value": value,
            "value_upper": upper[0] if upper else None,
            "unit_text": unit.unit_text,
            "unit": unit.unit.unit,
            "printed_mult": unit.power,
            "decimals": max(number.decimals for number in numbers),
            "bound": fields["bound"],
            "modifier_text": fields.get("modifier"),
            "target_type": fields["target_type"],
            "set_year": _year_or_none(fields.get("set_year")),
            "obs_status": fields.get("obs_status"),
            "source_kind": fields["source_kind"],
            "source_id": hash_id(fields["source_title"], fields.get("source_url")),
            "source_title": fields["source_title"],
            "publisher": fields.get("publisher"),
            "source_url": fields.get("source_url"),
            "vintage_date": read_date(date_text) if date_text else None,
            "remark": remark or None,
        }


def number_observations(rows: Iterable[dict[str, Any]]) -> None:
    """Give every row its `observation_id`, in place.

    Of rows that agree in place, indicator, period, basis and source, the first in reading order
    gets ordinal 0, the next 1: a row about anything else changes no id, and neither does a
    corrected value.
    """
    seen: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        key = tuple(row[name] for name in _KEY)
        row["observation_id"] = hash_id(*key, seen[key])
        seen[key] += 1


def _year_or_none(text: str | None) -> int | None:
    return None if text is None else read_year(text)


def _place_problem(ref_area: str) -> Problem:
    hint = "Correct the code, or add the place to the seed places.csv."
    return Problem("place_unknown", f"no place has the code {ref_area}", hint, "ref_area", ref_area)


def _number_problem(name: str, reason: str, content: str) -> Problem:
    hint = "Put the bare number here; words such as bounds and remarks have columns of their own."
    return Problem("value_not_number", reason, hint, name, content)


def _measure_problem(fields: Mapping[str, str], unit: PrintedUnit) -> Problem:
    fitting = ", ".join(notation().measures_of(unit.unit.unit_type))
    return Problem(
        "measure_unit_mismatch",
        f"a figure in {unit.unit_text} can't be a {fields['measure']}",
        f"Use {fitting}, or correct the unit.",
        "measure",
        fields["measure"],
    )
