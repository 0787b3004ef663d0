"""Document and Sentence: what reading a file produces."""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from pipelines.schemas.base import LakeTable, column

REF_AREA = r"^[1-9]\d{5}$"
SHA256 = r"^[0-9a-f]{64}$"


class Document(LakeTable):
    """One text read from `raw/`. Grain: document."""

    document_id: str = column("Place, kind, year and version: `330200-report-2026`.", unique=True)
    doc_kind: str = column("Kind of text.", words="doc_kind")
    ref_area: str = column("GB/T 2260 code of the place whose text it is.", str_matches=REF_AREA)
    report_year: int = column(
        "The year the text was given; for a bulletin the year it measures.", ge=1949, le=2100
    )
    version: str = column("Version from the file name, where there are several.", nullable=True)
    title: str = column("Title from the sidecar.")
    publisher: str = column("Who published the text.", nullable=True)
    source_url: str = column("Where the text was found.", nullable=True)
    published_date: date = column("When it was published.", nullable=True)
    text_version: str = column("Whole or abridged, where known.", words="text_version", nullable=True)
    file_path: str = column("Path of the file below raw/.", unique=True)
    file_sha256: str = column("Hash of the file as received.", str_matches=SHA256)
    media_type: str = column(
        "Format of the file: txt, html, pdf or docx.", isin=["txt", "html", "pdf", "docx"]
    )
    encoding: str = column("Character encoding that was detected; null for a binary format.", nullable=True)
    text: str = column("The stored text. Spans count its characters from 0.", str_length={"min_value": 1})
    text_sha256: str = column("Hash of the stored text in UTF-8.", str_matches=SHA256)
    char_count: int = column("Length of the text.", unit="characters", ge=1)
    part_count: int = column("Number of parts found.", unit="parts", ge=0)
    sentence_count: int = column("Number of sentences found.", unit="sentences", ge=0)


class Sentence(LakeTable):
    """One sentence, heading or line of page furniture. Grain: sentence."""

    sentence_id: str = column("document_id and index: `330200-report-2026:0042`.", unique=True)
    document_id: str = column("The document.")
    sentence_index: int = column("Place in the document, from 0.", ge=0)
    char_start: int = column("First character in the document's text.", unit="characters", ge=0)
    char_end: int = column("One past the last character.", unit="characters", ge=1)
    text: str = column("The characters of the span.", str_length={"min_value": 1})
    paragraph_index: int = column("Paragraph in the document, from 0.", ge=0)
    part_index: int = column("Part in the document, from 0 (0 = before the first heading).", ge=0)
    kind: str = column("body, heading or boilerplate.", isin=["body", "heading", "boilerplate"])
    context_role: str = column("What the sentence's surroundings are about.", words="context_role")
    period_start_year: int = column(
        "First year that the surroundings speak of.", nullable=True, ge=1949, le=2100
    )
    period_end_year: int = column(
        "Last year that the surroundings speak of.", nullable=True, ge=1949, le=2100
    )
    section_path: str = column("Headings above, outermost first, joined by ' > '.", nullable=True)

    @pa.dataframe_check(name="span_matches_text_length")
    def span_matches_text_length(cls, data: PolarsData) -> pl.LazyFrame:
        """A span is as long as its text."""
        return data.lazyframe.select(
            (pl.col("char_end") - pl.col("char_start")) == pl.col("text").str.len_chars().cast(pl.Int64)
        )
