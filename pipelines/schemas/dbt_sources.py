"""The lake's columns for dbt, generated from the pandera models.

dbt needs to know the lake twice: as sources (names, types) and as text for the columns that the
marts pass on unchanged. Both files are written from the schemas and are never edited by hand:

    python -m pipelines.schemas.dbt_sources

A test fails when the files and the schemas differ, in either direction.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import yaml

from pipelines.lake.layout import PARTITIONED, source_pattern
from pipelines.paths import DBT_PROJECT_DIR
from pipelines.schemas import LAKE_TABLES, LakeTable, polars_schema
from pipelines.vocabulary import codes

STAGING_DIR = DBT_PROJECT_DIR / "models" / "staging"
SOURCES_FILE = STAGING_DIR / "_sources.yml"
COLUMNS_FILE = STAGING_DIR / "lake_columns.md"

DUCKDB_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "varchar",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Date: "date",
}
"""What DuckDB reads from Parquet for each polars type that the lake uses."""

_COMMAND = "python -m pipelines.schemas.dbt_sources"
_FOLDER = '{{ env_var("GWR_LAKE_DIR", "../data/lake") }}'


def column_types(model: type[LakeTable]) -> dict[str, str]:
    """Column name -> DuckDB type of a lake table, in order.

    Raises:
        KeyError: the schema uses a polars type that DUCKDB_TYPES does not map.
    """
    return {name: DUCKDB_TYPES[type(dtype)] for name, dtype in polars_schema(model).items()}


def column_descriptions(model: type[LakeTable]) -> dict[str, str]:
    """Column name -> what it says, with its unit and the codes of its closed list, where it has them."""
    described = {}
    for name, col in model.to_schema().columns.items():
        metadata = col.metadata or {}
        parts = [str(col.description)]
        if metadata.get("unit"):
            parts.append(f"Unit: {metadata['unit']}.")
        if metadata.get("words"):
            parts.append(f"Values: {', '.join(codes(metadata['words']))}.")
        described[name] = " ".join(parts)
    return described


def _location(name: str) -> str:
    """Where DuckDB finds a table. What the folders say stands in the files too, where it is a column."""
    options = ", hive_partitioning = false" if name in PARTITIONED else ""
    return f"read_parquet('{_FOLDER}/{source_pattern(name)}'{options})"


def render_sources() -> str:
    """The text of `_sources.yml`: one dbt source `lake` with a table for each Parquet file."""
    tables = [
        {
            "name": name,
            "description": str(model.__doc__).strip(),
            "config": {"external_location": _location(name)},
            "columns": [
                {"name": column, "data_type": data_type, "description": column_descriptions(model)[column]}
                for column, data_type in column_types(model).items()
            ],
        }
        for name, model in LAKE_TABLES.items()
    ]
    source = {
        "name": "lake",
        "description": "Parquet files that the Python side hands to dbt: one a table, or one a partition.",
        "tables": tables,
    }
    body = yaml.safe_dump({"version": 2, "sources": [source]}, allow_unicode=True, sort_keys=False, width=100)
    return f"# Generated from pipelines/schemas: {_COMMAND}\n{body}"


def render_columns() -> str:
    """The text of `lake_columns.md`: a dbt doc block `<table>__<column>` for each lake column."""
    blocks = [
        f"{{% docs {table}__{column} %}}{description}{{% enddocs %}}"
        for table, model in LAKE_TABLES.items()
        for column, description in column_descriptions(model).items()
    ]
    return "\n".join([f"<!-- Generated from pipelines/schemas: {_COMMAND} -->", *blocks, ""])


def write(directory: Path = STAGING_DIR) -> None:
    """Write both generated files into a folder."""
    (directory / SOURCES_FILE.name).write_text(render_sources(), encoding="utf-8")
    (directory / COLUMNS_FILE.name).write_text(render_columns(), encoding="utf-8")


if __name__ == "__main__":
    write()
