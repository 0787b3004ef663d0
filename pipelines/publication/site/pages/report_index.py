"""The list of reports: by place and year, and by province where there are very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipelines.publication.site.labels import Words, same, words
from pipelines.publication.site.site import Page, Place, Site

MOST_ON_A_PAGE = 4000
"""More reports than this are listed by province: some 250 bytes each keep a page far under 1.5 MB."""


def index_pages(site: Site, most: int = MOST_ON_A_PAGE) -> Iterator[Page]:
    """The list of all reports; where there are more than `most`, one list for each province and their list."""
    places = site.reporting
    title = words()["report.all"]
    if sum(len(place.reports) for place in places) <= most:
        yield _list_page("reports/index.html", title, places)
        return
    names = {
        row["ref_area"][:2]: Words(row["name_zh"], row["name_en"] or row["name_zh"])
        for row in site.source.rows("report_provinces")
    }
    ordered = sorted(places, key=lambda place: place.ref_area)
    provinces = []
    for code, group in groupby(ordered, key=lambda place: place.ref_area[:2]):
        within = tuple(group)
        path, name = f"reports/province-{code}.html", names.get(code, same(code))
        provinces.append((path, name, within, sum(len(place.reports) for place in within)))
        yield _list_page(path, name, within)
    yield Page(
        "reports/index.html",
        "reports.html",
        "reports",
        title,
        {"provinces": provinces, **_totals(places)},
        scripts=("find.js",),
        styles=("report.css",),
    )


def _list_page(path: str, title: Words, places: Sequence[Place]) -> Page:
    return Page(
        path,
        "reports.html",
        "reports",
        title,
        {"provinces": [], "places": places, **_totals(places)},
        scripts=("find.js",),
        styles=("report.css",),
    )


def _totals(places: Sequence[Place]) -> dict[str, int]:
    reports = [report for place in places for report in place.reports]
    return {
        "place_count": len(places),
        "report_count": len(reports),
        "statement_total": sum(report["statement_count"] for report in reports),
    }
