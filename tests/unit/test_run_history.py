"""A damaged SQLite file of Dagster's history is set aside; a good or busy one stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipelines.run_history import damage, set_damaged_aside


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "runs.db"
    with sqlite3.connect(file) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table runs (body text)")
        connection.executemany("insert into runs values (?)", [(f"{n}" * 500,) for n in range(500)])
    connection.close()
    return file


def test_a_good_file_stays(database: Path) -> None:
    assert damage(database) is None
    set_damaged_aside([database, database.with_name("none.db")])
    assert [file.name for file in database.parent.iterdir()] == ["runs.db"]


def test_one_that_another_works_on_is_not_damaged(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("pragma locking_mode=exclusive")
        connection.execute("insert into runs values ('mine')")
        assert damage(database) is None
    connection.close()


@pytest.mark.parametrize("start", [0, 0.5], ids=["header", "middle"])
def test_a_damaged_file_is_kept_aside_and_named(
    database: Path, start: float, caplog: pytest.LogCaptureFixture
) -> None:
    data = bytearray(database.read_bytes())
    first = int(len(data) * start)
    data[first : first + 8192] = b"x" * 8192
    database.write_bytes(data)
    set_damaged_aside([database])
    assert [file.name for file in database.parent.iterdir()] == ["runs.db.damaged"]
    assert database.with_name("runs.db.damaged").read_bytes() == data
    assert "runs.db is damaged" in caplog.text
