"""What stands around dbt: the cached manifest and the build database."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.paths import Paths
from pipelines.warehouse import (
    DatabaseInUseError,
    DbtParseError,
    ensure_manifest,
    prepare_build_database,
    project_fingerprint,
)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "one.sql").write_text("select 1 as one")
    return folder


def test_the_fingerprint_follows_the_files_and_not_what_dbt_writes(paths: Paths, project: Path) -> None:
    before = project_fingerprint(paths, project)
    (project / "target").mkdir()
    (project / "target" / "manifest.json").write_text("{}")
    assert project_fingerprint(paths, project) == before
    (project / "models" / "one.sql").write_text("select 2 as one")
    changed = project_fingerprint(paths, project)
    (project / "models" / "one.sql").rename(project / "models" / "two.sql")
    assert len({before, changed, project_fingerprint(paths, project)}) == 3


def test_a_project_that_dbt_cannot_parse_leaves_no_manifest(paths: Paths, project: Path) -> None:
    (project / "dbt_project.yml").write_text("name: broken\nversion: [")
    with pytest.raises(DbtParseError, match="Syntax error near line 3"):
        ensure_manifest(paths, project)
    assert list((paths.dbt_target / "manifest").iterdir()) == []


def test_a_database_that_cannot_be_read_is_removed(paths: Paths) -> None:
    paths.build_database.parent.mkdir(parents=True)
    paths.build_database.write_bytes(b"not a database at all" * 1000)
    prepare_build_database(paths)
    assert not paths.build_database.exists()


def test_a_database_with_a_damaged_block_is_removed(paths: Paths, caplog: pytest.LogCaptureFixture) -> None:
    paths.build_database.parent.mkdir(parents=True)
    with duckdb.connect(str(paths.build_database)) as database:
        database.execute("create table numbers as select random() as number from range(200000)")
    data = bytearray(paths.build_database.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1000] = bytes(1000)
    paths.build_database.write_bytes(data)
    # The file opens: only reading the block shows the damage, in a message that has "block" in it.
    duckdb.connect(str(paths.build_database), read_only=True).close()
    started = time.monotonic()
    prepare_build_database(paths)
    assert time.monotonic() - started < 5
    assert not paths.build_database.exists()
    assert "The build database is damaged and is built anew from the lake: IO Error: Corrupt" in caplog.text


def test_what_a_killed_dbt_left_beside_the_database_is_removed(paths: Paths) -> None:
    spilled = paths.build_database.with_name("warehouse.duckdb.tmp")
    spilled.mkdir(parents=True)
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"spilled")
    log = paths.build_database.with_name("warehouse.duckdb.wal")
    log.write_bytes(b"of a database that is gone")
    prepare_build_database(paths)
    assert list(paths.build_database.parent.iterdir()) == []


def test_a_good_database_stays(paths: Paths) -> None:
    paths.build_database.parent.mkdir(parents=True)
    with duckdb.connect(str(paths.build_database)) as database:
        database.execute("create table kept as select 1 as one")
    prepare_build_database(paths)
    with duckdb.connect(str(paths.build_database)) as database:
        assert database.execute("select one from kept").fetchone() == (1,)


def holder(database: Path, seconds: float) -> subprocess.Popen[str]:
    """A process that has the database open for a while."""
    code = (
        "import duckdb, sys, time; connection = duckdb.connect(sys.argv[1]);"
        "print('open', flush=True); time.sleep(float(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(database), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def test_another_process_is_waited_for(paths: Paths) -> None:
    paths.build_database.parent.mkdir(parents=True)
    process = holder(paths.build_database, 1.5)
    started = time.monotonic()
    prepare_build_database(paths, patience=30)
    assert time.monotonic() - started > 0.5
    process.wait()


def test_waiting_ends_with_advice(paths: Paths) -> None:
    paths.build_database.parent.mkdir(parents=True)
    process = holder(paths.build_database, 30)
    try:
        with pytest.raises(DatabaseInUseError, match="open in another process; close it"):
            prepare_build_database(paths, patience=0)
        assert paths.build_database.exists()
    finally:
        process.kill()
        process.wait()
