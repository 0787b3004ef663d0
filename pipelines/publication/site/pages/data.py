"""Data: what the tables hold, how to get them, how to cite them."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.publication.site.labels import words
from pipelines.publication.site.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The index of this part."""
    yield Page("data/index.html", "data.html", "data", words()["nav.data"], {})
