"""The log of builds says what changed since one of them, and nothing where that is not known."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.build_log import Changed, begin_log, changed_since, forget_log, last_build, log_build


@pytest.fixture
def database(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(tmp_path / "build.duckdb"))
    begin_log(connection)
    return connection


def last(database: duckdb.DuckDBPyConnection) -> str:
    found = last_build(database, "build")
    assert found is not None
    return found


def test_all_builds_after_one_count(database: duckdb.DuckDBPyConnection) -> None:
    first = last(database)
    log_build(database, ["it's a"], ["1"])
    second = last(database)
    log_build(database, [], ["2", "1"])
    assert changed_since(database, "build", first) == Changed(frozenset({"it's a"}), frozenset({"1", "2"}))
    assert changed_since(database, "build", second) == Changed(frozenset(), frozenset({"1", "2"}))
    assert changed_since(database, "build", last(database)) == Changed(frozenset(), frozenset())


def test_a_build_before_the_log_began_is_not_known(database: duckdb.DuckDBPyConnection) -> None:
    first = last(database)
    begin_log(database)
    assert changed_since(database, "build", first) is None
    assert last(database) != first
    forget_log(database)
    assert last_build(database, "build") is None
    assert changed_since(database, "build", first) is None
    # Without a log nobody knows what was built before: it begins.
    log_build(database, ["a"], [])
    assert changed_since(database, "build", last(database)) == Changed(frozenset(), frozenset())
