"""Targets: connection strings taken apart, passwords kept out of messages, types, extensions."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pipelines.build_lake.place import build_lake
from pipelines.publication.targets.apart import copy_apart
from pipelines.publication.targets.dsn import Dsn, parse_dsn
from pipelines.publication.targets.errors import (
    TargetError,
    TargetUnavailableError,
    with_retries,
    without_secrets,
)
from pipelines.publication.targets.extensions import connect_with, extension_file
from pipelines.publication.targets.lake import parse_lake
from pipelines.publication.targets.postgres_schema import postgres_type
from pipelines.publication.targets.source import Copied, published_version
from pipelines.settings import Settings

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:pw@db.example:5433/marts?sslmode=require&connect_timeout=3",
        "postgres://me@db.example/marts",
        "postgresql://me:p%40ss%3A@[::1]:5432/marts",
        "postgresql://me:pw@one:5432,two:5433/marts?target_session_attrs=read-write",
        "host=db.example port=5433 user=me password='it\\'s \\\\ it' dbname=marts",
        "  host = db.example   dbname = marts sslmode=disable ",
        "dbname=marts",
    ],
)
def test_a_connection_string_is_read_as_libpq_reads_it(text: str) -> None:
    expected = {key: str(value) for key, value in conninfo_to_dict(text).items()}
    assert parse_dsn(text, "X").options == expected


@given(WORDS, WORDS, WORDS)
def test_any_user_password_and_database_comes_through(user: str, password: str, database: str) -> None:
    meant = {"user": user, "password": password, "host": "db", "dbname": database}
    uri = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db/{quote(database, safe='')}"
    assert parse_dsn(uri, "X").options == meant
    assert parse_dsn(make_conninfo("", **meant), "X").options == meant


@given(st.dictionaries(st.sampled_from(["sslmode", "options", "passfile", "sslrootcert"]), WORDS))
def test_other_options_reach_libpq_as_they_were_meant(others: dict[str, str]) -> None:
    found = conninfo_to_dict(Dsn("", {"host": "db", **others}).conninfo)
    assert found == {"connect_timeout": "10", "application_name": "gwr", **others}


@given(WORDS)
def test_a_password_is_a_secret_of_duckdb_and_nothing_else(password: str) -> None:
    dsn = Dsn("text", {"host": "db", "password": password})
    assert "password" not in dsn.conninfo
    assert repr(dsn) == "Dsn()"


@pytest.mark.parametrize("text", ["", "secret-but-no-dsn", "host=db password='open", "mysql://me:pw@db/x"])
def test_what_is_no_connection_string_is_not_shown(text: str) -> None:
    with pytest.raises(TargetError, match="GWR_POSTGRES_DSN is no connection string") as failed:
        parse_dsn(text, "GWR_POSTGRES_DSN")
    assert not text or text not in str(failed.value)
    assert failed.value.__cause__ is None


def test_secrets_are_taken_out_whether_escaped_or_not() -> None:
    dsn = parse_dsn("postgresql://me:p%40ss@db/marts?sslpassword=keypw", "X")
    said = f"at {dsn.text}: p%40ss, p@ss and keypw"
    assert without_secrets(said, dsn.secrets) == "at ***: ***, *** and ***"


def failing(message: str, times: int) -> tuple[list[int], object]:
    calls: list[int] = []

    def work() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise duckdb.IOException(message)
        return "done"

    return calls, work


@pytest.mark.parametrize(
    "message", ["server closed the connection unexpectedly", "FATAL:  the database system is starting up"]
)
def test_a_lost_connection_is_tried_again(message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.publication.targets.errors.WAIT_MAX_SECONDS", 0.01)
    calls, work = failing(message, 2)
    assert with_retries("T", (), 3, "", work) == "done"  # type: ignore[arg-type]
    assert len(calls) == 3
    calls, work = failing(message, 9)
    with pytest.raises(TargetUnavailableError):
        with_retries("T", (), 2, "", work)  # type: ignore[arg-type]
    assert len(calls) == 2


@pytest.mark.parametrize(
    "message",
    ['password authentication failed for user "me"', 'database "x" does not exist', "permission denied"],
)
def test_what_would_fail_again_is_tried_once_and_its_chain_holds_no_secret(message: str) -> None:
    calls, work = failing(f"{message} hunter2", 9)
    with pytest.raises(TargetError, match=re.escape(message)) as failed:
        with_retries("T", ("hunter2",), 3, "Do this.", work)  # type: ignore[arg-type]
    assert len(calls) == 1
    assert str(failed.value) == f"T: {message} ***. Do this."
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


@pytest.mark.parametrize(
    ("catalog", "data", "file", "is_postgres", "extensions"),
    [
        ("lake/catalog.ducklake", "lake/data", "/lake/catalog.ducklake", False, ("ducklake",)),
        ("sqlite:c.sqlite", "d", "/c.sqlite", False, ("sqlite_scanner", "ducklake")),
        ("postgres:host=db password=pw", "d", None, True, ("postgres_scanner", "ducklake")),
        ("postgres:postgresql://me:pw@db/x", "d", None, True, ("postgres_scanner", "ducklake")),
        ("postgresql://me:pw@db/x", "s3://b/d", None, True, ("postgres_scanner", "ducklake", "httpfs")),
    ],
)
def test_a_lake_is_where_the_settings_say(
    catalog: str, data: str, file: str | None, is_postgres: bool, extensions: tuple[str, ...]
) -> None:
    lake = parse_lake(catalog, data)
    assert str(lake.file).endswith(str(file))
    assert (lake.dsn is not None, lake.extensions) == (is_postgres, extensions)
    assert "pw" not in repr(lake)
    if lake.dsn:
        assert lake.dsn.options["password"] == "pw"


@pytest.mark.parametrize(
    ("catalog", "data", "said"),
    [
        ("postgres:secretword", "d", "is no connection string"),
        ("mysql:secretword", "d", "of an unknown kind"),
        ("secretword", None, "GWR_DUCKLAKE_DATA is not"),
        ("secretword", "ftp://x", "ftp:// is none of"),
    ],
)
def test_a_wrong_lake_is_said_without_its_catalog(catalog: str, data: str | None, said: str) -> None:
    with pytest.raises(TargetError, match=said) as failed:
        parse_lake(catalog, data)
    assert "secretword" not in str(failed.value)


@pytest.mark.parametrize(
    ("duckdb_type", "expected"),
    [("VARCHAR", "text"), ("DECIMAL(6,2)", "numeric(6,2)"), ("DOUBLE[]", "double precision[]")],
)
def test_types_have_their_equal_in_postgresql(duckdb_type: str, expected: str) -> None:
    assert postgres_type(duckdb_type) == expected


def test_a_type_without_an_equal_is_said() -> None:
    with pytest.raises(TargetError, match=r"STRUCT\(a INTEGER\) has no PostgreSQL type"):
        postgres_type("STRUCT(a INTEGER)")


def test_extensions_come_from_installed_packages_and_nothing_else(tmp_path: Path) -> None:
    with connect_with(["postgres_scanner", "ducklake"], tmp_path / "extensions") as database:
        loaded = "select extension_name from duckdb_extensions() where loaded and install_path like ?"
        found = database.execute(loaded, [f"{tmp_path}%"]).fetchall()
        assert sorted(found) == [("ducklake",), ("postgres_scanner",)]
        with pytest.raises(duckdb.Error, match="spatial"):
            database.execute("load spatial")
    with pytest.raises(TargetError, match=f"duckdb-extension-nothing=={re.escape(duckdb.__version__)}"):
        extension_file("nothing")


def _kill_itself() -> Copied:
    os.kill(os.getpid(), signal.SIGABRT)
    raise AssertionError


def _break() -> Copied:
    raise KeyError("a mistake of ours")


def _refuse() -> Copied:
    raise duckdb.IOException("disk full")


def _copy() -> Copied:
    return Copied("v", changed=True, rows={"pid": os.getpid()})


def test_a_copy_runs_in_another_process_whose_end_is_no_end_of_this_one() -> None:
    assert copy_apart("T", _copy).rows["pid"] != os.getpid()
    with pytest.raises(TargetUnavailableError, match=r"^T: the process that copies was ended by signal 6"):
        copy_apart("T", _kill_itself)
    with pytest.raises(TargetError, match=r"^T: the process that copies ended with status 1") as failed:
        copy_apart("T", _break)
    assert not isinstance(failed.value, TargetUnavailableError)
    with pytest.raises(duckdb.IOException, match="disk full"):
        copy_apart("T", _refuse)


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="Run: gwr build"):
        published_version(tmp_path)


@pytest.mark.parametrize(
    ("catalog", "data", "said"),
    [
        ("", "lake", "a build there wants GWR_DUCKLAKE_CATALOG"),
        ("lake.ducklake", "lake", "a file serves one process at a time"),
        ("postgres:host=127.0.0.1 dbname=x", "s3://bucket", "names a whole bucket"),
        ("postgres:host=127.0.0.1 dbname=x", "", "GWR_DUCKLAKE_DATA is not"),
    ],
)
def test_a_build_in_a_lake_says_what_it_wants(
    catalog: str, data: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_DUCKLAKE_CATALOG", catalog)
    monkeypatch.setenv("GWR_DUCKLAKE_DATA", data)
    with pytest.raises(TargetError, match=said):
        build_lake(Settings())


@pytest.mark.parametrize(
    ("data", "mine"), [("/srv/lake", "/srv/lake-build/"), ("s3://bucket/lake/", "s3://bucket/lake-build/")]
)
def test_builds_keep_their_files_beside_those_of_readers(
    data: str, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_DUCKLAKE_CATALOG", "postgres:host=127.0.0.1 dbname=x")
    monkeypatch.setenv("GWR_DUCKLAKE_DATA", data)
    lake = build_lake(Settings())
    assert (lake.data, lake.metadata_schema) == (mine, "gwr_build")
