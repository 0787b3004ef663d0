"""Statement and Candidate: what extraction produces. The contract that everything downstream reads."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from pipelines.schemas.base import LakeTable, column
from pipelines.schemas.documents import REF_AREA

ID = r"^[0-9a-f]{16}$"


def _span_is_grounded(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.select(
        (pl.col("char_end") - pl.col("char_start")) == pl.col("source_text").str.len_chars().cast(pl.Int64)
    )


class Statement(LakeTable):
    """One (indicator, value) pair that a text asserts. Grain: statement."""

    statement_id: str = column(
        "Hash of document, span and ordinal within the span; a better name later does not change it.",
        unique=True,
        str_matches=ID,
    )
    document_id: str = column("The document that says it.")
    ref_area: str = column(
        "GB/T 2260 code of the place that the number is about; null for a part that can't be resolved.",
        nullable=True,
        str_matches=REF_AREA,
    )
    report_year: int = column("The document's year.", ge=1949, le=2100)
    area_text: str = column(
        "The words for a part of the place or another place; null = the document's own.", nullable=True
    )
    char_start: int = column(
        "First character of the value expression in the stored text.", unit="characters", ge=0
    )
    char_end: int = column("One past its last character.", unit="characters", ge=1)
    source_text: str = column("The value expression itself.", str_length={"min_value": 1})
    sentence_id: str = column("The sentence it stands in.")
    sentence_text: str = column("The words of that sentence.")
    indicator_text: str = column(
        "What is measured, as a noun phrase, ellipsis restored.", str_length={"min_value": 1}
    )
    indicator_name: str = column(
        "Normal form of indicator_text: what names outside the catalogue join on.",
        str_length={"min_value": 1},
    )
    indicator_id: str = column("Canonical code from the indicators seed; null when unknown.", nullable=True)
    measure: str = column("Level, growth, share, rank or ratio.", words="measure")
    value: float = column(
        "Value in the bare printed unit, multipliers applied; null for a relative or qualitative statement.",
        nullable=True,
    )
    value_upper: float = column("Upper end of a range.", nullable=True)
    growth_basis: str = column("What a change is measured against.", words="growth_basis", nullable=True)
    price_basis: str = column("Constant or current prices.", words="price_basis", nullable=True)
    unit_text: str = column("Bare Chinese unit without multipliers.", nullable=True)
    unit: str = column("Canonical code from the units seed.", nullable=True)
    printed_mult: int = column("Printed power of ten (万 = 4, 亿 = 8).", nullable=True, ge=0, le=16)
    decimals: int = column("Printed digits after the point.", nullable=True, ge=0, le=12)
    bound: str = column("How the number bounds the truth.", words="bound", nullable=True)
    modifier_text: str = column("The words that say so.", nullable=True)
    commitment: str = column(
        "How hard the promise is; null for actual and baseline.", words="commitment", nullable=True
    )
    commitment_text: str = column("The words that say so.", nullable=True)
    target_type: str = column("Actual, baseline, annual target or plan target.", words="target_type")
    year: int = column("The year the value is for; the last of a period.", nullable=True, ge=1949, le=2100)
    period_start_year: int = column(
        "First year of an average or of a multi-year flow.", nullable=True, ge=1900, le=2100
    )
    sub_period: str = column(
        "Part of the year, where it is not a whole one.", words="sub_period", nullable=True
    )
    streak_years: int = column("Years in a row (连续8年).", unit="years", nullable=True, ge=1, le=100)
    rank_scope: str = column("The field of a rank, in the text's words.", nullable=True)
    sector: str = column("Sector of the indicator, else of the section.", words="sector", nullable=True)
    section_path: str = column("Headings above, outermost first.", nullable=True)
    binding_type: str = column("Expected or binding, where stated.", words="binding_type", nullable=True)
    relative_to: str = column("The indicator that a relative target is tied to.", nullable=True)
    rule_id: str = column("The frame that read it.")
    inherited: str = column(
        "What was carried over from before, joined by '+' (subject, verb, modifier, unit).", nullable=True
    )
    match_rule: str = column("How the catalogue was matched.", nullable=True)
    confidence: float = column("0 to 1; see docs/reading.md.", ge=0, le=1)
    review_status: str = column("Whether a correction touched it.", words="review_status")
    extractor_version: str = column("Version of the extractor and its rules.")

    @pa.dataframe_check(name="span_is_grounded")
    def span_is_grounded(cls, data: PolarsData) -> pl.LazyFrame:
        """A span is as long as its text."""
        return _span_is_grounded(data.lazyframe)

    @pa.dataframe_check(name="upper_end_only_with_range")
    def upper_end_only_with_range(cls, data: PolarsData) -> pl.LazyFrame:
        """value_upper stands exactly with bound = range, and is not the smaller."""
        return data.lazyframe.select(
            pl.when(pl.col("value_upper").is_not_null())
            .then((pl.col("bound") == "range") & (pl.col("value_upper") >= pl.col("value")))
            .otherwise(pl.col("bound").fill_null("point") != "range")
        )

    @pa.dataframe_check(name="commitment_only_on_targets")
    def commitment_only_on_targets(cls, data: PolarsData) -> pl.LazyFrame:
        """A commitment belongs to targets, and every target has one."""
        is_target = pl.col("target_type").is_in(["annual_target", "plan_target"])
        return data.lazyframe.select(is_target == pl.col("commitment").is_not_null())


class Candidate(LakeTable):
    """A number of a text that is no statement, with the reason. Grain: rejected candidate."""

    candidate_id: str = column("Hash of document and span.", unique=True, str_matches=ID)
    document_id: str = column("The document.")
    sentence_id: str = column("The sentence.")
    char_start: int = column("First character of the number.", unit="characters", ge=0)
    char_end: int = column("One past its last character.", unit="characters", ge=1)
    source_text: str = column("The number as printed.", str_length={"min_value": 1})
    reason: str = column("Why it is no statement.", words="rejection_reason")
    rule_id: str = column("The rule that rejected it.")

    @pa.dataframe_check(name="span_is_grounded")
    def span_is_grounded(cls, data: PolarsData) -> pl.LazyFrame:
        """A span is as long as its text."""
        return _span_is_grounded(data.lazyframe)
