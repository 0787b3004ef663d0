"""`gwr build --target ducklake`: the same marts as in a file, one build at a time, readers never disturbed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.build_lake.lock import build_lake_lock
from pipelines.build_lake.place import METADATA_SCHEMA
from pipelines.lock import BuildInProgressError
from pipelines.paths import Paths
from pipelines.settings import Settings
from tests.conftest import Built, RunGwr
from tests.integration.lakes import Lake, lake_comments, lake_tables, read_until
from tests.integration.postgres import WRITER_PASSWORD, PostgresServer
from tests.integration.published_versions import (
    comments_of,
    differences,
    publish_changed,
    published,
    tables_of,
)

pytestmark = pytest.mark.integration

LOCKS = "select count(*) from pg_locks where locktype = 'advisory' and granted"


@dataclass(frozen=True)
class LakeBuild:
    """A build into a lake that held another version before, a second one while it ran, and two readers."""

    lake: Lake
    build_lake: Lake
    before: str
    done: Built
    refused: Built
    reads: list[list[str]]


def wait_for_locks(server: PostgresServer, database: str, count: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    with server.connect(database) as session:
        while session.execute(LOCKS).fetchone() != (count,):
            assert time.monotonic() < deadline, f"not {count} locks after {seconds} s"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def lake_build(
    postgres_server: PostgresServer,
    paths: Paths,
    first: Path,
    extensions: Path,
    run_gwr: RunGwr,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LakeBuild]:
    folder = tmp_path_factory.mktemp("lake_build")
    database = postgres_server.new_database("lake_build")
    dsn = postgres_server.dsn(database)
    lake = Lake(f"postgres:{dsn}", folder / "lake", extensions)
    before = publish_changed(paths, first, "before", "delete from dim_sectors where sector = 'marine'")
    assert lake.copy(before).changed
    spawn = multiprocessing.get_context("spawn")
    stop, seen = folder / "stop", [folder / f"reader-{number}" for number in range(2)]
    readers = [spawn.Process(target=read_until, args=(stop, file, lake), daemon=True) for file in seen]

    def build(data: str) -> Built:
        mine = Paths(raw=paths.raw, data=folder / data)
        arguments = ("build", "--target", "ducklake", "--raw", mine.raw, "--data", mine.data)
        return Built(mine, run_gwr(*arguments))

    with pytest.MonkeyPatch.context() as environment, ThreadPoolExecutor() as pool:
        environment.setenv("GWR_DUCKLAKE_CATALOG", lake.catalog)
        environment.setenv("GWR_DUCKLAKE_DATA", str(lake.data))
        for reader in readers:
            reader.start()
        first_build = pool.submit(build, "one")
        # That of the build and that of its dbt: it is in the middle of it.
        wait_for_locks(postgres_server, database, 2, seconds=180)
        refused = build("two")
        done = first_build.result()
        stop.touch()
        for reader in readers:
            reader.join(30)
        assert [reader.exitcode for reader in readers] == [0, 0]
        reads = [file.read_text(encoding="ascii").splitlines() for file in seen]
        build_lake = Lake(lake.catalog, Path(f"{lake.data}-build"), extensions)
        yield LakeBuild(lake, build_lake, before.name, done, refused, reads)


def test_the_version_is_the_one_that_a_build_in_a_file_gives(lake_build: LakeBuild, built: Built) -> None:
    """Its name is made from the bytes of every Parquet file, from types, descriptions and keys."""
    assert lake_build.done.process.returncode == 0, lake_build.done.process.stdout
    assert published(lake_build.done.paths).name == published(built.paths).name


def test_every_mart_in_the_readers_lake_is_the_embedded_one(lake_build: LakeBuild, built: Built) -> None:
    version = published(built.paths)
    with lake_build.lake.ask() as client:
        expected = tables_of(version)
        assert sum(map(len, expected.values())) > 5000
        assert differences(lake_tables(client), expected) == []
        assert lake_comments(client) == comments_of(version)


def marts(client: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[tuple[object, ...]]]:
    """Mart -> columns and types, then rows, of what dbt built."""
    names = client.execute(
        "select table_name from information_schema.tables where table_catalog = ? and table_schema = 'main'"
        " and not starts_with(table_name, 'ducklake_')",
        [database],
    ).fetchall()
    found = {}
    for (name,) in names:
        types = [row[:2] for row in client.execute(f"describe {database}.main.{name}").fetchall()]
        found[name] = [*types, *sorted(client.execute(f"from {database}.main.{name}").fetchall(), key=repr)]
    return found


def test_what_dbt_built_in_the_lake_is_what_it_builds_in_a_file(lake_build: LakeBuild, built: Built) -> None:
    with duckdb.connect() as client:
        client.execute(f"attach '{built.paths.build_database}' as warehouse (read_only)")
        expected = marts(client, "warehouse")
    with lake_build.build_lake.ask(f"read_only, metadata_schema '{METADATA_SCHEMA}'") as client:
        found = marts(client, "lake")
        snapshots = client.execute("from lake.snapshots()").fetchall()
        listed = [
            name
            for table, *_ in client.execute("select table_name from ducklake_table_info('lake')").fetchall()
            for (name,) in client.execute(
                "select data_file from ducklake_list_files('lake', ?, schema => ?)",
                [table, schema_of(client, table)],
            ).fetchall()
        ]
    assert len(expected) > 25
    assert differences(found, expected) == []
    assert len(snapshots) == 1, "what the lake held before is forgotten"
    on_disk = {str(file) for file in lake_build.build_lake.data.rglob("*.parquet")}
    assert on_disk == set(listed), "and its files are gone"


def schema_of(client: duckdb.DuckDBPyConnection, table: str) -> str:
    found = client.execute(
        "select schema_name from duckdb_tables() where database_name = 'lake' and table_name = ?", [table]
    ).fetchall()
    [(name,)] = found
    return str(name)


def test_a_second_build_is_told_to_wait_and_changes_nothing(lake_build: LakeBuild) -> None:
    process = lake_build.refused.process
    assert process.returncode == 1
    assert (
        "Another build, on this or another machine, is writing to the DuckLake at 127.0.0.1:"
        in process.stderr
    )
    assert not lake_build.refused.paths.published.exists()


def test_readers_see_the_old_version_or_the_new_one(lake_build: LakeBuild) -> None:
    new = published(lake_build.done.paths).name
    whole = set()
    for lines in lake_build.reads:
        versions = [line.split()[0] for line in lines]
        assert versions[0] == lake_build.before
        assert versions == sorted(versions, key=[lake_build.before, new].index), "never back again"
        whole |= set(lines)
    assert len({line.split()[0] for line in whole}) == len(whole), "the same rows at each read of a version"
    assert [message for _, _, message, _ in lake_build.lake.snapshots()][1:] == [
        f"version {lake_build.before}",
        f"version {new}",
    ]


def test_no_password_is_written_anywhere(lake_build: LakeBuild) -> None:
    said = lake_build.done.process.stdout + lake_build.done.process.stderr
    data = lake_build.done.paths.data
    everything = said.encode() + b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())
    for hidden in (WRITER_PASSWORD, WRITER_PASSWORD.replace("\\", "\\\\"), lake_build.lake.catalog):
        assert hidden.encode() not in everything


HOLDER = """
import sys, time
from pathlib import Path
from pipelines.build_lake.lock import build_lake_lock
from pipelines.paths import Paths
from pipelines.settings import Settings

if __name__ == "__main__":
    with build_lake_lock(Paths(Path("raw"), Path(sys.argv[1])), Settings()):
        print("held", flush=True)
        time.sleep(60)
"""


def test_a_killed_build_leaves_no_lock(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgres_server.new_database("locked")
    monkeypatch.setenv("GWR_BUILD_TARGET", "ducklake")
    monkeypatch.setenv("GWR_DUCKLAKE_CATALOG", f"postgres:{postgres_server.dsn(database)}")
    monkeypatch.setenv("GWR_DUCKLAKE_DATA", str(tmp_path / "lake"))
    script = tmp_path / "holder.py"
    script.write_text(HOLDER, encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path / "one")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        mine = Paths(tmp_path / "raw", tmp_path / "two")
        with (
            pytest.raises(BuildInProgressError, match="on this or another machine"),
            build_lake_lock(mine, Settings()),
        ):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    wait_for_locks(postgres_server, database, 0, seconds=5)
    with build_lake_lock(mine, Settings()), build_lake_lock(mine, Settings()):
        wait_for_locks(postgres_server, database, 1, seconds=0)
    wait_for_locks(postgres_server, database, 0, seconds=5)


def test_a_build_without_a_catalog_says_so_before_it_begins(
    run_gwr: RunGwr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_DUCKLAKE_CATALOG", "")
    (tmp_path / "raw").mkdir()
    done = run_gwr("build", "--target", "ducklake", "--raw", tmp_path / "raw", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "a build there wants GWR_DUCKLAKE_CATALOG" in done.stderr
    assert "--target embedded" in done.stderr
