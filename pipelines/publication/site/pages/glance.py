"""At a glance: a place and what its newest report says, its earlier reports, and the overview of all places."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.gdp import gdp_charts
from pipelines.publication.site.pages.headlines import cards_by_year
from pipelines.publication.site.pages.phrases import phrase
from pipelines.publication.site.site import Page, Place, Site, place_path
from pipelines.publication.site.source import Row

KINDS = ("actual", "baseline", "annual_target", "plan_target")
OUTCOMES = ("met", "met_within_tolerance", "missed", "pending", "not_comparable", "no_observation")
_SHADES = 5
_MOST_ROWS = 1500
"""Places that the overview shows with all columns; with more it names them and links to their pages."""


def index_pages(site: Site) -> Iterator[Page]:
    """The first page, where it is not the page of the only place."""
    if not site.only_place:
        yield _overview(site)


def year_path(place: Place, year: int) -> str:
    """The page of a place's earlier report."""
    return f"{place_path(place.ref_area).removesuffix('.html')}-{year}.html"


def place_pages(site: Site, place: Place) -> Iterator[Page]:
    """The page of a place, and one for each of its earlier reports."""
    asked = {"ref_area": place.ref_area}
    cards = cards_by_year(site, place.ref_area)
    outcomes = site.source.rows("glance_outcomes", **asked)
    matrices: dict[str, list[Row]] = {}
    for row in site.source.rows("glance_matrix", **asked):
        matrices.setdefault(row["document_id"], []).append(row)
    first = "index.html" if site.only_place else place_path(place.ref_area)
    by_year = itertools.groupby(place.reports, key=itemgetter("report_year"))
    years = {year: max(reports, key=itemgetter("statement_count")) for year, reports in by_year}
    paths = {year: year_path(place, year) if number else first for number, year in enumerate(years)}
    for year, report in years.items() or [(None, None)]:
        is_newest = paths.get(year, first) == first
        counted = outcomes if is_newest else [row for row in outcomes if row["set_year"] == year]
        values = {
            "place": place,
            "report": report,
            "is_newest": is_newest,
            "other_years": [(other, path) for other, path in paths.items() if other != year],
            "cards": cards.get(year, []) if year else [],
            "matrix": matrix(matrices.get(report["document_id"], [])) if report else None,
            "outcomes": outcome_shares(counted),
            "gdp": gdp_charts(site, place.ref_area) if is_newest else None,
            "earlier": [] if report else _earlier(site, place),
            "kinds": KINDS,
            "promised": phrase(
                "glance.promises_note", place=place.name, count=sum(row["target_count"] for row in counted)
            ),
        }
        title = Words(f"{place.name.zh} {year}", f"{place.name.en} {year}") if year else place.name
        yield Page(
            paths.get(year, first),
            "glance.html",
            "glance",
            title,
            values,
            place.ref_area,
            styles=("glance.css",),
        )


def _earlier(site: Site, place: Place) -> list[Row]:
    found = site.source.rows("glance_earlier_targets", ref_area=place.ref_area)
    return [{**row, "name": Words(row["indicator_zh"], row["indicator_en"])} for row in found]


def matrix(counts: Sequence[Row]) -> dict[str, Any]:
    """Sector x target type: rows of (sector or None, counts, shades from 0 to 5), and the sums.

    Args:
        counts: rows with sector, target_type and statement_count, sectors in order.
    """
    cells: dict[str | None, Counter[str]] = {}
    for row in counts:
        cells.setdefault(row["sector"], Counter())[row["target_type"]] = row["statement_count"]
    largest = max((count for row in cells.values() for count in row.values()), default=1)
    total: Counter[str] = Counter()
    for row in cells.values():
        total.update(row)
    ordered = sorted(cells.items(), key=lambda item: item[0] is None)
    return {
        "rows": [
            (sector, row, {kind: -(-row[kind] * _SHADES // largest) for kind in KINDS})
            for sector, row in ordered
        ],
        "total": total,
    }


def outcome_shares(counts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many targets have which outcome, and where each part of a bar of 100 starts and ends."""
    sums: Counter[str] = Counter()
    for row in counts:
        sums[row["outcome"]] += row["target_count"]
    total = sums.total()
    start, parts = 0.0, []
    for outcome in OUTCOMES:
        if sums[outcome]:
            width = round(100 * sums[outcome] / total, 3)
            parts.append(
                {"outcome": outcome, "count": sums[outcome], "start": round(start, 3), "width": width}
            )
            start += width
    met = sums["met"] + sums["met_within_tolerance"]
    return {"total": total, "parts": parts, "met": met, "settled": met + sums["missed"]}


def _overview(site: Site) -> Page:
    found = site.source.rows("glance_overview")
    provinces: dict[str, list[Row]] = {}
    for row in found:
        provinces.setdefault(row["province_ref_area"], []).append(row)
    sums = {
        name: sum(row[f"{name}_count"] for row in found)
        for name in ("report", "statement", "target", "settled", "met")
    }
    values = {
        "provinces": [
            (Words(rows[0]["province_zh"], rows[0]["province_en"]), rows) for rows in provinces.values()
        ],
        "levels": [level for level in ("nation", "province", "prefecture", "county") if _has(found, level)],
        "sums": {**sums, "place": sum(1 for row in found if row["report_count"])},
        "is_full": len(found) <= _MOST_ROWS,
        "names": {row["ref_area"]: Words(row["name_zh"], row["name_en"]) for row in found},
        "count": phrase("overview.found", count=len(found)),
    }
    return Page(
        "index.html",
        "overview.html",
        "glance",
        words()["nav.glance"],
        values,
        scripts=("glance.js",),
        styles=("glance.css",),
    )


def _has(found: Sequence[Row], level: str) -> bool:
    return any(row["level"] == level for row in found)
