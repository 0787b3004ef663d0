"""The report, read: the whole text with every statement marked where it stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.site import Page, Site, report_path
from pipelines.publication.site.source import Row


def pages(site: Site) -> Iterator[Page]:
    """One page for each report, and the list of them."""
    for place in site.reporting:
        for report in place.reports:
            yield _report_page(site, report)
    yield Page("reports/index.html", "reports.html", "reports", words()["nav.reports"], {})


def _report_page(site: Site, report: Row) -> Page:
    asked = {"document_id": report["document_id"]}
    statements = site.source.rows("report_statements", **asked)
    rejected = site.source.rows("report_rejected", **asked)
    marks: dict[str, list[Row]] = {}
    for row in (*statements, *rejected):
        marks.setdefault(row["sentence_id"], []).append(row)
    paragraphs: list[list[dict[str, Any]]] = []
    last = None
    for sentence in site.source.rows("report_sentences", **asked):
        if sentence["paragraph_index"] != last:
            paragraphs.append([])
            last = sentence["paragraph_index"]
        paragraphs[-1].append(
            {**sentence, "pieces": list(pieces(sentence, marks.get(sentence["sentence_id"], [])))}
        )
    name = Words(report["place_zh"], report["place_en"] or report["place_zh"])
    return Page(
        report_path(report["document_id"]),
        "report.html",
        "reports",
        Words(f"{name.zh} {report['report_year']}", f"{name.en} {report['report_year']}"),
        {"report": report, "paragraphs": paragraphs, "statements": statements, "rejected": rejected},
        report["ref_area"],
        ("report.js",),
    )


def pieces(sentence: Row, marked: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """A sentence cut at the edges of its marks: each piece of text with what is marked there.

    Spans may be shared (two names, one value) and may overlap; no character is lost or told twice.
    """
    start, end = sentence["char_start"], sentence["char_end"]
    spans = [(max(row["char_start"], start), min(row["char_end"], end), row) for row in marked]
    edges = sorted({start, end, *(edge for left, right, _ in spans for edge in (left, right))})
    for left, right in itertools.pairwise(edges):
        text = sentence["text"][left - start : right - start]
        yield text, [row for low, high, row in spans if low <= left and right <= high]
