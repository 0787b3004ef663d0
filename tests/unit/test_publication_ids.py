"""A row is found by its id alone, although rows stand by place: few groups of rows are read for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publication.all_tables import write_tables
from pipelines.publication.catalog import PublishedColumn, PublishedModel
from pipelines.publication.ids import lookup_problem
from pipelines.publication.tables import DATABASE

ROWS = 600_000
LONG = 18_000
"""Documents: more than the 16,383 long texts of a segment."""


def made(name: str, columns: tuple[str, ...]) -> PublishedModel:
    return PublishedModel(
        name=name,
        description="",
        columns=tuple(PublishedColumn(column, "", False, ()) for column in columns),
        grain=(columns[0],),
        primary_key=(columns[0],),
        foreign_keys=(),
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version with many facts, statements of which one in a thousand has no place, and long documents."""
    folder = tmp_path_factory.mktemp("ids")
    build, version = folder / "build.duckdb", folder / "version"
    with duckdb.connect(str(build)) as database:
        database.execute(
            f"""
            create table fct_indicators as
            select
                md5(i::varchar) as fact_id,
                printf('%06d', hash(i) % 400) as ref_area,
                i as value
            from range({ROWS}) as r(i)
            """
        )
        database.execute(
            "create table fct_indicator_statements as"
            " select fact_id as statement_id, ref_area || '-report-2020' as document_id,"
            " if(value % 1000 > 0, ref_area, null) as ref_area, value from fct_indicators where value < 300000"
        )
        database.execute(
            f"create table dim_documents as select 'd' || i as document_id, repeat('字', 1400) || i as text"
            f" from range({LONG}) as r(i)"
        )
    version.mkdir()
    models = (
        made("fct_indicators", ("fact_id", "ref_area", "value")),
        made("fct_indicator_statements", ("statement_id", "document_id", "ref_area", "value")),
        made("dim_documents", ("document_id", "text")),
    )
    write_tables(build, version, models)
    return version / DATABASE


@pytest.fixture
def warehouse(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as database:
        yield database


def profile(warehouse: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    """What DuckDB says of a query that it ran."""
    [[_, said]] = warehouse.execute(f"explain (analyze, format json) {query}").fetchall()
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.parametrize("number", [1, 123_456, 299_999, 0, 42_000])
@pytest.mark.parametrize("function", ["fact", "statement"])
def test_a_row_with_or_without_a_place_is_found(
    warehouse: duckdb.DuckDBPyConnection, function: str, number: int
) -> None:
    [[its_id]] = warehouse.execute("select md5(?::varchar)", [number]).fetchall()
    assert warehouse.execute(f"select value from {function}('{its_id}')").fetchall() == [(number,)]
    assert warehouse.execute(f"select value from {function}(?)", [its_id.upper()]).fetchall() == [(number,)]


@pytest.mark.parametrize("unknown", ["", "0", "no id", "ffffffff", "g" * 32, "二十一世纪以来的"])
def test_what_is_no_id_is_nobodys(warehouse: duckdb.DuckDBPyConnection, unknown: str) -> None:
    for function in ("fact", "statement"):
        assert warehouse.execute(f"from {function}(?)", [unknown]).fetchall() == []


def scans(node: Any, table: str) -> list[dict[str, Any]]:
    """What a profile says of the scans of a table."""
    below = [found for child in node.get("children", []) for found in scans(child, table)]
    said = node.get("extra_info", {})
    return [*below, said] if str(said.get("Table", "")).endswith(table) else below


def test_only_the_groups_of_its_place_are_read(warehouse: duckdb.DuckDBPyConnection) -> None:
    [[known, place]] = warehouse.execute(
        "select fact_id, ref_area from fct_indicators where value = 123456"
    ).fetchall()
    # The filter that the scan was given by what it is joined with: by it, groups of rows are left out.
    for fact_id, filters in ((known, f"ref_area IN ('{place}', '-')"), ("f" * 32, "ref_area='-'")):
        [scan] = scans(profile(warehouse, f"from fact('{fact_id}')"), "main.fct_indicators")
        assert filters in str(scan["Dynamic Filters"])


def test_no_two_segments_hold_texts_that_are_read_at_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    texts = warehouse.execute(
        "select row_group_id, start, count from pragma_storage_info('dim_documents')"
        " where column_name = 'text' and segment_type = 'VARCHAR' order by all"
    ).fetchall()
    assert sum(count for *_, count in texts) == LONG
    assert len(texts) == 3
    assert all(start % 2048 == 0 for _, start, _ in texts)


def test_a_wrong_place_is_a_fault(file: Path) -> None:
    with duckdb.connect() as database:
        database.execute(f"attach '{file}' as version (read_only)")
        database.execute("attach ':memory:' as other")
        database.execute("copy from database version to other")
        database.execute("use other.main")
        assert lookup_problem(database, "fct_indicators") == ""
        assert lookup_problem(database, "dim_documents") == ""
        database.execute(
            "update ids.fact set ref_area = '999999' where id_start = (select max(id_start) from ids.fact)"
        )
        assert "ids.fact does not lead to the rows" in lookup_problem(database, "fct_indicators")
        database.execute("drop table ids.fact")
        assert "fact does not exist" in lookup_problem(database, "fct_indicators")
