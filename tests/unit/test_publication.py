"""Publishing: what readers get, and that they get all of it or keep what they had."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from frictionless import Package, Resource, Schema

from pipelines.publication import publish as publishing
from pipelines.publication.catalog import published_models
from pipelines.publication.package import file_sha256
from pipelines.publication.publish import Publication, publish
from pipelines.publication.versions import VersionError, is_whole, list_versions, put_back

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
            database.execute("insert into fct_things select md5(max(id)), 1, null, 'level' from fct_things")
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
            lambda path, threads=threads: connect(path, config={"threads": threads}),
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
        database.execute("insert into fct_things select md5(max(id)), 1, null, 'level' from fct_things")
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
