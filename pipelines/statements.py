"""Extraction over the lake: documents and sentences in, statements and candidates out.

The DataFrame side of `pipelines.extraction`, which itself knows none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from pipelines.documents.model import OutlineSentence
from pipelines.documents.read import Progress
from pipelines.extraction import contract
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine
from pipelines.schemas import Candidate, Statement, frame

SECTION_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class StatementsRead:
    """Frames by the schemas `Statement` and `Candidate`, and rows for the quarantine."""

    statements: pl.DataFrame
    candidates: pl.DataFrame
    quarantined: list[dict[str, Any]]


def extract_statements(
    documents: pl.DataFrame, sentences: pl.DataFrame, progress: Progress | None = None
) -> StatementsRead:
    """Read every document.

    Args:
        documents: by schema `Document`.
        sentences: by schema `Sentence`, in document and sentence order.
        progress: told of each document that is done.

    A document on which reading fails is quarantined whole, with the error; the others go on.
    """
    keys = {
        row["document_id"]: DocumentKey(row["document_id"], row["ref_area"], row["report_year"])
        for row in documents.select("document_id", "ref_area", "report_year").iter_rows(named=True)
    }
    paths = dict(documents.select("document_id", "file_path").iter_rows())
    compiled = engine()
    statements: list[dict[str, Any]] = []
    candidates: list[dict[str, Any]] = []
    quarantined: list[dict[str, Any]] = []
    rows = sentences.iter_rows(named=True)
    for done, (document_id, own) in enumerate(groupby(rows, key=itemgetter("document_id")), start=1):
        try:
            found = extract(keys[document_id], map(_sentence, own), compiled)
        except Exception as error:  # one text must not stop the others
            quarantined.append(_failed(paths[document_id], document_id, error))
            continue
        statements += map(_row, found.statements)
        candidates += map(_row, found.candidates)
        if progress is not None:
            progress(done, documents.height)
    return StatementsRead(frame(Statement, statements), frame(Candidate, candidates), quarantined)


def _row(found: contract.Statement | contract.Candidate) -> dict[str, Any]:
    """The fields of a flat record; `dataclasses.asdict` would copy each value."""
    return {name: getattr(found, name) for name in found.__slots__}


def _sentence(row: dict[str, Any]) -> OutlineSentence:
    return OutlineSentence(
        index=row["sentence_index"],
        char_start=row["char_start"],
        char_end=row["char_end"],
        text=row["text"],
        paragraph_index=row["paragraph_index"],
        part_index=row["part_index"],
        kind=row["kind"],
        context_role=row["context_role"],
        period_start_year=row["period_start_year"],
        period_end_year=row["period_end_year"],
        section_path=tuple((row["section_path"] or "").split(SECTION_SEPARATOR))
        if row["section_path"]
        else (),
    )


def _failed(file_path: str, document_id: str, error: Exception) -> dict[str, Any]:
    return {
        "quarantine_id": f"extraction:{document_id}",
        "stage": "extraction",
        "file_path": file_path,
        "reason_code": "extraction_failed",
        "reason": f"reading {document_id} failed: {type(error).__name__}: {error}",
        "hint": "Report the text with this message; its statements are missing until it is read.",
    }
