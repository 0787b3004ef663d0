"""The lake as dbt declares it and the lake as pandera declares it are one."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.schemas import LAKE_TABLES, LakeTable, dbt_sources, polars_schema
from pipelines.vocabulary import official_source_kinds


def declared_by_dbt() -> dict[str, dict[str, str]]:
    """Table -> column -> type, read from the committed source file."""
    content: Any = yaml.safe_load(dbt_sources.SOURCES_FILE.read_text(encoding="utf-8"))
    (source,) = content["sources"]
    return {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in source["tables"]
    }


def test_dbt_and_the_schemas_declare_the_same_tables() -> None:
    assert list(declared_by_dbt()) == list(LAKE_TABLES)


@pytest.mark.parametrize("name", LAKE_TABLES)
def test_dbt_and_the_schema_declare_the_same_columns_and_types(name: str) -> None:
    in_duckdb = {pl.String: "varchar", pl.Int64: "bigint", pl.Float64: "double", pl.Date: "date"}
    expected = {column: in_duckdb[type(dtype)] for column, dtype in polars_schema(LAKE_TABLES[name]).items()}
    assert list(declared_by_dbt()[name].items()) == list(expected.items())


@pytest.mark.parametrize("path", [dbt_sources.SOURCES_FILE, dbt_sources.COLUMNS_FILE], ids=lambda p: p.name)
def test_generated_files_are_up_to_date(path: Any) -> None:
    rendered = {
        dbt_sources.SOURCES_FILE: dbt_sources.render_sources,
        dbt_sources.COLUMNS_FILE: dbt_sources.render_columns,
    }[path]()
    assert path.read_text(encoding="utf-8") == rendered, "run: python -m pipelines.schemas.dbt_sources"


def test_every_lake_column_is_described() -> None:
    empty = [
        f"{name}.{column}"
        for name, model in LAKE_TABLES.items()
        for column, words in dbt_sources.column_descriptions(model).items()
        if not words.strip()
    ]
    assert empty == []


def test_an_unmapped_type_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def schema_with_a_boolean(_: type[LakeTable]) -> pl.Schema:
        return pl.Schema({"flag": pl.Boolean})

    monkeypatch.setattr(dbt_sources, "polars_schema", schema_with_a_boolean)
    with pytest.raises(KeyError):
        dbt_sources.column_types(LAKE_TABLES["documents"])


def test_only_bulletins_censuses_and_yearbooks_are_official() -> None:
    assert set(official_source_kinds()) == {"bulletin", "census", "yearbook"}
