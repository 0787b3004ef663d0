"""One sentence read as the review of a report, for tests of what it says."""

from __future__ import annotations

from pipelines.documents.model import OutlineSentence
from pipelines.extraction.statements import DocumentKey, Statement, extract
from pipelines.rules import engine


def read_review(text: str, ref_area: str = "330200", start_year: int = 2025) -> tuple[Statement, ...]:
    """The statements of a sentence of a review of the years up to 2025."""
    sentence = OutlineSentence(
        index=0,
        char_start=0,
        char_end=len(text),
        text=text,
        paragraph_index=0,
        part_index=1,
        kind="body",
        context_role="review_year" if start_year == 2025 else "review_period",
        period_start_year=start_year,
        period_end_year=2025,
        section_path=(),
    )
    return tuple(extract(DocumentKey("example", ref_area, 2026), [sentence], engine()).statements)
