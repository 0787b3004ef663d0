"""Rows of the published tables stand together by place: who asks for one reads few groups of rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.publication.all_tables import write_tables
from pipelines.publication.catalog import PublishedColumn, PublishedModel
from pipelines.publication.order import order_rules, row_order
from pipelines.publication.tables import DATABASE, parquet_file

PLACES = 400
A_PLACE = "000123"


def made(name: str, columns: tuple[str, ...], grain: tuple[str, ...]) -> PublishedModel:
    return PublishedModel(
        name=name,
        description="",
        columns=tuple(PublishedColumn(column, "", False, ()) for column in columns),
        grain=grain,
        primary_key=grain,
        foreign_keys=(),
    )


FACTS = made("fct_things", ("fact_id", "year", "indicator_key", "ref_area"), ("fact_id",))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of a table of half a million rows, whose ids say nothing of the place."""
    folder = tmp_path_factory.mktemp("order")
    build = folder / "build.duckdb"
    with duckdb.connect(str(build)) as database:
        database.execute(
            f"""
            create table fct_things as
            select
                md5(i::varchar) as fact_id,
                2000 + i % 20 as year,
                'indicator_' || (i % 7) as indicator_key,
                printf('%06d', hash(i) % {PLACES}) as ref_area
            from range(500000) as r(i)
            """
        )
    version = folder / "version"
    version.mkdir()
    write_tables(build, version, (FACTS,))
    return version


def test_what_is_asked_for_comes_before_the_grain() -> None:
    assert row_order(FACTS) == ("ref_area", "indicator_key", "year", "fact_id")


def test_a_grain_is_never_named_twice_and_always_whole() -> None:
    panel = made("rpt_panel", ("year", "ref_area", "value"), ("year", "ref_area"))
    assert row_order(panel) == ("ref_area", "year")


def test_a_list_that_is_read_from_the_top_keeps_its_order() -> None:
    review = made("rpt_statements_to_review", ("review_rank", "document_id"), ("review_rank",))
    assert row_order(review) == ("review_rank",)


def test_a_place_stands_in_few_row_groups_of_the_file(root: Path) -> None:
    with duckdb.connect(str(root / DATABASE), read_only=True) as database:
        groups = database.execute(
            "select count(distinct row_group_id) from pragma_storage_info('fct_things')"
        ).fetchone()
        holding = database.execute(
            f"select count(distinct rowid // 122880) from fct_things where ref_area = '{A_PLACE}'"
        ).fetchone()
        unordered = database.execute(
            "select count(*) from (select ref_area < lag(ref_area) over (order by rowid) as falls from fct_things)"
            " where falls"
        ).fetchone()
    assert groups is not None
    assert groups[0] >= 4
    assert holding is not None
    assert holding[0] <= 2
    assert unordered == (0,)


def test_a_place_stands_in_few_row_groups_of_the_parquet_file(root: Path) -> None:
    metadata = pq.read_metadata(parquet_file(root, FACTS))
    column = metadata.schema.names.index("ref_area")
    ranges = [metadata.row_group(i).column(column).statistics for i in range(metadata.num_row_groups)]
    holding = [one for one in ranges if one.min <= A_PLACE <= one.max]
    assert len(ranges) >= 4
    assert len(holding) <= 2


def test_the_rules_name_columns_once() -> None:
    rules = order_rules()
    assert len(set(rules.before_the_grain)) == len(rules.before_the_grain)
    assert len(set(rules.grain_only)) == len(rules.grain_only)
