"""Promised and delivered: the targets of a place, what became of them, and where both were read."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from pipelines.publication.site.labels import words
from pipelines.publication.site.pages.indicators import documents_with_page, keys_with_page
from pipelines.publication.site.pages.target_rows import CSV_COLUMNS, download, shown
from pipelines.publication.site.pages.target_summary import OUTCOMES, summary
from pipelines.publication.site.site import Page, Place, Site, targets_path
from pipelines.publication.site.source import Row

MOST_TARGETS = 300
"""Targets on one page, about 1.2 MB. A place with more has a page for each year in which they were set."""

_CHOICES = ("outcome", "sector", "target_type", "commitment", "set_year", "year")
"""Columns that the list can be filtered by."""


def pages(site: Site) -> Iterator[Page]:
    """The list of places, and a page or more for each."""
    counts: dict[str, Counter[str]] = {}
    for row in site.source.rows("targets_counts"):
        counts.setdefault(row["page_area"], Counter())[row["outcome"]] = row["target_count"]
    reports = documents_with_page(site)
    for place in site.places:
        yield from _place_pages(site, place, reports)
    yield Page(
        "targets/index.html",
        "targets_index.html",
        "targets",
        words()["nav.targets"],
        {"counts": counts, "outcomes": OUTCOMES},
        styles=("targets.css",),
    )


def portions(rows: Sequence[Row], most: int) -> list[tuple[str, list[Row]]]:
    """Targets as pages hold them: all together, or by year of setting where they are too many.

    Args:
        rows: targets, those set last first.
        most: targets that one page may hold.

    Returns:
        The label of each portion and its targets. The label is empty for all together, else the year, or
        `undated`, with `-2` behind it for the second page of a year that is itself too long.
    """
    if len(rows) <= most:
        return [("", list(rows))]
    found: list[tuple[str, list[Row]]] = []
    for year, group in itertools.groupby(rows, key=lambda row: row["set_year"]):
        label, number = "undated" if year is None else str(year), 1
        while part := list(itertools.islice(group, most)):
            found.append((label if number == 1 else f"{label}-{number}", part))
            number += 1
    return found


def _place_pages(site: Site, place: Place, reports: Collection[str]) -> Iterator[Page]:
    rows = site.source.rows("targets_rows", ref_area=place.ref_area)
    paged = keys_with_page(site, place.ref_area)
    found = portions(rows, MOST_TARGETS)
    # The first portion has the address that other pages lead to.
    base = targets_path(place.ref_area)
    paths = [base, *(f"{base.removesuffix('.html')}-{label}.html" for label, _ in found[1:])]
    parts = [
        {"label": label, "path": path, "counts": Counter(row["outcome"] for row in part)}
        for path, (label, part) in zip(paths, found, strict=True)
    ]
    for number, (path, (_, part)) in enumerate(zip(paths, found, strict=True)):
        # What was judged comes first: it is what the page is for. Otherwise the order of the texts is kept.
        full = [
            shown(site, row, paged, reports) for row in sorted(part, key=lambda row: not row["is_settled"])
        ]
        yield Page(
            path,
            "targets.html",
            "targets",
            words()["targets.title"].filled(zh=place.name.zh, en=place.name.en),
            {
                "place": place,
                "rows": full,
                "total": len(rows),
                "portions": parts,
                "number": number,
                "summary": summary(rows) if number == 0 else None,
                "outcomes": OUTCOMES,
                "choices": {column: _choices(site, column, part) for column in _CHOICES},
                "csv": {
                    "columns": CSV_COLUMNS,
                    "rows": download(full),
                    "file": path.removesuffix(".html").replace("/", "-"),
                },
            },
            place.ref_area,
            ("targets.js",),
            ("targets.css",),
        )


def _choices(site: Site, column: str, rows: Sequence[Row]) -> list[str | int]:
    """The values of a column that occur, in the order of its list: years the newest first."""
    values = {row[column] for row in rows if row[column] is not None}
    if column in ("set_year", "year"):
        return sorted(values, reverse=True)
    known = [code for list_name, code in site.codes if list_name == column and code in values]
    return [*known, *sorted(values.difference(known))]
