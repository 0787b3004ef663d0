"""The cards of the headline targets: each with its bound, the last actual beside it, and what became of it."""

from __future__ import annotations

from typing import Any

from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words
from pipelines.publication.site.pages.phrases import phrase
from pipelines.publication.site.site import Site
from pipelines.publication.site.source import Row

Card = dict[str, Any]


def cards_by_year(site: Site, ref_area: str) -> dict[int, list[Card]]:
    """Year -> the headline indicators of a place in that year, in the usual order."""
    others: dict[tuple[int, str], list[Row]] = {}
    for row in site.source.rows("glance_headline_targets", ref_area=ref_area):
        others.setdefault((row["set_year"], row["headline"]), []).append(row)
    cards: dict[int, list[Card]] = {}
    for row in site.source.rows("glance_headlines", ref_area=ref_area):
        said = others.get((row["target_year"], row["headline"]), [])
        cards.setdefault(row["target_year"], []).append(
            {
                **row,
                "name": Words(row["headline_zh"], row["headline_en"]),
                "comparison": comparison(site.figures, row),
                "also": _also(site.figures, row, said),
            }
        )
    return cards


def comparison(figures: Figures, row: Row) -> Words | None:
    """How far the target lies from the actual of the year before; None where that says nothing.

    It says nothing of a range, of an actual that is itself a bound, and of an actual of an earlier year.
    """
    value, actual = row["obs_value"], row["actual_value"]
    if value is None or actual is None or row["actual_year"] != row["target_year"] - 1:
        return None
    if row["bound"] == "range" or row["actual_value_upper"] is not None or row["actual_bound"] != "point":
        return None
    difference = float(f"{value - actual:.6g}")
    if abs(difference) < 1e-9 * max(abs(value), abs(actual), 1):
        return phrase("glance.equal")
    unit = "percentage_point" if row["unit_measure"] == "percent" else row["unit_measure"]
    key = "glance.more" if difference > 0 else "glance.less"
    return phrase(key, value=figures.value(abs(difference), unit))


def _also(figures: Figures, main: Row, said: list[Row]) -> list[dict[str, Any]]:
    """What the report promises beside the main target, each once."""
    lines: list[dict[str, Any]] = []
    seen = {(_key(main))} if main["target_id"] else set()
    for row in said:
        if row["target_id"] == main["target_id"] or _key(row) in seen:
            continue
        seen.add(_key(row))
        named = Words(row["indicator_zh"], row["indicator_en"] or row["indicator_zh"])
        lines.append(
            {
                "when": _when(row, main["target_year"]),
                "name": None if row["indicator_key"] == main["indicator_key"] else named,
                "value": None
                if row["obs_value"] is None
                else figures.bounded(
                    row["obs_value"], row["obs_value_upper"], row["unit_measure"], row["bound"]
                ),
                "quote": row["source_text"],
                "document_id": row["document_id"],
                "statement_id": row["statement_id"],
            }
        )
    return lines


def _key(row: Row) -> tuple[Any, ...]:
    year = row["year"] if "year" in row else row["target_year"]
    return row["indicator_key"], row["measure"], row["obs_value"], row["obs_value_upper"], year


def _when(row: Row, year: int) -> Words | None:
    if row["growth_basis"] == "annual_average" and row["period_start_year"]:
        return phrase("glance.average", first=row["period_start_year"], last=row["year"])
    if row["year"] is not None and row["year"] != year:
        return phrase("glance.until", year=row["year"])
    return None
