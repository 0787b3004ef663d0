"""The published version in a DuckLake: one snapshot a version, all of them to be asked; a build with targets."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.publication.targets.errors import TargetError
from pipelines.publication.targets.extensions import connect_with
from tests.conftest import RunGwr
from tests.integration.lakes import Lake, lake_comments, lake_tables
from tests.integration.postgres import WRITER_PASSWORD, PostgresServer
from tests.integration.published_versions import (
    comments_of,
    differences,
    publish_changed,
    published,
    tables_of,
)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def other(paths: Paths, first: Path) -> Path:
    """The first version without one sector, without a table, and with one more column."""
    return publish_changed(
        paths,
        first,
        "other",
        "delete from dim_sectors where sector = 'marine'",
        "drop table rpt_quarantine",
        "alter table dim_years add column is_odd boolean",
        "comment on column dim_units.unit is 'Said anew.'",
    )


@pytest.fixture(scope="module", params=["file", "postgres"])
def lake(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, extensions: Path, first: Path
) -> Lake:
    """A lake that holds the first version, with either kind of catalog."""
    folder = tmp_path_factory.mktemp("lake")
    catalog = str(folder / "catalog.ducklake")
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        catalog = f"postgres:{server.dsn(server.new_database('lake'))}"
    made = Lake(catalog, folder / "data", extensions)
    assert made.copy(first).changed
    return made


@pytest.fixture(scope="module")
def file_lake(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Lake:
    """A lake of one file, for what does not depend on the kind of catalog."""
    folder = tmp_path_factory.mktemp("file_lake")
    return Lake(str(folder / "catalog.ducklake"), folder / "data", extensions)


def test_a_version_is_one_snapshot_that_names_it(lake: Lake, first: Path) -> None:
    made_empty, *commits = lake.snapshots()
    assert made_empty[1:] == (None, None, None)
    assert commits == [(1, "gwr", f"version {first.name}", first.name)]


def test_every_table_and_comment_is_there(lake: Lake, first: Path) -> None:
    expected = tables_of(first)
    assert sum(map(len, expected.values())) > 5000
    with lake.ask() as client:
        assert differences(lake_tables(client), expected) == []
        assert lake_comments(client) == comments_of(first)
    assert list(lake.data.rglob("*.parquet"))


def test_the_same_version_makes_no_snapshot(lake: Lake, first: Path) -> None:
    before = lake.snapshots()
    assert not lake.copy(first).changed
    assert lake.snapshots() == before


def test_time_travel_gives_back_each_version(lake: Lake, first: Path, other: Path) -> None:
    assert lake.copy(other).changed
    [(one, *_), (two, *_)] = lake.snapshots()[-2:]
    with lake.ask() as client:
        assert differences(lake_tables(client), tables_of(other)) == []
        assert differences(lake_tables(client, f"at (version => {two})"), tables_of(other)) == []
        assert differences(lake_tables(client, f"at (version => {one})"), tables_of(first)) == []
        assert client.execute("select count(*) from dim_sectors").fetchone() == (16,)
        assert client.execute(f"select count(*) from dim_sectors at (version => {one})").fetchone() == (17,)
        with pytest.raises(duckdb.CatalogException, match="rpt_quarantine"):
            client.execute("from rpt_quarantine")
        comment = (
            "select comment from duckdb_columns() where table_name = 'dim_units' and column_name = 'unit'"
        )
        assert ("Said anew.",) in client.execute(comment).fetchall()


def test_only_tables_with_another_content_are_written(file_lake: Lake, first: Path, other: Path) -> None:
    file_lake.copy(other)
    assert file_lake.copy(first).changed
    with file_lake.ask() as client:
        [(changes,)] = client.execute(
            "select changes from lake.snapshots() order by snapshot_id desc limit 1"
        ).fetchall()
        names = client.execute("select table_name, table_id from ducklake_table_info('lake')").fetchall()
    ids = {name: str(number) for name, number in names}
    written = set(changes["tables_inserted_into"])
    assert {ids["dim_sectors"], ids["publication"], ids["dim_years"]} <= written
    assert not {ids["fct_indicators"], ids["dim_places"], ids["dim_units"]} & written


def test_a_failure_in_the_middle_leaves_no_snapshot(file_lake: Lake, first: Path, paths: Paths) -> None:
    file_lake.copy(first)
    before = file_lake.snapshots()
    broken = publish_changed(
        paths, first, "broken", "create table zz_kinds as select 'a'::enum('a', 'b') as kind"
    )
    with pytest.raises(TargetError, match=r"(?i)enum"):
        file_lake.copy(broken)
    assert file_lake.snapshots() == before
    with file_lake.ask() as client:
        assert differences(lake_tables(client), tables_of(first)) == []


def test_old_snapshots_and_their_files_go_where_one_is_asked_to_keep_few(
    file_lake: Lake, first: Path, other: Path
) -> None:
    file_lake.copy(first)
    file_lake.copy(other)
    files = len(list(file_lake.data.rglob("*.parquet")))
    assert not file_lake.copy(other, keep_snapshots=1).changed
    assert len(file_lake.snapshots()) == 1
    assert len(list(file_lake.data.rglob("*.parquet"))) == files, (
        "files go before their days of grace are over"
    )
    file_lake.copy(other, keep_snapshots=1, grace_days=0)
    assert len(list(file_lake.data.rglob("*.parquet"))) < files
    with file_lake.ask() as client:
        assert differences(lake_tables(client), tables_of(other)) == []


def test_a_lake_of_somebody_else_is_left_alone(tmp_path: Path, extensions: Path, first: Path) -> None:
    theirs = Lake(str(tmp_path / "catalog.ducklake"), tmp_path / "data", extensions)
    with connect_with(["ducklake"], extensions) as client:
        client.execute(f"attach 'ducklake:{theirs.catalog}' as lake (data_path '{theirs.data}')")
        client.execute("create table lake.dim_sectors as select 1 as theirs")
    with pytest.raises(TargetError, match="holds tables that gwr did not make"):
        theirs.copy(first)
    with theirs.ask() as client:
        assert client.execute("from dim_sectors").fetchall() == [(1,)]


def test_a_wrong_password_is_not_shown(
    postgres_server: PostgresServer, tmp_path: Path, extensions: Path, first: Path
) -> None:
    secret = "Zq8-not-the-password"
    catalog = (
        f"postgres:host=127.0.0.1 port={postgres_server.port} user=writer password={secret} dbname=postgres"
    )
    started = time.monotonic()
    with pytest.raises(TargetError, match="password authentication failed") as failed:
        Lake(catalog, tmp_path / "data", extensions).copy(first)
    assert time.monotonic() - started < 5
    assert secret not in str(failed.value)


def everything_written(data: Path) -> bytes:
    """The bytes of all that a build leaves behind: logs, Dagster's databases, what is published."""
    return b"".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


def test_a_build_copies_to_its_targets_and_one_that_fails_fails_alone(
    postgres_server: PostgresServer, tmp_path: Path, run_gwr: RunGwr, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses the password; the publication stands, the lake gets it, the run has failed."""
    secret = "Zq8-not-the-password"
    raw = tmp_path / "raw"
    shutil.copytree(PROJECT_ROOT / "tests" / "fixtures" / "raw", raw)
    built = Paths(raw=raw, data=tmp_path / "data")
    monkeypatch.setenv("GWR_POSTGRES_DSN", postgres_server.dsn("postgres", password=secret))
    catalog = f"postgres:{postgres_server.dsn(postgres_server.new_database('built_lake'))}"
    monkeypatch.setenv("GWR_DUCKLAKE_CATALOG", catalog)
    monkeypatch.setenv("GWR_DUCKLAKE_DATA", str(tmp_path / "lake"))
    done = run_gwr("build", "--raw", raw, "--data", built.data)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "failed: postgres_target: " in said
    assert f"PostgreSQL at 127.0.0.1:{postgres_server.port}/postgres: " in said
    assert 'password authentication failed for user "writer"' in said
    assert f"The publication stands: {built.published_database}" in said
    assert "Nothing was published" not in said
    everything = said.encode() + everything_written(built.data)
    for hidden in (secret, WRITER_PASSWORD, WRITER_PASSWORD.replace("\\", "\\\\"), catalog):
        assert hidden.encode() not in everything
    version = published(built)
    with Lake(catalog, tmp_path / "lake", tmp_path / "extensions").ask() as client:
        assert differences(lake_tables(client), tables_of(version)) == []
    monkeypatch.setenv("GWR_POSTGRES_DSN", postgres_server.dsn(postgres_server.new_database("mended")))
    pushed = run_gwr("push", "--data", built.data)
    assert pushed.returncode == 0, pushed.stderr
    assert f"postgres: version {version.name} copied ({len(tables_of(version))} tables, " in pushed.stdout
    assert f"ducklake: version {version.name} holds it already" in pushed.stdout


def test_push_says_what_is_switched_off(
    paths: Paths, run_gwr: RunGwr, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GWR_POSTGRES_DSN", "GWR_DUCKLAKE_CATALOG"):
        monkeypatch.setenv(name, "")
    done = run_gwr("push", "--data", paths.data)
    assert (done.returncode, done.stdout) == (1, "")
    assert "every target is switched off. Set GWR_POSTGRES_DSN or GWR_DUCKLAKE_CATALOG" in done.stderr
    done = run_gwr("push", "--target", "postgres", "--data", paths.data)
    assert "postgres is switched off. Set GWR_POSTGRES_DSN;" in done.stderr
