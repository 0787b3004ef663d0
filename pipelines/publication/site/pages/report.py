"""The report, read: the whole text with every statement marked where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.links import web_link
from pipelines.publication.site.pages.indicators import keys_with_page
from pipelines.publication.site.pages.report_rows import statement
from pipelines.publication.site.pages.report_text import blocks, contents
from pipelines.publication.site.site import Page, Place, Site, report_path
from pipelines.publication.site.source import Row


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: its name in the address, its label, and code -> (name, statements) of what it offers."""

    name: str
    label: Words
    options: dict[str, tuple[Words, int]]


def place_pages(site: Site, place: Place) -> Iterator[Page]:
    """One page for each report of a place."""
    paged = keys_with_page(site, place.ref_area)
    for report in place.reports:
        yield _report_page(site, place, report, paged)


def _report_page(site: Site, place: Place, report: Row, paged: frozenset[str]) -> Page:
    asked = {"document_id": report["document_id"]}
    statements = site.source.rows("report_statements", **asked)
    rejected = site.source.rows("report_rejected", **asked)
    marks: dict[str, list[Row]] = {}
    for row in (*statements, *rejected):
        marks.setdefault(row["sentence_id"], []).append(row)
    stored = site.source.one("report_text", **asked)
    found = blocks(stored["text"] if stored else "", site.source.rows("report_sentences", **asked), marks)
    kinds = Counter(row["target_type"] for row in statements)
    return Page(
        path=report_path(report["document_id"]),
        template="report.html",
        section="reports",
        title=Words(f"{place.name.zh} {report['report_year']}", f"{place.name.en} {report['report_year']}"),
        values={
            "place": place,
            "report": report,
            "source_link": web_link(report["source_url"]),
            "blocks": found,
            "contents": contents(found),
            "block_kinds": {block.kind for block in found},
            "kinds": kinds,
            "choices": _choices(site, statements),
            "statements": [statement(site, row, report["ref_area"], paged) for row in statements],
            "rejected": rejected,
            "first_pieces": FirstPieces(),
        },
        ref_area=report["ref_area"],
        scripts=("report.js",),
        styles=("report.css",),
    )


def _choices(site: Site, statements: list[Row]) -> list[Choice]:
    """What the statements of a report can be filtered by, the most frequent first."""
    filters = (
        ("sector", "sector", "sector"),
        ("kind", "target_type", "target_type"),
        ("outcome", "outcome", "outcome"),
    )
    found = []
    for name, column, codes in filters:
        counts = Counter(row[column] for row in statements if row[column])
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        options = {code: (site.code(codes, code), count) for code, count in ordered}
        found.append(Choice(name, words()[f"field.{column}"], options))
    return found


class FirstPieces:
    """Which rows have been met: a span cut into several pieces gets its name at the first one."""

    def __init__(self) -> None:
        """Nothing met yet."""
        self.met: set[str] = set()

    def of(self, identifiers: list[str]) -> list[str]:
        """Those not met before, in order."""
        new = [identifier for identifier in dict.fromkeys(identifiers) if identifier not in self.met]
        self.met.update(new)
        return new
