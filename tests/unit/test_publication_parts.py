"""In which parts a table is written: by the codes of its places, each part for itself."""

from __future__ import annotations

import random

import duckdb
import pytest

from pipelines.publication import parts
from pipelines.publication.catalog import PublishedColumn, PublishedModel
from pipelines.publication.parts import WHOLE_TABLE, TablePart, part_column, part_rules, table_parts


@pytest.fixture
def ten_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = part_rules().model_copy(update={"most_rows": 10})
    monkeypatch.setattr(parts, "part_rules", lambda: rules)


def made(*columns: str) -> PublishedModel:
    return PublishedModel(
        name="fct_things",
        description="",
        columns=tuple(PublishedColumn(column, "", False, ()) for column in columns),
        grain=(columns[0],),
        primary_key=(columns[0],),
        foreign_keys=(),
    )


def test_what_is_ordered_by_place_is_divided_and_nothing_else() -> None:
    assert part_column(made("fact_id", "ref_area")) == "ref_area"
    assert part_column(made("statement_id", "document_id")) == "document_id"
    assert part_column(made("year", "value")) is None


def test_parts_of_large_rows_have_fewer(ten_rows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = parts.part_rules().model_copy(update={"most_rows_of": {"dim_texts": 3}})
    monkeypatch.setattr(parts, "part_rules", lambda: rules)
    rows: dict[str | None, int] = {"110000": 3, "330000": 3}
    assert len(table_parts("fct_things", rows)) == 1
    assert list(table_parts("dim_texts", rows)) == [TablePart("1", 1), TablePart("3", 1)]


def test_a_part_is_one_row_group_at_most() -> None:
    assert part_rules().most_rows <= 122_880


@pytest.mark.usefixtures("ten_rows")
def test_a_small_table_is_one_part() -> None:
    assert table_parts("fct_things", {"110000": 4, "330200": 5, None: 1}) == {WHOLE_TABLE: 10}
    assert table_parts("fct_things", {}) == {WHOLE_TABLE: 0}


@pytest.mark.usefixtures("ten_rows")
def test_a_table_that_can_not_be_told_apart_is_one_part() -> None:
    assert table_parts("fct_things", {None: 1000}) == {WHOLE_TABLE: 1000}


@pytest.mark.usefixtures("ten_rows")
def test_large_places_are_divided_further_than_small_ones() -> None:
    rows = {"110000": 3, "120000": 4, "330100": 6, "330200": 5, "330282": 30, "440000": 9, "3": 1, None: 2}
    assert table_parts("fct_things", rows) == {
        TablePart("1", 1): 7,
        TablePart("3", 2): 1,
        TablePart("3301", 4): 6,
        TablePart("33020", 5): 5,
        TablePart("330282", 6): 30,
        TablePart("4", 1): 9,
        TablePart(None, 1): 2,
    }


def places(chance: random.Random) -> dict[str | None, int]:
    codes = {f"{chance.choice((11, 13, 33, 44, 65))}{chance.randrange(10000):04}" for _ in range(40)}
    return {code: chance.randrange(1, 15) for code in codes} | {
        "": 2,
        "330": 4,
        "33010": 1,
        "33é": 3,
        None: 5,
    }


@pytest.mark.usefixtures("ten_rows")
@pytest.mark.parametrize("seed", range(5))
def test_each_row_is_in_one_part_and_parts_stand_in_the_order_of_rows(seed: int) -> None:
    rows = places(random.Random(seed))
    found = table_parts("fct_things", rows)
    assert sum(found.values()) == sum(rows.values())
    with duckdb.connect() as database:
        database.execute("create table things as select unnest(?::varchar[]) as code", [list(rows)])
        database.execute(
            "create table counts as select unnest(?::varchar[]) as code, unnest(?) as n",
            [list(rows), list(rows.values())],
        )
        in_order = [
            (code, part, held)
            for part in found
            for code, held in database.execute(
                f"select code, n from counts where {part.where('code')} order by code"
            ).fetchall()
        ]
        expected = database.execute("select code, n from counts order by code").fetchall()
    assert [(code, held) for code, _, held in in_order] == expected
    for code, part, _ in in_order:
        assert [other for other in found if other.holds(code)] == [part]


@pytest.mark.usefixtures("ten_rows")
def test_more_rows_of_a_place_move_no_border_of_others() -> None:
    rows = places(random.Random(7))
    before = table_parts("fct_things", rows)
    for code in ("330100", "119999"):
        after = table_parts("fct_things", {**rows, code: rows.get(code, 0) + 50})
        differ = before.items() ^ after.items()
        assert differ
        assert all(part.name is not None and part.name[:1] == code[:1] for part, _ in differ)
