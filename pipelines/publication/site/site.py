"""What every page knows: the source, the labels, the places that have a report, the version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words, same
from pipelines.publication.site.source import Row, Source


@dataclass(frozen=True, slots=True)
class Page:
    """One page before it is rendered.

    Attributes:
        path: below the site's folder, with slashes.
        template: file in `templates/`.
        section: the entry of the menu that it belongs to.
        title: in both languages.
        values: what the template shows.
        ref_area: the place that it is about; None for a page about all.
        scripts: files in `assets/` that it needs beside site.js.
        styles: files in `assets/` that it needs beside site.css.
    """

    path: str
    template: str
    section: str
    title: Words
    values: Mapping[str, Any]
    ref_area: str | None = None
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place with something to show, and its documents, the newest first."""

    ref_area: str
    name: Words
    reports: tuple[Row, ...]


@dataclass(frozen=True)
class Site:
    """One version's pages in the making.

    Attributes:
        source: the published tables.
        figures: numbers as people write them.
        codes: list and code -> its name.
        definitions: list and code -> what it stands for.
        places: the places with a figure or a report, those with the newest reports first.
        version: name of the version.
        facts: the version's manifest and what else the data page says of it.
    """

    source: Source
    figures: Figures
    codes: Mapping[tuple[str, str], Words]
    definitions: Mapping[tuple[str, str], str]
    places: tuple[Place, ...]
    version: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def only_place(self) -> Place | None:
        """The place, where there is just one."""
        return self.places[0] if len(self.places) == 1 else None

    @cached_property
    def reporting(self) -> tuple[Place, ...]:
        """The places with a report."""
        return tuple(place for place in self.places if place.reports)

    @cached_property
    def documents_with_page(self) -> frozenset[str]:
        """The documents that have a page."""
        return frozenset(report["document_id"] for place in self.places for report in place.reports)

    def code(self, list_name: str, code: str | None) -> Words:
        """The name of a code; the code itself where the list has none, a dash for None."""
        if code is None:
            return same("—")
        return self.codes.get((list_name, code), same(code))

    def place(self, ref_area: str | None) -> Place | None:
        """A place of the site by its code."""
        return self._by_ref_area.get(ref_area) if ref_area else None

    @cached_property
    def _by_ref_area(self) -> dict[str, Place]:
        return {place.ref_area: place for place in self.places}


_TAKEN_NAMES = frozenset({"index", "others", "con", "prn", "aux", "nul"})
"""File names that are ours, or that Windows refuses."""
_LONGEST_NAME = 80


def file_name(identifier: str) -> str:
    """A file name for an identifier: itself where it is short and plain lower-case ASCII, else a hash of it.

    Names that differ in case alone would be one file on most people's disks.
    """
    plain = identifier.replace("-", "").replace("_", "")
    if (
        plain.isascii()
        and plain.isalnum()
        and identifier == identifier.lower()
        and identifier not in _TAKEN_NAMES
        and len(identifier) <= _LONGEST_NAME
    ):
        return identifier
    return f"x{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"


def report_path(document_id: str) -> str:
    """The page of a document."""
    return f"reports/{file_name(document_id)}.html"


def place_path(ref_area: str) -> str:
    """The page of a place."""
    return f"places/{file_name(ref_area)}.html"


def targets_path(ref_area: str) -> str:
    """The page of a place's targets and what became of them."""
    return f"targets/{file_name(ref_area)}.html"


def indicators_path(ref_area: str) -> str:
    """The list of a place's indicators."""
    return f"indicators/{file_name(ref_area)}/index.html"


def indicator_path(ref_area: str, indicator_key: str) -> str:
    """The page of an indicator in a place."""
    return f"indicators/{file_name(ref_area)}/{file_name(indicator_key)}.html"


def link(path: str) -> str:
    """A path as an address."""
    return quote(path)


def load_site(source: Source, version: str, facts: Mapping[str, Any]) -> Site:
    """Ask once for what every page needs.

    Args:
        source: the published tables.
        version: name of the version.
        facts: see `Site`.
    """
    codes = source.rows("codes")
    reports: dict[str, list[Row]] = {}
    for document in source.rows("documents"):
        if document["doc_kind"] == "report":
            reports.setdefault(document["ref_area"], []).append(document)
    places = [
        Place(
            row["ref_area"],
            Words(row["name_zh"], row["name_en"] or row["name_zh"]),
            tuple(reports.get(row["ref_area"], ())),
        )
        for row in source.rows("places_with_figures")
    ]
    return Site(
        source=source,
        figures=Figures.of(source),
        codes={(row["list_name"], row["code"]): Words(row["name_zh"], row["name_en"]) for row in codes},
        definitions={(row["list_name"], row["code"]): row["definition"] or "" for row in codes},
        places=tuple(places),
        version=version,
        facts=facts,
    )
