"""Publishing: what readers get, and that they get all of it or keep what they had."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import Result
from frictionless import Package, Resource, Schema
from typer.testing import CliRunner

from pipelines.cli.app import app
from pipelines.publication import publish as publishing
from pipelines.publication.catalog import published_models
from pipelines.publication.checks import VersionCheckError
from pipelines.publication.package import file_sha256
from pipelines.publication.provenance import Provenance
from pipelines.publication.publish import Publication, publish
from pipelines.publication.version_manifest import read_version_manifest
from pipelines.publication.versions import (
    VersionError,
    current_version,
    is_whole,
    list_versions,
    new_version,
    put_back,
    switch,
)

ROWS = "(values ('b', 2, null, 'growth'), ('a', 1, date '2026-01-22', 'level')) as t(id, year, day, measure)"


def column(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, "description": f"What {name} says; it's text.", "constraints": [], **given}


def model(
    name: str, columns: list[dict[str, Any]], primary_key: list[str], schema: str = "main"
) -> dict[str, Any]:
    return {
        "name": name,
        "alias": name,
        "resource_type": "model",
        "schema": schema,
        "description": f"Table {name}. Grain: one 'thing'.",
        "columns": {c["name"]: c for c in columns},
        "constraints": [],
        "primary_key": primary_key,
    }


def data_test(model_id: str, name: str, column_name: str | None = None, **kwargs: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "schema": "dbt_test__audit",
        "attached_node": model_id,
        "column_name": column_name,
        "test_metadata": {"name": name, "kwargs": kwargs},
        "config": {"severity": "ERROR", "where": None},
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    facts = [
        column("id", constraints=[{"type": "not_null"}]),
        column("year"),
        column("day"),
        column("measure"),
    ]
    return {
        "nodes": {
            "model.fct_things": model("fct_things", facts, ["id"]),
            "model.dim_years": model("dim_years", [column("year")], ["year"]),
            "model.agg_things": model("agg_things", [column("measure"), column("things")], []),
            "model.stg_things": model("stg_things", [column("id")], [], schema="staging"),
            "test.1": data_test(
                "model.fct_things", "foreign_keys", keys={"year": "dim_years.year", "id": "things_seed.id"}
            ),
            "test.2": data_test("model.fct_things", "in_closed_lists", lists={"measure": "measure"}),
            "test.3": data_test("model.agg_things", "unique_combination", columns=["measure"]),
            "test.4": data_test("model.fct_things", "not_null", "year"),
        }
    }


@pytest.fixture
def build_database(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute(f"create table fct_things as select * from {ROWS}")
        database.execute("create table dim_years as select range as year from range(3)")
        database.execute(
            "create view agg_things as select measure, count(*) as things from fct_things group by all"
        )
        database.execute("create schema staging")
        database.execute("create view staging.stg_things as select id from fct_things")
    return path


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


def change(build_database: Path) -> None:
    with duckdb.connect(str(build_database)) as database:
        database.execute("insert into fct_things values ('c', 0, null, 'share')")


def ids(published: Path) -> list[str]:
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
        return [row[0] for row in database.execute("select id from fct_things order by id").fetchall()]


def test_readers_get_the_published_models_and_nothing_else(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    done = publish(build_database, manifest, published)
    assert (done.rows, done.changed) == ({"agg_things": 2, "dim_years": 3, "fct_things": 2}, True)
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
        tables = database.execute(
            "select table_name, table_type from information_schema.tables order by 1"
        ).fetchall()
        assert tables == [(name, "BASE TABLE") for name in ("agg_things", "dim_years", "fct_things")]
        assert database.execute("select id from fct_things").fetchall() == [("a",), ("b",)]
    assert sorted(path.name for path in (published / "parquet").iterdir()) == [
        "agg_things.parquet",
        "dim_years.parquet",
        "fct_things.parquet",
    ]


def test_rows_stand_in_the_order_of_the_grain(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published)
    assert pl.read_parquet(published / "parquet" / "fct_things.parquet")["id"].to_list() == ["a", "b"]
    assert pl.read_parquet(published / "parquet" / "agg_things.parquet")["measure"].to_list() == [
        "growth",
        "level",
    ]


def test_descriptions_become_comments(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published)
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
        comments = dict(database.execute("select table_name, comment from duckdb_tables()").fetchall())
        columns = database.execute(
            "select column_name, comment, is_nullable from duckdb_columns() where table_name = 'fct_things'"
        )
        described = {name: (comment, nullable) for name, comment, nullable in columns.fetchall()}
    assert comments["fct_things"] == "Table fct_things. Grain: one 'thing'."
    assert described["id"] == ("What id says; it's text.", False)
    assert described["day"] == ("What day says; it's text.", True)


def test_the_data_package_is_valid_and_true(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published)
    descriptor = json.loads((published / "datapackage.json").read_text(encoding="utf-8"))
    assert Package.validate_descriptor(descriptor).valid
    assert "created" not in descriptor
    by_name = {resource["name"]: resource for resource in descriptor["resources"]}
    facts = by_name["fct_things"]
    assert facts["schema"]["primaryKey"] == ["id"]
    assert facts["schema"]["foreignKeys"] == [
        {"fields": ["year"], "reference": {"resource": "dim_years", "fields": ["year"]}}
    ]
    fields = {field["name"]: field for field in facts["schema"]["fields"]}
    assert fields["day"]["type"] == "date"
    assert fields["id"]["constraints"] == {"required": True}
    assert "growth" in fields["measure"]["constraints"]["enum"]
    for resource in descriptor["resources"]:
        file = published / resource["path"]
        assert (resource["bytes"], resource["hash"]) == (file.stat().st_size, f"sha256:{file_sha256(file)}")
        schema = Schema.from_descriptor({**resource["schema"], "foreignKeys": []})
        report = Resource(data=pl.read_parquet(file).to_dicts(), schema=schema).validate()
        assert report.valid, report.flatten(["fieldName", "type", "note"])


def test_the_same_content_is_published_once(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    first = publish(build_database, manifest, published)
    second = publish(build_database, manifest, published)
    assert (second.version, second.changed) == (first.version, False)
    assert len(list((published / ".versions").iterdir())) == 1


def test_a_new_description_is_a_new_version(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    first = publish(build_database, manifest, published)
    manifest["nodes"]["model.dim_years"]["description"] = "Another."
    second = publish(build_database, manifest, published)
    assert second.changed
    assert second.version != first.version


def test_old_versions_go_and_the_current_one_stays(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    versions = []
    for _ in range(4):
        versions.append(publish(build_database, manifest, published, keep=2).version)
        with duckdb.connect(str(build_database)) as database:
            database.execute(
                "insert into fct_things select 'c' || count(*), 1, null, 'level' from fct_things"
            )
    assert sorted(folder.name for folder in (published / ".versions").iterdir()) == sorted(versions[-2:])
    assert (published / ".current").resolve().name == versions[-1]


READER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("select count(*) from fct_things").fetchone()[0], flush=True)
for _ in sys.stdin:
    print(connection.execute("select string_agg(id, '' order by id) from fct_things").fetchone()[0], flush=True)
"""


def test_a_reader_of_the_old_file_goes_on(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published, keep=1)
    database = str(published / "warehouse.duckdb")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline() == "2\n"
    change(build_database)
    assert publish(build_database, manifest, published, keep=1).changed
    reader.stdin.write("again\n")
    reader.stdin.flush()
    assert reader.stdout.readline() == "ab\n"
    assert ids(published) == ["a", "b", "c"]
    reader.communicate()


def test_a_publication_that_fails_leaves_the_old_version(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published)
    change(build_database)
    broken = json.loads(json.dumps(manifest))
    broken["nodes"]["model.missing"] = model("zzz_missing", [column("id")], ["id"])
    with pytest.raises(duckdb.Error, match="zzz_missing"):
        publish(build_database, broken, published)
    assert ids(published) == ["a", "b"]
    assert publish(build_database, manifest, published).changed
    assert ids(published) == ["a", "b", "c"]


KILLED = """
import json, os, signal, sys
from pathlib import Path
from pipelines.cli.app import app
from pipelines.publication import publish as publishing
publishing.{victim} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
publishing.publish(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3]))
"""


@pytest.mark.parametrize("victim", ["write_data_package", "switch"])
def test_a_killed_publication_leaves_the_old_version(
    build_database: Path, manifest: dict[str, Any], published: Path, tmp_path: Path, victim: str
) -> None:
    publish(build_database, manifest, published)
    change(build_database)
    saved = tmp_path / "manifest.json"
    saved.write_text(json.dumps(manifest))
    assert hasattr(publishing, victim)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(victim=victim), str(build_database), str(saved), str(published)],
        check=False,
    )
    assert killed.returncode == -9
    assert ids(published) == ["a", "b"]
    assert publish(build_database, manifest, published).changed
    assert ids(published) == ["a", "b", "c"]


def test_a_damaged_version_is_published_again(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    first = publish(build_database, manifest, published)
    damaged = published / ".versions" / first.version / "parquet" / "fct_things.parquet"
    damaged.chmod(0o644)
    damaged.write_bytes(b"")
    second = publish(build_database, manifest, published)
    assert second.changed
    assert is_whole(published / ".versions" / second.version)
    assert pl.read_parquet(published / "parquet" / "fct_things.parquet").height == 2


def test_parquet_bytes_do_not_depend_on_threads_or_on_the_order_of_the_build(
    tmp_path: Path, manifest: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = set()
    connect = duckdb.connect
    for threads, order in ((1, "id"), (4, "year, id desc")):
        build = tmp_path / f"build{threads}.duckdb"
        with connect(str(build)) as database:
            database.execute(
                "create table fct_things as select md5(i::varchar) as id, i % 7 as year, null::date as day,"
                f" 'level' as measure from range(300000) r(i) order by {order}"
            )
            database.execute("create table dim_years as select range as year from range(3)")
            database.execute("create table agg_things as select 'level' as measure, 1 as things")
        monkeypatch.setattr(
            "pipelines.publication.tables.duckdb.connect",
            lambda path, threads=threads, **given: connect(path, **{"config": {"threads": threads}, **given}),
        )
        monkeypatch.setattr(
            "pipelines.publication.parquet_files.os.sched_getaffinity",
            lambda process, threads=threads: set(range(threads)),
        )
        publish(build, manifest, tmp_path / f"out{threads}")
        hashes.add(file_sha256(tmp_path / f"out{threads}" / "parquet" / "fct_things.parquet"))
    assert len(hashes) == 1


def test_a_model_without_a_grain_is_refused_by_name(manifest: dict[str, Any]) -> None:
    del manifest["nodes"]["test.3"]
    with pytest.raises(ValueError, match="agg_things is published but nothing says"):
        published_models(manifest)


def test_publication_says_what_it_did(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    done = publish(build_database, manifest, published)
    assert isinstance(done, Publication)
    assert (published / ".versions" / done.version / "SHA256SUMS").exists()
    sums = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=published / ".current", check=False
    )
    assert sums.returncode == 0


def test_an_earlier_version_can_be_put_back(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    first = publish(build_database, manifest, published).version
    with duckdb.connect(str(build_database)) as database:
        database.execute("insert into fct_things select 'c' || count(*), 1, null, 'level' from fct_things")
    second = publish(build_database, manifest, published).version
    before = {version.name: version for version in list_versions(published)}
    assert [name for name, version in before.items() if version.is_current] == [second]
    assert before[second].rows["fct_things"] == before[first].rows["fct_things"] + 1

    put_back(published, first)
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
        seen = database.execute("select count(*) from fct_things").fetchone()
    assert seen == (before[first].rows["fct_things"],)
    assert [version.name for version in list_versions(published)] == [first, second]


def test_only_a_whole_version_on_disk_can_be_put_back(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    done = publish(build_database, manifest, published).version
    with pytest.raises(VersionError, match="no version"):
        put_back(published, "../elsewhere")
    file = published / ".versions" / done / "parquet" / "fct_things.parquet"
    file.chmod(0o644)
    file.write_bytes(b"damaged")
    with pytest.raises(VersionError, match="damaged"):
        put_back(published, done)


Damage = Callable[[Path], None]


def in_the_file(statement: str) -> Damage:
    """Damage by SQL in the DuckDB file of a version."""

    def damage(root: Path) -> None:
        with duckdb.connect(str(root / "warehouse.duckdb")) as database:
            database.execute(statement)

    return damage


def other_parquet(query: str) -> Damage:
    """Damage by another Parquet file in the place of the right one."""

    def damage(root: Path) -> None:
        duckdb.sql(query).write_parquet(str(root / "parquet" / "dim_years.parquet"))

    return damage


def cut_parquet(root: Path) -> None:
    file = root / "parquet" / "dim_years.parquet"
    file.write_bytes(file.read_bytes()[:40])


def flip_a_byte(root: Path) -> None:
    """Damage in the middle of a block, as a disk makes it: DuckDB's own checksum tells."""
    file = root / "warehouse.duckdb"
    content = bytearray(file.read_bytes())
    place = content.index(b"growth")
    content[place] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            in_the_file("delete from fct_things where id = 'a'"),
            "fct_things.rows: 2 rows, the build database has 3",
        ),
        (
            in_the_file("update fct_things set year = 7 where id = 'a'"),
            "fct_things.rows: a value is not the one",
        ),
        (in_the_file("drop table dim_years"), "dim_years.smoke: Catalog Error"),
        (
            in_the_file("alter table dim_years alter column year type integer"),
            "dim_years.contract: year is INTEGER not null, declared as BIGINT not null",
        ),
        (
            in_the_file("alter table fct_things alter column year drop not null"),
            "fct_things.contract: year is INTEGER, declared as INTEGER not null",
        ),
        (
            in_the_file("alter table fct_things rename column day to date"),
            "fct_things.contract: columns id, year, date, measure; declared are id, year, day, measure",
        ),
        (in_the_file("insert into dim_years values (1)"), "dim_years.grain: more than one row with year=1"),
        (
            other_parquet("select range as year from range(2)"),
            "dim_years.parquet: 2 rows, the build database has 3",
        ),
        (
            other_parquet("select range + 1 as year from range(3)"),
            "dim_years.parquet: a value is not the one",
        ),
        (other_parquet("select range::int as year from range(3)"), "dim_years.parquet: columns differ"),
        (cut_parquet, "dim_years.parquet: "),
        (flip_a_byte, "warehouse.duckdb.opens: IO Error: Corrupt database file"),
    ],
)
def test_what_was_damaged_on_the_way_is_not_published(
    build_database: Path,
    manifest: dict[str, Any],
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Damage,
    said: str,
) -> None:
    publish(build_database, manifest, published)
    change(build_database)
    package = publishing.write_data_package

    def package_of_damaged(root: Path, *given: Any) -> Path:
        written = package(root, *given)
        damage(root)
        return written

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "write_data_package", package_of_damaged)
        with pytest.raises(VersionCheckError) as raised:
            publish(build_database, manifest, published)
    assert said in str(raised.value)
    assert "Readers keep the version they have." in str(raised.value)
    assert ids(published) == ["a", "b"]
    assert len(list((published / ".versions").iterdir())) == 1
    assert publish(build_database, manifest, published).changed


def test_the_declared_type_counts_and_not_the_built_one(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    manifest["nodes"]["model.dim_years"]["columns"]["year"]["data_type"] = "varchar"
    with pytest.raises(VersionCheckError, match="year is BIGINT not null, declared as VARCHAR not null"):
        publish(build_database, manifest, published)
    manifest["nodes"]["model.dim_years"]["columns"]["year"]["data_type"] = "int8"
    assert publish(build_database, manifest, published).changed


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "select id from fct_things\n  where year > 2030",
            "no row comes from its smoke query: select id from fct",
        ),
        ("select id from build.main.fct_things", "build"),
        ("select nothing from fct_things", "nothing"),
    ],
)
def test_a_smoke_query_runs_on_the_file_alone(
    build_database: Path, manifest: dict[str, Any], published: Path, query: str, said: str
) -> None:
    node = manifest["nodes"]["model.fct_things"]
    node["config"] = {"meta": {"smoke": ["select id from fct_things join dim_years using (year)"]}}
    publish(build_database, manifest, published)
    node["config"] = {"meta": {"smoke": [query]}}
    with pytest.raises(VersionCheckError, match=r"fct_things\.smoke: ") as raised:
        publish(build_database, manifest, published)
    assert said in str(raised.value)


def made_from(*paths: str) -> Provenance:
    return Provenance(inputs=dict.fromkeys(paths, "0" * 64))


REPORTS = ("reports/330200-ningbo/2025.txt", "reports/330200-ningbo/2026.txt")
TABLE = "statistics/330200-ningbo/figures.csv"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ((*REPORTS, TABLE), "no input file was taken away"),
        ((TABLE,), "raw/reports had 2 files and has none: is its disk mounted?"),
        ((), "raw/reports had 2 files and has none"),
    ],
)
def test_a_table_that_lost_all_rows_is_not_published_by_itself(
    build_database: Path, manifest: dict[str, Any], published: Path, inputs: tuple[str, ...], said: str
) -> None:
    publish(build_database, manifest, published, made_from=made_from(*REPORTS, TABLE))
    with duckdb.connect(str(build_database)) as database:
        database.execute("delete from fct_things")
    with pytest.raises(VersionCheckError) as raised:
        publish(build_database, manifest, published, made_from=made_from(*inputs))
    assert f"fct_things.not_emptied: empty, readers have 2 rows; {said}" in str(raised.value)
    assert "GWR_ACCEPT_CHANGES=true" in str(raised.value)
    assert ids(published) == ["a", "b"]

    assert publish(
        build_database, manifest, published, made_from=made_from(*inputs), accept_changes=True
    ).changed
    version = current_version(published)
    assert version is not None
    noted = read_version_manifest(version)
    assert noted is not None
    assert {check.name for check in noted.checks if not check.passed} == {
        "agg_things.not_emptied",
        "fct_things.not_emptied",
    }


def test_input_that_was_taken_away_explains_an_empty_table(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published, made_from=made_from(*REPORTS, TABLE))
    with duckdb.connect(str(build_database)) as database:
        database.execute("delete from fct_things")
    assert publish(build_database, manifest, published, made_from=made_from(REPORTS[0], TABLE)).changed


def test_a_list_of_what_is_wrong_may_get_empty(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    for name in ("fct_things", "agg_things"):
        manifest["nodes"][f"model.{name}"]["config"] = {"meta": {"may_be_empty": True}}
    publish(build_database, manifest, published, made_from=made_from(TABLE))
    with duckdb.connect(str(build_database)) as database:
        database.execute("delete from fct_things")
    assert publish(build_database, manifest, published, made_from=made_from(TABLE)).changed


def test_old_clients_open_the_file(build_database: Path, manifest: dict[str, Any], published: Path) -> None:
    publish(build_database, manifest, published)
    header = (published / "warehouse.duckdb").read_bytes()[:20]
    # Format 64 is what DuckDB 0.10 to 1.1 read; from 1.2 on each release knows a newer one too.
    assert (header[8:12], struct.unpack("<Q", header[12:])) == (b"DUCK", (64,))


def test_the_manifest_is_the_same_for_the_same_content_and_has_no_clock(
    build_database: Path, manifest: dict[str, Any], tmp_path: Path
) -> None:
    given = Provenance("0.1.0", "1.0.0+abc", "f" * 64, "c" * 40, True, {"b/x": "1" * 64, "a/x": "2" * 64})
    written = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        done = publish(build_database, manifest, folder, made_from=given)
        written.append((folder / "manifest.json").read_bytes())
        assert "  manifest.json\n" in (folder / "SHA256SUMS").read_text()
    assert written[0] == written[1]
    content = json.loads(written[0])
    assert content["version"] == done.version
    assert content["rows"] == {"agg_things": 2, "dim_years": 3, "fct_things": 2}
    assert list(content["inputs"]) == ["a/x", "b/x"]
    assert content["code"]["git_commit"] == "c" * 40
    assert content["duckdb"] == {"version": duckdb.__version__, "storage_version": "v1.0.0"}
    checks = [check["name"] for check in content["checks"] if check["passed"]]
    assert len(checks) == 3 * len(("contract", "grain", "parquet", "rows", "smoke"))
    assert "fct_things.grain" in checks


def test_the_manifest_of_the_first_publication_stays(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published, made_from=Provenance(git_commit="a" * 40))
    again = publish(build_database, manifest, published, made_from=Provenance(git_commit="b" * 40))
    assert not again.changed
    [version] = list_versions(published)
    assert (version.git_commit, version.is_whole) == ("a" * 40, True)


def test_what_was_rolled_back_is_not_published_again_but_new_content_is(
    build_database: Path, manifest: dict[str, Any], published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = publish(build_database, manifest, published).version
    change(build_database)
    bad = publish(build_database, manifest, published).version
    put_back(published, good)

    night = publish(build_database, manifest, published)
    assert night == Publication(good, False, night.rows, held_back=bad)
    assert f"gwr rollback {bad}" in caplog.text
    assert ids(published) == ["a", "b"]
    assert [version.name for version in list_versions(published) if version.is_withdrawn] == [bad]

    put_back(published, bad)
    assert ids(published) == ["a", "b", "c"]
    assert publish(build_database, manifest, published).held_back is None
    assert not any(version.is_withdrawn for version in list_versions(published))

    put_back(published, good)
    with duckdb.connect(str(build_database)) as database:
        database.execute("insert into fct_things values ('d', 0, null, 'share')")
    mended = publish(build_database, manifest, published)
    assert (mended.changed, mended.held_back) == (True, None)
    assert ids(published) == ["a", "b", "c", "d"]


def test_the_commands_say_which_version_readers_see(
    build_database: Path, manifest: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    published = tmp_path / "data" / "published"
    data = ["--data", str(tmp_path / "data")]

    def gwr(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, *data])

    assert "Nothing is published yet" in gwr("published").output
    good = publish(build_database, manifest, published, made_from=Provenance(git_commit="a" * 40)).version
    change(build_database)
    inputs = {"reports/330200-ningbo/2026.txt": "0" * 64}
    bad = publish(build_database, manifest, published, made_from=Provenance(inputs=inputs)).version

    done = gwr("rollback", good)
    assert done.exit_code == 0
    assert f"Readers see version {good} now: 3 tables, 7 rows, code aaaaaaaaaa;" in done.output
    assert f"Rolled back: {bad}." in done.output
    listed = {line.split()[0]: line for line in gwr("published").output.splitlines()[1:]}
    assert listed[good].split()[1:4] == ["see", "it", "whole"]
    assert "whole, rolled back" in listed[bad]

    as_json = {
        version["name"]: version for version in json.loads(gwr("published", "--format", "json").output)
    }
    assert as_json[good]["is_current"]
    assert as_json[bad]["is_withdrawn"]
    shown = gwr("published", bad).output
    assert "18 of 18 passed" in shown
    assert f"{'0' * 64}  reports/330200-ningbo/2026.txt" in shown
    assert json.loads(gwr("published", bad, "--format", "json").output)["inputs"] == inputs

    unknown = gwr("published", "nothing")
    assert unknown.exit_code == 1
    assert "no version nothing is on disk; there are:" in unknown.output


def test_going_on_from_a_version_that_was_put_back_withdraws_nothing_more(published: Path) -> None:
    for name in ("one", "two", "three"):
        (new_version(published) / "file").write_text(name)
        switch(published, name, keep=5)
    put_back(published, "one")
    put_back(published, "two")
    assert {version.name: version.is_withdrawn for version in list_versions(published)} == {
        "one": False,
        "two": False,
        "three": True,
    }


def test_a_note_of_rollbacks_that_cannot_be_read_is_no_licence_to_publish(
    build_database: Path, manifest: dict[str, Any], published: Path
) -> None:
    publish(build_database, manifest, published)
    (published / ".rollback.json").write_text("{")
    change(build_database)
    with pytest.raises(VersionError, match=r"\.rollback\.json can't be understood"):
        publish(build_database, manifest, published)
    assert ids(published) == ["a", "b"]
