"""At a glance: a place and the newest report that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelines.publication.site.labels import words
from pipelines.publication.site.site import Page, Place, Site, place_path


def pages(site: Site) -> Iterator[Page]:
    """The first page, and one for each place where several have a report."""
    several = len(site.reporting) > 1
    for place in site.reporting or site.places[:1]:
        yield _place_page(site, place, place_path(place.ref_area) if several else "index.html")
    if several or not site.places:
        yield Page("index.html", "overview.html", "glance", words()["nav.glance"], {"places": site.reporting})


def _place_page(site: Site, place: Place, path: str) -> Page:
    report = place.reports[0] if place.reports else None
    matrix: dict[str, Counter[str]] = {}
    if report:
        for row in site.source.rows("sector_matrix", document_id=report["document_id"]):
            matrix.setdefault(row["sector"], Counter())[row["target_type"]] = row["statement_count"]
    return Page(
        path,
        "glance.html",
        "glance",
        place.name,
        {
            "place": place,
            "report": report,
            "cards": site.source.rows(
                "headline_cards", ref_area=place.ref_area, year=report["report_year"] if report else None
            ),
            "matrix": matrix,
            "outcomes": {
                row["outcome"]: row["target_count"]
                for row in site.source.rows("outcome_counts", ref_area=place.ref_area)
            },
            **_path(site, place),
        },
        place.ref_area,
    )


def _path(site: Site, place: Place) -> dict[str, object]:
    """The rows and the unit of the chart of GDP."""
    found = site.source.rows("gdp_path", ref_area=place.ref_area)
    kinds = ("actual", "annual_target", "plan_target")
    values = [row[f"{kind}_value"] for row in found for kind in kinds if row[f"{kind}_value"] is not None]
    power, unit = site.figures.axis(max(values, default=0), "yuan")
    rows = [
        {"year": row["year"], "kind": kind, "value": row[f"{kind}_value"] / 10**power}
        for row in found
        for kind in kinds
        if row[f"{kind}_value"] is not None
    ]
    return {"path_rows": found, "chart_rows": rows, "unit": {"zh": unit.zh, "en": unit.en}}
