"""raw/ -> data/published/ through the real command: values, keys, comments, files, the same twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from frictionless import Package, Resource, Schema

from pipelines.ids import file_sha256
from pipelines.lake.layout import PARTITIONED, lake_files
from pipelines.paths import Paths
from pipelines.schemas import LAKE_TABLES, polars_schema
from tests.conftest import RunGwr
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration


def rows(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(sql).fetchall()


def test_the_build_says_what_it_did(built: Built) -> None:
    said = built.process.stdout
    assert built.process.returncode == 0, said + built.process.stderr
    assert built.process.stderr == ""
    for line in ("documents ", "statements ", "  annual_target ", "observations ", "fct_indicators "):
        assert any(shown.startswith(line) for shown in said.splitlines()), line
    assert " passed, 0 failed, 0 warned" in said
    assert f"warehouse: {built.paths.published_database}" in said
    assert "holds no report yet" not in said


def test_the_example_query_of_the_summary_returns_rows(built: Built, run_gwr: RunGwr) -> None:
    example = built.process.stdout.split('try: gwr query "')[1].split('"')[0]
    done = run_gwr("query", example, "--data", built.paths.data, "--format", "json")
    found = json.loads(done.stdout)
    assert any(row["target_type"] == "actual" and row["obs_value"] == 1.87e12 for row in found)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("indicator_id = 'gdp' and measure = 'level' and year = 2025 and target_type = 'actual'", (1.87e12, None, "point", None)),
        ("indicator_id = 'gdp' and measure = 'growth' and year = 2026 and target_type = 'annual_target'", (5.0, 5.5, "range", "plain")),
        ("indicator_id = 'gdp' and measure = 'level' and year = 2030 and target_type = 'plan_target'", (2.6e12, None, "point", "strive")),
        ("indicator_text like '%登记失业率%' and year = 2026 and target_type = 'annual_target'", (3.5, None, "at_most", "plain")),
        ("indicator_text like '高新技术企业%' and year = 2020 and target_type = 'baseline'", (3102.0, None, "point", None)),
    ],
)  # fmt: skip
def test_a_statement_of_the_report_is_in_the_mart(
    warehouse: duckdb.DuckDBPyConnection, what: str, expected: tuple[Any, ...]
) -> None:
    sql = f"select obs_value, obs_value_upper, bound, commitment from fct_indicator_statements where {what}"
    assert expected in rows(warehouse, sql)


def test_gdp_of_2025_is_chosen_and_flagged_for_charts(warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = (
        "select obs_value, unit_measure from fct_indicators where ref_area = '330200' and indicator_id = 'gdp'"
        " and measure = 'level' and target_type = 'actual' and year = 2025 and is_plain_yearly"
    )
    [(value, unit)] = rows(warehouse, sql)
    assert unit == "yuan"
    assert value == pytest.approx(1.87e12, rel=0.01)


def test_every_statement_is_traced_to_its_characters(
    warehouse: duckdb.DuckDBPyConnection, specimen: Path
) -> None:
    text = specimen.read_text(encoding="utf-8")
    found = rows(warehouse, "select char_start, char_end, source_text from fct_indicator_statements")
    assert len(found) > 100
    assert all(text[start:end] == words for start, end, words in found)


def test_the_shipped_figures_are_all_observations(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(count, files)] = rows(
        warehouse,
        "select count(*), count(distinct split_part(row_ref, ':', 1)) from fct_statistic_observations",
    )
    assert (count, files) == (302, 2)


def test_every_mart_and_column_is_described_in_the_file_itself(warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = rows(warehouse, "select table_name, comment from duckdb_tables() where schema_name = 'main'")
    assert len(tables) > 12
    assert [name for name, comment in tables if not comment or "Grain" not in comment] == []
    columns = "select table_name, column_name, comment from duckdb_columns() where not internal"
    bare = [(table, column) for table, column, comment in rows(warehouse, columns) if not comment]
    assert bare == []


def test_only_the_public_schema_is_published(warehouse: duckdb.DuckDBPyConnection) -> None:
    named = rows(warehouse, "select schema_name, table_name from duckdb_tables() order by all")
    assert [name for schema, name in named if schema == "ids"] == ["fact", "statement", "target"]
    names = {name for schema, name in named if schema == "main"}
    assert {name.split("_")[0] for name in names} <= {"dim", "fct", "agg", "rpt"}
    assert {schema for schema, _ in named} == {"ids", "main"}


@pytest.mark.parametrize(
    ("function", "table", "key"),
    [
        ("fact", "fct_indicators", "fact_id"),
        ("statement", "fct_indicator_statements", "statement_id"),
        ("target", "fct_target_outcomes", "target_id"),
    ],
)
def test_each_row_is_found_by_its_id_alone(
    warehouse: duckdb.DuckDBPyConnection, function: str, table: str, key: str
) -> None:
    every = rows(warehouse, f"select {key} from {table} order by ref_area is null desc, hash({key}) limit 20")
    for (one,) in every:
        assert rows(warehouse, f"from {function}('{one}')") == rows(
            warehouse, f"from {table} where {key} = '{one}'"
        )


def test_the_data_package_describes_every_file(built: Built) -> None:
    published = built.paths.published
    descriptor = json.loads((published / "datapackage.json").read_text(encoding="utf-8"))
    assert Package.validate_descriptor(descriptor).valid
    files = sorted(path.name for path in (published / "parquet").iterdir())
    assert sorted(Path(resource["path"]).name for resource in descriptor["resources"]) == files
    for resource in descriptor["resources"]:
        assert resource["hash"] == f"sha256:{file_sha256(published / resource['path'])}"
        schema = Schema.from_descriptor({**resource["schema"], "foreignKeys": []})
        table = pl.read_parquet(published / resource["path"])
        report = Resource(data=[table.columns, *table.rows()], schema=schema).validate()
        assert report.valid, (resource["name"], report.flatten(["fieldName", "type", "note"])[:5])


def test_foreign_keys_of_the_package_hold(built: Built, warehouse: duckdb.DuckDBPyConnection) -> None:
    descriptor = json.loads((built.paths.published / "datapackage.json").read_text(encoding="utf-8"))
    checked = 0
    for resource in descriptor["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            [column], [target] = key["fields"], key["reference"]["fields"]
            orphans = rows(
                warehouse,
                f"select count(*) from {resource['name']} as child anti join {key['reference']['resource']} as parent"
                f" on child.{column} = parent.{target} where child.{column} is not null",
            )
            assert orphans == [(0,)], (resource["name"], column)
            checked += 1
    assert checked > 10


def test_the_lake_has_exactly_the_declared_tables(built: Built) -> None:
    assert sorted(path.stem for path in built.paths.lake.iterdir()) == sorted(LAKE_TABLES)
    for name, model in LAKE_TABLES.items():
        files = lake_files(built.paths.lake, name)
        assert len(files) == 1
        assert pl.read_parquet_schema(files[0]) == dict(polars_schema(model))
    for table in PARTITIONED:
        assert (built.paths.lake / table / "place_level=prefecture/report_year=2026/330000.parquet").is_file()


def test_a_second_build_elsewhere_gives_the_same_bytes(second: Built, built: Built) -> None:
    assert second.process.returncode == 0
    for folder in ("published", "lake"):
        first_folder, second_folder = built.paths.data / folder, second.paths.data / folder
        first, again = (
            {path.relative_to(root): path.read_bytes() for path in root.rglob("*.parquet")}
            for root in (first_folder, second_folder)
        )
        assert first
        assert first == again
    first_package = (built.paths.published / "datapackage.json").read_bytes()
    assert (second.paths.published / "datapackage.json").read_bytes() == first_package


def test_paths_are_the_documented_ones(built: Built) -> None:
    assert isinstance(built.paths, Paths)
    for name in ("warehouse.duckdb", "parquet", "datapackage.json"):
        assert (built.paths.data / "published" / name).exists()
