"""Observation: one published figure."""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

from pipelines.schemas.base import LakeTable, column
from pipelines.schemas.documents import REF_AREA
from pipelines.schemas.statements import ID
from pipelines.vocabulary import official_source_kinds


class Observation(LakeTable):
    """One published figure, or an earlier target that a table states. Grain: figure × source × vintage."""

    observation_id: str = column(
        "Hash of the row's place, indicator, period, source and position.", unique=True, str_matches=ID
    )
    ref_area: str = column("GB/T 2260 code of the place.", str_matches=REF_AREA)
    indicator_text: str = column(
        "What is measured, in the source's words, remarks removed.", str_length={"min_value": 1}
    )
    indicator_name: str = column(
        "Normal form of indicator_text: what names outside the catalogue join on.",
        str_length={"min_value": 1},
    )
    indicator_id: str = column("Canonical code from the indicators seed; null when unknown.", nullable=True)
    match_rule: str = column("How the catalogue was matched.", nullable=True)
    measure: str = column("Level, growth, share, rank or ratio.", words="measure")
    growth_basis: str = column("What a change is measured against.", words="growth_basis", nullable=True)
    price_basis: str = column("Constant or current prices.", words="price_basis", nullable=True)
    year: int = column("The year the value is for; the last of a period.", ge=1949, le=2100)
    period_start_year: int = column(
        "First year of an average or of a multi-year flow.", nullable=True, ge=1900, le=2100
    )
    sub_period: str = column(
        "Part of the year, where it is not a whole one.", words="sub_period", nullable=True
    )
    rank_scope: str = column("The field of a rank.", nullable=True)
    value: float = column("Value in the bare unit, multipliers applied.")
    value_upper: float = column("Upper end of a range.", nullable=True)
    unit_text: str = column("Bare Chinese unit without multipliers.", str_length={"min_value": 1})
    unit: str = column("Canonical code from the units seed.")
    printed_mult: int = column("Printed power of ten (万 = 4, 亿 = 8).", ge=0, le=16)
    decimals: int = column("Printed digits after the point.", ge=0, le=12)
    bound: str = column("How the number bounds the truth.", words="bound")
    modifier_text: str = column("The words that say so, where the source is Chinese.", nullable=True)
    target_type: str = column("Actual, baseline, annual target or plan target.", words="target_type")
    set_year: int = column(
        "The year in which a target was set; null for actuals.", nullable=True, ge=1949, le=2100
    )
    obs_status: str = column(
        "Preliminary, final, revised or estimated; null for targets.", words="obs_status", nullable=True
    )
    source_kind: str = column("Kind of source.", words="source_kind")
    source_id: str = column("Hash of the source's title and address.")
    source_title: str = column("Title of the source.")
    publisher: str = column("Who published it.", nullable=True)
    source_url: str = column("Where it was found.", nullable=True)
    vintage_date: date = column("When it was published; null for an undated source.", nullable=True)
    remark: str = column("What the source adds in brackets, kept as printed.", nullable=True)
    row_ref: str = column("File below raw/ and line: `statistics/330200-ningbo/figures.csv:17`.", unique=True)

    @pa.dataframe_check(name="final_only_when_official")
    def final_only_when_official(cls, data: PolarsData) -> pl.LazyFrame:
        """Only bulletin, census and yearbook figures can be final."""
        return data.lazyframe.select(
            (pl.col("obs_status").fill_null("") != "final")
            | pl.col("source_kind").is_in(official_source_kinds())
        )

    @pa.dataframe_check(name="targets_have_set_year")
    def targets_have_set_year(cls, data: PolarsData) -> pl.LazyFrame:
        """A target names the year it was set, not after the year it is due; an actual names none."""
        is_target = pl.col("target_type").is_in(["annual_target", "plan_target"])
        return data.lazyframe.select(
            pl.when(is_target)
            .then(pl.col("set_year").is_not_null() & (pl.col("set_year") <= pl.col("year")))
            .otherwise(pl.col("set_year").is_null())
        )

    @pa.dataframe_check(name="status_only_on_actuals")
    def status_only_on_actuals(cls, data: PolarsData) -> pl.LazyFrame:
        """obs_status is null for targets and stands for every actual."""
        is_target = pl.col("target_type").is_in(["annual_target", "plan_target"])
        return data.lazyframe.select(is_target == pl.col("obs_status").is_null())

    @pa.dataframe_check(name="upper_end_only_with_range")
    def upper_end_only_with_range(cls, data: PolarsData) -> pl.LazyFrame:
        """value_upper stands exactly with bound = range."""
        return data.lazyframe.select((pl.col("bound") == "range") == pl.col("value_upper").is_not_null())
