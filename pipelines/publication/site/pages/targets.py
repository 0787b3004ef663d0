"""Promised and delivered: the targets of a place, what became of them, and where both were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.publication.site.labels import words
from pipelines.publication.site.pages.indicators import keys_with_page
from pipelines.publication.site.pages.target_portions import portions
from pipelines.publication.site.pages.target_rows import CSV_COLUMNS, download, shown
from pipelines.publication.site.pages.target_summary import OUTCOMES, summary
from pipelines.publication.site.site import Page, Place, Site
from pipelines.publication.site.source import Row

_CHOICES = ("outcome", "sector", "target_type", "commitment", "set_year", "year")
"""Columns that the list can be filtered by."""


def index_pages(site: Site) -> Iterator[Page]:
    """The list of the places."""
    if site.only_place:
        return
    counts: dict[str, Counter[str]] = {}
    for row in site.source.rows("targets_counts"):
        counts.setdefault(row["page_area"], Counter())[row["outcome"]] = row["target_count"]
    yield Page(
        "targets/index.html",
        "targets_index.html",
        "targets",
        words()["nav.targets"],
        {"counts": counts, "outcomes": OUTCOMES},
        scripts=("find.js",),
        styles=("targets.css",),
    )


def place_pages(site: Site, place: Place) -> Iterator[Page]:
    """A page or more for a place."""
    rows = {row["target_id"]: row for row in site.source.rows("targets_rows", ref_area=place.ref_area)}
    paged = keys_with_page(site, place.ref_area)
    found = portions(site, place.ref_area)
    parts = [
        {
            "label": portion.label,
            "path": portion.path,
            "counts": Counter(rows[target_id]["outcome"] for target_id in portion.target_ids),
        }
        for portion in found
    ]
    for number, portion in enumerate(found):
        part = [rows[target_id] for target_id in portion.target_ids]
        # What was judged comes first: it is what the page is for. Otherwise the order of the texts is kept.
        part.sort(key=lambda row: not row["is_settled"])
        full = [shown(site, row, paged, site.documents_with_page) for row in part]
        yield Page(
            portion.path,
            "targets.html",
            "targets",
            words()["targets.title"].filled(zh=place.name.zh, en=place.name.en),
            {
                "place": place,
                "rows": full,
                "total": len(rows),
                "portions": parts,
                "number": number,
                "summary": summary(list(rows.values())) if number == 0 else None,
                "outcomes": OUTCOMES,
                "choices": {column: _choices(site, column, part) for column in _CHOICES},
                "csv": {
                    "columns": CSV_COLUMNS,
                    "rows": download(full),
                    "file": portion.path.removesuffix(".html").replace("/", "-"),
                },
            },
            place.ref_area,
            ("targets.js",),
            ("targets.css",),
        )


def _choices(site: Site, column: str, rows: Sequence[Row]) -> list[str | int]:
    """The values of a column that occur, in the order of its list: years the newest first."""
    values = {row[column] for row in rows if row[column] is not None}
    if column == "outcome":
        return list(OUTCOMES)
    if column in ("set_year", "year"):
        return sorted(values, reverse=True)
    known = [code for list_name, code in site.codes if list_name == column and code in values]
    return [*known, *sorted(values.difference(known))]
