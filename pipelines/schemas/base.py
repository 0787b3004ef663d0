"""What every lake table shares: how a column is declared and how a table is checked and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandera.errors as pa_errors
import pandera.polars as pa
import polars as pl
from pandera.api.polars.model import DataFrameModel

from pipelines.vocabulary import codes


def column(description: str, *, unit: str | None = None, words: str | None = None, **checks: Any) -> Any:
    """Declare a column of a lake table.

    Args:
        description: what the column says, for the dictionary and for dbt.
        unit: the unit of a number column, where it has a fixed one.
        words: the name of the closed list that the values come from.
        checks: pandera's own arguments (`nullable`, `unique`, `ge`, `str_matches`, ...).
    """
    if words is not None:
        checks["isin"] = list(codes(words))
    return pa.Field(description=description, metadata={"unit": unit, "words": words}, **checks)


class LakeTable(DataFrameModel):
    """A Parquet file of the lake. `name` is the file's stem and the name of the dbt source table."""

    class Config:
        """Exactly the declared columns, in their order, no silent casts."""

        strict = True
        ordered = True
        coerce = False


def polars_schema(model: type[LakeTable]) -> pl.Schema:
    """The column names and polars types of a lake table, in order."""
    return pl.Schema({name: col.dtype.type for name, col in model.to_schema().columns.items()})


def frame(model: type[LakeTable], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame with exactly the declared columns, in the declared order; a key that is
    missing from a row is null, a key that the table does not declare is an error."""
    schema = polars_schema(model)
    unknown = {key for row in rows for key in row} - set(schema)
    if unknown:
        raise KeyError(f"{model.__name__} declares no column {', '.join(sorted(unknown))}")
    return pl.DataFrame(rows, schema=schema)


def violations(model: type[LakeTable], table: pl.DataFrame) -> pl.DataFrame:
    """The rule violations of a table, found lazily, all at once.

    Returns:
        A frame with `column`, `check`, `failure_case` (text) and `row` (null for a rule on a whole
        column); empty when the table is valid.
    """
    empty = pl.DataFrame(
        schema={"column": pl.String, "check": pl.String, "failure_case": pl.String, "row": pl.Int64}
    )
    try:
        model.validate(table, lazy=True)
    except pa_errors.SchemaErrors as error:
        cases = error.failure_cases
        if cases.is_empty():
            return empty
        found: pl.DataFrame = cases.select(
            pl.col("column").cast(pl.String),
            pl.col("check").cast(pl.String),
            pl.col("failure_case").cast(pl.String),
            pl.col("index").cast(pl.Int64).alias("row"),
        )
        return found
    return empty


def write_parquet(model: type[LakeTable], table: pl.DataFrame, path: Path) -> None:
    """Write a table of the declared shape, the same bytes for the same rows.

    The file appears under its name only when it is whole.
    """
    if table.schema != polars_schema(model):
        raise TypeError(f"{path.name}: columns or types differ from schema {model.__name__}")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    # The chunks of a table that was put together would show in the bytes.
    table.rechunk().write_parquet(partial, compression="zstd", statistics=True)
    partial.replace(path)
