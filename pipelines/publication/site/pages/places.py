"""Places: who promised what, and who kept it; only where several places have a report."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.publication.site.labels import words
from pipelines.publication.site.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The index of this part."""
    if len(site.reporting) > 1:
        yield Page("places/index.html", "places.html", "places", words()["nav.places"], {})
