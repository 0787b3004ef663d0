"""Extraction over the lake: documents and sentences in, statements and candidates out.

The DataFrame side of `pipelines.extraction`, which itself knows none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

import polars as pl

from pipelines.documents.model import OutlineSentence
from pipelines.documents.read import Progress
from pipelines.extraction import contract
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine
from pipelines.schemas import Candidate, LakeTable, Statement, polars_schema

SECTION_SEPARATOR = " > "


_SENTENCE = (
    *("sentence_index", "char_start", "char_end", "text", "paragraph_index", "part_index", "kind"),
    *("context_role", "period_start_year", "period_end_year", "section_path"),
)
_RECORD = TypeVar("_RECORD", contract.Statement, contract.Candidate)


@dataclass(frozen=True, slots=True)
class StatementsRead:
    """Frames by the schemas `Statement` and `Candidate`, in the order of the documents, and rows for the
    quarantine. `failed` holds the documents that could not be read."""

    statements: pl.DataFrame
    candidates: pl.DataFrame
    quarantined: list[dict[str, Any]]
    failed: frozenset[str]


def extract_statements(
    documents: pl.DataFrame, sentences: pl.DataFrame, progress: Progress | None = None
) -> StatementsRead:
    """Read every document.

    Args:
        documents: `document_id, ref_area, report_year, file_path` of schema `Document`.
        sentences: by schema `Sentence`, in document and sentence order.
        progress: told of each document that is done.

    A document on which reading fails is quarantined whole, with the error; the others go on.
    """
    keys = {
        row[0]: DocumentKey(*row)
        for row in documents.select("document_id", "ref_area", "report_year").iter_rows()
    }
    paths = dict(documents.select("document_id", "file_path").iter_rows())
    compiled = engine()
    statements: list[contract.Statement] = []
    candidates: list[contract.Candidate] = []
    quarantined: list[dict[str, Any]] = []
    failed: set[str] = set()
    rows = sentences.select("document_id", *_SENTENCE).iter_rows()
    for done, (document_id, own) in enumerate(groupby(rows, key=itemgetter(0)), start=1):
        try:
            found = extract(keys[document_id], map(_sentence, own), compiled)
        except Exception as error:  # one text must not stop the others
            told = f"{type(error).__name__}: {error}"
            quarantined.append(failed_row(paths[document_id], document_id, "extraction_failed", told))
            failed.add(document_id)
            continue
        statements += found.statements
        candidates += found.candidates
        if progress is not None:
            progress(done, documents.height)
    return StatementsRead(
        _frame(Statement, statements), _frame(Candidate, candidates), quarantined, frozenset(failed)
    )


def _frame(model: type[LakeTable], records: list[_RECORD]) -> pl.DataFrame:
    """Flat records as a frame, column by column: a dict for each row would cost more than the rest."""
    schema = polars_schema(model)
    return pl.DataFrame({name: list(map(attrgetter(name), records)) for name in schema}, schema=schema)


def _sentence(row: tuple[Any, ...]) -> OutlineSentence:
    path = row[-1]
    values: tuple[Any, ...] = (*row[1:-1], tuple(path.split(SECTION_SEPARATOR)) if path else ())
    return OutlineSentence(*values)


def failed_row(file_path: str, document_id: str, reason_code: str, told: str) -> dict[str, Any]:
    """The row for the quarantine of a document whose statements could not be read."""
    return {
        "quarantine_id": f"extraction:{document_id}",
        "stage": "extraction",
        "file_path": file_path,
        "reason_code": reason_code,
        "reason": f"reading {document_id} failed: {told}",
        "hint": "Report the text with this message; its statements are missing until it is read.",
    }
