"""Extraction over the lake: documents and sentences in, statements and candidates out.

The DataFrame side of `pipelines.extraction`, which itself knows none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from pipelines.documents.model import OutlineSentence
from pipelines.documents.read import Progress
from pipelines.extraction import contract
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.ledger import Earlier
from pipelines.rules import engine
from pipelines.schemas import Candidate, Statement, frame

SECTION_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class StatementsRead:
    """Frames by the schemas `Statement` and `Candidate`, in the order of the documents, and rows for the
    quarantine. `failed` holds the documents that could not be read, `kept` how many readings come from
    an earlier run."""

    statements: pl.DataFrame
    candidates: pl.DataFrame
    quarantined: list[dict[str, Any]]
    failed: frozenset[str]
    kept: int


def extract_statements(
    documents: pl.DataFrame,
    sentences: pl.DataFrame,
    progress: Progress | None = None,
    earlier: Earlier | None = None,
    keys: Mapping[str, str] | None = None,
) -> StatementsRead:
    """Read every document.

    Args:
        documents: by schema `Document`.
        sentences: by schema `Sentence`, in document and sentence order.
        progress: told of each document that is done.
        earlier: what an earlier run read.
        keys: document_id -> key of its reading; a document whose key `earlier` knows is not read again.

    A document on which reading fails is quarantined whole, with the error; the others go on.
    """
    known = earlier.keys if earlier else {}
    kept = [document for document, key in (keys or {}).items() if key in known]
    is_kept = pl.col("document_id").is_in(kept)
    read = _extract(documents.filter(~is_kept), sentences.filter(~is_kept), progress)
    if earlier is None or not kept:
        return read
    order = documents.select("document_id").with_row_index("position")
    statements = pl.concat([read.statements, earlier.rows("statements", kept)])
    candidates = pl.concat([read.candidates, earlier.rows("candidates", kept)])
    if len(kept) < documents.height:
        statements, candidates = _in_order(statements, order), _in_order(candidates, order)
    return replace(read, statements=statements, candidates=candidates, kept=len(kept))


def _in_order(table: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of their documents; within a document as they stand."""
    return (
        table.join(order, on="document_id", how="left", maintain_order="left")
        .sort("position", maintain_order=True)
        .drop("position")
    )


def _extract(documents: pl.DataFrame, sentences: pl.DataFrame, progress: Progress | None) -> StatementsRead:
    keys = {
        row["document_id"]: DocumentKey(row["document_id"], row["ref_area"], row["report_year"])
        for row in documents.select("document_id", "ref_area", "report_year").iter_rows(named=True)
    }
    paths = dict(documents.select("document_id", "file_path").iter_rows())
    compiled = engine()
    statements: list[dict[str, Any]] = []
    candidates: list[dict[str, Any]] = []
    quarantined: list[dict[str, Any]] = []
    failed: set[str] = set()
    rows = sentences.iter_rows(named=True)
    for done, (document_id, own) in enumerate(groupby(rows, key=itemgetter("document_id")), start=1):
        try:
            found = extract(keys[document_id], map(_sentence, own), compiled)
        except Exception as error:  # one text must not stop the others
            quarantined.append(_failed(paths[document_id], document_id, error))
            failed.add(document_id)
            continue
        statements += map(_row, found.statements)
        candidates += map(_row, found.candidates)
        if progress is not None:
            progress(done, documents.height)
    return StatementsRead(
        frame(Statement, statements), frame(Candidate, candidates), quarantined, frozenset(failed), kept=0
    )


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
