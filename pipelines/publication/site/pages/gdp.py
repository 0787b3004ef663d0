"""The way of a place's GDP as two charts: in yuan, and in growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.publication.site.figures import Figures, plain
from pipelines.publication.site.labels import Words, same
from pipelines.publication.site.pages.gdp_rows import Chart, chart, level_line, part_texts
from pipelines.publication.site.pages.phrases import pair, phrase
from pipelines.publication.site.site import Site
from pipelines.publication.site.source import Row

_SETTLED = ("met", "met_within_tolerance", "missed")


def gdp_charts(site: Site, ref_area: str) -> dict[str, Any]:
    """The charts of a place: `level` and `growth`, each None where there is nothing to draw.

    `is_same_price_basis` is False where the growth that is left and the target of the year must not be
    compared, `step` the goal farthest ahead, `sentence` what it takes.
    """
    found = site.source.rows("glance_gdp", ref_area=ref_area)
    steps = site.source.rows("glance_gdp_steps", ref_area=ref_area)
    levels = [row for row in found if row["measure"] == "level"]
    growths = [row for row in found if row["measure"] == "growth"]
    open_steps = [step for step in steps if not step["is_already_reached"]]
    return {
        "level": _level(site, levels, growths, open_steps),
        "growth": _growth(site, growths, open_steps),
        "step": open_steps[-1] if open_steps else None,
        "sentence": _sentence(site, open_steps),
        "is_same_price_basis": all(step["is_same_price_basis"] is not False for step in open_steps),
    }


def _sentence(site: Site, steps: Sequence[Row]) -> Words | None:
    """The goal farthest ahead in a sentence, with the growth that it takes."""
    step = steps[-1] if steps else None
    if step is None or step["required_growth"] is None:
        return None
    return phrase(
        "glance.step",
        year=step["year"],
        target=site.figures.bounded(step["target_value"], None, "yuan", step["target_bound"]),
        last=step["actual_year"],
        actual=site.figures.bounded(step["actual_value"], None, "yuan", step["actual_bound"]),
        growth=site.figures.value(round(step["required_growth"], 1), "percent"),
    )


def _level(site: Site, levels: Sequence[Row], growths: Sequence[Row], steps: Sequence[Row]) -> Chart | None:
    if len(levels) < 2:
        return None
    power, unit = site.figures.axis(max(abs(row["obs_value"]) for row in levels), "yuan")
    scale = 10**power
    rows, table = _points(site, levels, "yuan", scale)
    for step in steps:
        growth = step["required_growth_from_previous"]
        if growth is None:
            continue
        text = phrase("glance.needs", growth=site.figures.value(round(growth, 1), "percent"))
        rows.append(
            {
                "what": "need",
                "kind": "plan_target",
                "year": step["previous_year"],
                "value": step["previous_value"] / scale,
                "year2": step["year"],
                "value2": step["target_value"] / scale,
                "label": pair(text),
            }
        )
        table.append(_line(site, step["previous_year"], step["year"], "glance.required", growth))
    ahead = _next_year(site, levels, growths, scale, table)
    more = phrase("glance.next_note", year=ahead[0]["year"], last=ahead[0]["year"] - 1) if ahead else None
    return chart("gdp_level", [*rows, *ahead], unit, table, more)


def _next_year(
    site: Site, levels: Sequence[Row], growths: Sequence[Row], scale: float, table: list[Row]
) -> list[Row]:
    """The growth target of the year after the last actual, drawn at the prices of that actual."""
    last = max((row for row in levels if row["target_type"] == "actual"), key=_year, default=None)
    if last is None or any(row["year"] == last["year"] + 1 for row in levels):
        return []
    target = next(
        (row for row in growths if row["target_type"] == "annual_target" and row["year"] == last["year"] + 1),
        None,
    )
    if target is None:
        return []
    low = last["obs_value"] * (1 + target["obs_value"] / 100)
    upper = target["obs_value_upper"]
    high = last["obs_value"] * (1 + upper / 100) if upper is not None else None
    said = site.figures.bounded(target["obs_value"], upper, "percent", target["bound"])
    text = phrase("glance.growth_goal", year=target["year"], value=said)
    table.append(
        {
            "year": same(target["year"]),
            "kind": phrase("glance.growth_goal_row", year=last["year"]),
            "value": phrase(
                "glance.brackets", value=said, more=_money(site.figures, low, high, target["bound"])
            ),
            "outcome": target["outcome"],
            "order": (target["year"], 2),
        }
    )
    return [
        {
            "what": "target",
            "kind": "annual_target",
            "year": target["year"],
            "value": low / scale,
            "upper": None if high is None else high / scale,
            "bound": target["bound"],
            "label": pair(text),
            "side": "down_right",
        }
    ]


def _money(figures: Figures, low: float, high: float | None, bound: str) -> Words:
    """An amount worked out from a rounded rate, with no more digits than that allows."""
    return figures.bounded(float(f"{low:.4g}"), None if high is None else float(f"{high:.4g}"), "yuan", bound)


def _growth(site: Site, growths: Sequence[Row], steps: Sequence[Row]) -> Chart | None:
    yearly = [row for row in growths if row["growth_basis"] != "annual_average"]
    if len(yearly) < 2:
        return None
    rows, table = _points(site, yearly, "percent", 1)
    averages = [
        row for row in growths if row["growth_basis"] == "annual_average" and row["period_start_year"]
    ]
    for row in averages[-2:]:
        said = site.figures.bounded(row["obs_value"], row["obs_value_upper"], "percent", row["bound"])
        text = phrase("glance.pace", value=said)
        rows.append(level_line("pace", row["period_start_year"], row["year"], row["obs_value"], text))
        table.append(
            {
                "year": same(f"{row['period_start_year']}\u2013{row['year']}"),
                "kind": phrase("glance.average_goal"),
                "value": said,
                "outcome": row["outcome"],
                "order": (row["year"], 3),
            }
        )
    for step in steps[-1:]:
        if step["required_growth"] is None:
            continue
        value = round(step["required_growth"], 1)
        text = phrase("glance.needs", growth=site.figures.value(value, "percent"))
        rows.append(level_line("need", step["actual_year"] + 1, step["year"], value, text))
        table.append(
            _line(site, step["actual_year"], step["year"], "glance.required", step["required_growth"])
        )
    part_texts(rows)
    return chart("gdp_growth", rows, site.figures.axis(0, "percent")[1], table)


def _points(site: Site, found: Sequence[Row], unit: str, scale: float) -> tuple[list[Row], list[Row]]:
    """The rows of actuals and targets, and the same in words.

    In the chart an actual carries its figure where it ends a five-year plan or the line; a target where it is
    in yuan or ahead.
    """
    actuals = {row["year"]: row["obs_value"] for row in found if row["target_type"] == "actual"}
    last = max(actuals, default=0)
    rows, table = [], []
    for row in found:
        year, value, upper = row["year"], row["obs_value"], row["obs_value_upper"]
        is_actual = row["target_type"] == "actual"
        high = None if upper is None else upper / scale
        short = same(plain(value) if unit == "percent" else _short(value / scale))
        if not is_actual:
            short = _goal(site, row, value / scale, high)
        rows.append(
            {
                "what": "actual" if is_actual else "target",
                "kind": row["target_type"],
                "year": year,
                "value": value / scale,
                "upper": high,
                "bound": row["bound"],
                "label": pair(short) if _is_labelled(row, last) else None,
                "side": _side(row, actuals, last),
            }
        )
        table.append(
            {
                "year": same(year),
                "kind": site.code("target_type", row["target_type"]),
                "value": site.figures.bounded(value, upper, unit, row["bound"]),
                "outcome": row["outcome"],
                "order": (year, 0 if is_actual else 1),
            }
        )
    return rows, table


def _short(value: float) -> str:
    """A number for a place on the chart; the table behind it has all its digits."""
    return plain(float(f"{value:.4g}" if abs(value) >= 1000 else f"{value:.3g}"))


def _goal(site: Site, row: Row, value: float, upper: float | None) -> Words:
    """A target on the chart: its number with its bound, and its outcome where it has one."""
    said = site.figures.bounded(value, upper, None, row["bound"])
    if row["outcome"] in _SETTLED:
        return phrase("glance.goal_settled", value=said, outcome=site.code("outcome", row["outcome"]))
    return phrase("glance.goal", value=said)


def _is_labelled(row: Row, last: int) -> bool:
    if row["target_type"] == "actual":
        return bool(row["year"] == last or row["year"] % 5 == 0)
    return bool(row["measure"] == "level" or row["year"] > last)


def _side(row: Row, actuals: Mapping[int, float], last: int) -> str:
    """Where a text is clear of the line: before the last actual, and away from the actual for a target."""
    year, value = row["year"], row["obs_value"]
    if row["target_type"] == "actual":
        before, after = actuals.get(year - 1, value), actuals.get(year + 1, value)
        if year == last:
            return "down_left" if value < before else "up_left"
        return "down" if value < min(before, after) else "up"
    if year == last + 1 and row["measure"] == "growth":
        return "down_right"
    return "down" if value < actuals.get(year, value) else "up"


def _line(site: Site, first: int, last: int, key: str, growth: float) -> Row:
    return {
        "year": same(f"{first}\u2013{last}"),
        "kind": phrase(key),
        "value": site.figures.value(round(growth, 1), "percent"),
        "outcome": None,
        "order": (last, 4),
    }


def _year(row: Row) -> int:
    year: int = row["year"]
    return year
