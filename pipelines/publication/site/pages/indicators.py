"""Indicators: the history of each, place by place."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.publication.site.labels import words
from pipelines.publication.site.site import Page, Site


def keys_with_page(site: Site, ref_area: str) -> frozenset[str]:
    """The indicators that have a page in a place."""
    rows = site.source.rows("indicators_with_page", ref_area=ref_area)
    return frozenset(row["indicator_key"] for row in rows)


def documents_with_page(site: Site) -> frozenset[str]:
    """The documents that have a page."""
    return frozenset(report["document_id"] for place in site.places for report in place.reports)


def pages(site: Site) -> Iterator[Page]:
    """The index of this part."""
    yield Page("indicators/index.html", "indicators.html", "indicators", words()["nav.indicators"], {})
