"""One figure per source and grain: what a source says twice counts once, what it says twice differently
is set aside."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.ids import hash_id
from pipelines.seeds import units

GRAIN = (
    "ref_area",
    "indicator_key",
    "year",
    "period_start_year",
    "sub_period",
    "measure",
    "growth_basis",
    "price_basis",
    "rank_scope",
    "unit_measure",
    "target_type",
    "set_year",
    "source_id",
    "vintage_date",
)
"""The grain of `fct_statistic_observations`, by the names it has there."""

_FIGURE = ("value", "value_upper", "bound", "unit")


def one_per_grain(observations: pl.DataFrame) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """Keep the first figure of each grain.

    Args:
        observations: by schema `Observation`, in the order in which they count.

    Returns:
        The figures kept, and a quarantine row for each later one that says something else. A later one
        that says the same is merged with the first; it adds nothing.
    """
    base_units = {unit.unit: unit.base_unit for unit in units()}
    keyed = observations.with_columns(
        indicator_key=pl.coalesce("indicator_id", "indicator_name"),
        unit_measure=pl.col("unit").replace_strict(base_units, return_dtype=pl.String),
    ).with_columns(grain=pl.struct(GRAIN).rank("dense"))
    first = pl.col("grain").is_first_distinct()
    kept = keyed.filter(first)
    said = kept.select(
        "grain", *(pl.col(column).alias(f"first_{column}") for column in (*_FIGURE, "row_ref"))
    )
    later = keyed.filter(~first).join(said, on="grain", how="left", maintain_order="left")
    same = pl.all_horizontal(pl.col(column).eq_missing(pl.col(f"first_{column}")) for column in _FIGURE)
    contradicting = later.filter(~same)
    return kept.select(observations.columns), [_set_aside(row) for row in contradicting.iter_rows(named=True)]


def _set_aside(row: dict[str, Any]) -> dict[str, Any]:
    file_path, _, place = row["row_ref"].partition(":")
    line = place.partition(":")[0]
    return {
        "quarantine_id": hash_id(row["row_ref"], "observation_contradicted"),
        "stage": "statistics",
        "file_path": file_path,
        "line": int(line) if line.isdigit() else None,
        "reason_code": "observation_contradicted",
        "reason": f"{row['indicator_text']} {row['year']}: {row['value']:g} {row['unit_text']}, but the same"
        f" source says {row['first_value']:g} at {row['first_row_ref']}",
        "hint": "Say which one is right: two vintages need two dates, two indicators two names.",
        "content": row["row_ref"],
    }
