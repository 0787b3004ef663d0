"""Promised and delivered: the targets of a place and what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.publication.site.labels import words
from pipelines.publication.site.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The index of this part."""
    yield Page("targets/index.html", "targets.html", "targets", words()["nav.targets"], {})
