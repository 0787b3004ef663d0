"""Indicators: the history of each, place by place."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.publication.site.labels import words
from pipelines.publication.site.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The index of this part."""
    yield Page("indicators/index.html", "indicators.html", "indicators", words()["nav.indicators"], {})
