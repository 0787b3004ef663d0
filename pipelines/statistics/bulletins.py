"""Statements of a statistical bulletin -> observations: the bulletin is their source and vintage.

A bulletin's figures are first estimates until a yearbook or a census says otherwise, so they are
`preliminary`. Targets and numbers about an unknown part of the place stay statements only.
"""

from __future__ import annotations

import polars as pl

from pipelines.ids import hash_id
from pipelines.lake.tables import scan_lake
from pipelines.paths import Paths
from pipelines.schemas import Observation, frame, polars_schema

BULLETIN = "bulletin"


def bulletins_of_lake(paths: Paths) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The statements of all bulletins, and the bulletins (without their texts); nothing else is held in
    memory."""
    documents = scan_lake(paths, "documents").filter(pl.col("doc_kind") == BULLETIN).drop("text").collect()
    ids = documents["document_id"].to_list()
    statements = scan_lake(paths, "statements").filter(pl.col("document_id").is_in(ids))
    return statements.collect(), documents


def bulletin_observations(statements: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """The figures that bulletins state.

    Args:
        statements: by schema `Statement`.
        documents: by schema `Document`; the text is not needed.

    Returns:
        A frame by schema `Observation`. `observation_id` is the statement's id, so that a figure leads
        back to the characters it was read from; `row_ref` names file and span.
    """
    bulletins = documents.filter(pl.col("doc_kind") == BULLETIN)
    if bulletins.is_empty():
        return frame(Observation, [])
    sources = bulletins.select(
        "document_id",
        "file_path",
        "publisher",
        "source_url",
        source_title="title",
        vintage_date="published_date",
        source_id=pl.Series(
            [hash_id(title, url) for title, url in bulletins.select("title", "source_url").iter_rows()],
            dtype=pl.String,
        ),
    )
    needed = ("ref_area", "year", "value", "unit", "unit_text", "bound", "printed_mult", "decimals")
    figures = statements.join(sources, on="document_id", how="inner", maintain_order="left").filter(
        pl.col("target_type") == "actual", *(pl.col(column).is_not_null() for column in needed)
    )
    return figures.with_columns(
        observation_id=pl.col("statement_id"),
        set_year=pl.lit(None, dtype=pl.Int64),
        obs_status=pl.lit("preliminary"),
        source_kind=pl.lit(BULLETIN),
        remark=pl.lit(None, dtype=pl.String),
        row_ref=pl.format("{}:{}-{}#{}", "file_path", "char_start", "char_end", "statement_id"),
    ).select(list(polars_schema(Observation)))
