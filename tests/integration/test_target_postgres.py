"""The published version in PostgreSQL: all of it, for readers only, one version at a time, or a clear error."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from pipelines.paths import Paths
from pipelines.publication.targets.dsn import parse_dsn
from pipelines.publication.targets.errors import TargetError, TargetUnavailableError
from pipelines.publication.targets.postgres import copy_to_postgres
from pipelines.publication.targets.source import Copied
from tests.conftest import RunGwr
from tests.integration.postgres import (
    BI_PASSWORD,
    BI_USER,
    WRITER,
    WRITER_PASSWORD,
    PostgresServer,
)
from tests.integration.published_versions import (
    Tables,
    comments_of,
    differences,
    publish_changed,
    tables_of,
)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def other(paths: Paths, first: Path) -> Path:
    """A version with fewer sectors and more rows in another table than the first one."""
    return publish_changed(
        paths,
        first,
        "other",
        "delete from dim_sectors where sector = 'marine'",
        "insert into dim_years by name select * replace (year + 1000 as year) from dim_years",
    )


class Copy:
    """Copies versions into one database."""

    def __init__(self, server: PostgresServer, database: str, extensions: Path) -> None:
        self.server, self.database, self.extensions = server, database, extensions

    def __call__(self, version: Path, *, dsn: str | None = None, **options: Any) -> Copied:
        return copy_to_postgres(
            version,
            parse_dsn(dsn or self.server.dsn(self.database), "GWR_POSTGRES_DSN"),
            options.pop("schema", "gwr"),
            extension_directory=self.extensions,
            attempts=options.pop("attempts", 1),
            **options,
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.server.connect(self.database) as session:
            return session.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def marts(postgres_server: PostgresServer, extensions: Path, first: Path) -> Copy:
    """A database that holds the first version; a test that copies another one puts the first one back."""
    copy = Copy(postgres_server, postgres_server.new_database("marts"), extensions)
    copied = copy(first)
    assert copied.changed
    with postgres_server.connect("marts") as session:
        session.execute(f"grant gwr_reader to {BI_USER}".encode())
    return copy


def copied_tables(copy: Copy) -> Tables:
    names = [name for (name,) in copy.rows("select tablename from pg_tables where schemaname = 'gwr'")]
    return {
        name: sorted(copy.rows(f"select * from gwr.{name}"), key=repr)
        for name in names
        if name != "publication"
    }


def test_every_table_is_there_row_for_row(marts: Copy, first: Path) -> None:
    expected = tables_of(first)
    assert len(expected) > 20
    assert sum(map(len, expected.values())) > 5000
    assert differences(copied_tables(marts), expected) == []
    [(version, tables, row_count)] = marts.rows("select version, tables, row_count from gwr.publication")
    assert (version, tables, row_count) == (first.name, sorted(expected), sum(map(len, expected.values())))


def test_comments_types_keys_and_indexes_are_carried_over(marts: Copy, first: Path) -> None:
    found = marts.rows(
        "select c.relname, a.attname, col_description(c.oid, a.attnum) from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
        " where c.relnamespace = 'gwr'::regnamespace and c.relkind = 'r' and c.relname <> 'publication'"
        " union all select relname, null, obj_description(oid) from pg_class"
        " where relnamespace = 'gwr'::regnamespace and relkind = 'r' and relname <> 'publication'"
    )
    assert {(table, column): comment for table, column, comment in found} == comments_of(first)
    types = dict(
        marts.rows(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'gwr' and table_name = 'fct_indicators'"
        )
    )
    wanted = {
        "year": "bigint",
        "obs_value": "double precision",
        "is_plain_yearly": "boolean",
        "fact_id": "text",
    }
    assert {name: types[name] for name in wanted} == wanted
    indexes = [
        line for (line,) in marts.rows("select indexdef from pg_indexes where tablename = 'fct_indicators'")
    ]
    for on in ("UNIQUE INDEX fct_indicators_pkey ", "(fact_id)", "(ref_area, year)", "(indicator_key)"):
        assert any(on in line for line in indexes), on
    assert not any(is_nullable for (is_nullable,) in marts.rows(
        "select is_nullable = 'YES' from information_schema.columns"
        " where table_schema = 'gwr' and table_name = 'fct_indicators' and column_name in ('fact_id', 'year')"
    ))  # fmt: skip


def test_a_reader_selects_and_does_nothing_else(marts: Copy) -> None:
    with marts.server.connect("marts") as session:
        session.execute("create schema private")
        session.execute("create table private.wages (yuan int)")
        [(may_log_in,)] = session.execute(
            "select rolcanlogin from pg_roles where rolname = 'gwr_reader'"
        ).fetchall()
    assert not may_log_in
    with marts.server.connect("marts", BI_USER, BI_PASSWORD) as reader:
        assert reader.execute("select count(*) from gwr.dim_sectors").fetchone() == (17,)
        assert reader.execute("select count(*) from gwr.publication").fetchone() == (1,)
        for forbidden in (
            "create table gwr.mine (a int)",
            "create view gwr.mine as select 1",
            "create schema mine",
            "insert into gwr.dim_sectors select * from gwr.dim_sectors",
            "update gwr.publication set version = 'mine'",
            "delete from gwr.dim_sectors",
            "truncate gwr.dim_sectors",
            "create index on gwr.dim_sectors (sector)",
            "comment on table gwr.dim_sectors is 'mine'",
            "select * from private.wages",
            "create role mine",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                reader.execute(forbidden.encode())


def test_the_same_version_is_not_copied_again_unless_forced(marts: Copy, first: Path) -> None:
    written = "select xmin::text, copied_at from gwr.publication"
    before = marts.rows(written)
    assert not marts(first).changed
    assert marts.rows(written) == before
    assert marts(first, force=True).changed
    assert marts.rows(written) != before


class Reader(threading.Thread):
    """Asks again and again which version there is and how many rows of two tables; keeps each answer."""

    ASK = (
        "select (select version from gwr.publication), (select count(*) from gwr.dim_sectors),"
        " (select count(*) from gwr.dim_years)"
    )

    def __init__(self, copy: Copy, isolation: psycopg.IsolationLevel) -> None:
        super().__init__()
        self.copy, self.isolation = copy, isolation
        self.seen: set[tuple[Any, ...]] = set()
        self.slowest = 0.0
        self.asked = 0
        self.ended = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with self.copy.server.connect("marts", BI_USER, BI_PASSWORD) as session:
                session.autocommit = False
                session.isolation_level = self.isolation
                while not self.ended.is_set():
                    started = time.monotonic()
                    self.seen.add(self.answer(session))
                    self.slowest = max(self.slowest, time.monotonic() - started)
                    self.asked += 1
                    session.rollback()
        except psycopg.Error as error:
            self.error = error

    def answer(self, session: psycopg.Connection[Any]) -> tuple[Any, ...]:
        if self.isolation is psycopg.IsolationLevel.READ_COMMITTED:
            return tuple(session.execute(self.ASK.encode()).fetchone() or ())
        found: list[Any] = []
        for part in ("select version", "sectors", "years"):
            source = (
                "version from gwr.publication"
                if part == "select version"
                else f"count(*) from gwr.dim_{part}"
            )
            found += session.execute(f"select {source}".encode()).fetchone() or ()
            time.sleep(0.02)
        return tuple(found)


def test_readers_see_one_whole_version_while_copies_come_and_go(
    marts: Copy, first: Path, other: Path
) -> None:
    counts = {
        (version.name, len(tables["dim_sectors"]), len(tables["dim_years"]))
        for version, tables in ((version, tables_of(version)) for version in (first, other))
    }
    levels = (psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ)
    readers = [Reader(marts, level) for level in levels]
    for reader in readers:
        reader.start()
    for version in (other, first, other, first):
        assert marts(version).changed
    for reader in readers:
        reader.ended.set()
        reader.join()
        assert reader.error is None
        assert reader.seen == counts, reader.isolation
        assert reader.asked > 20
        assert reader.slowest < 2, "a reader was kept waiting by a copy"


def test_what_is_published_no_longer_is_dropped_and_what_others_made_stays(
    marts: Copy, first: Path, paths: Paths
) -> None:
    with marts.server.connect("marts") as session:
        session.execute("create table gwr.notes as select 1 as note")
        session.execute("create view public.sectors as select sector from gwr.dim_sectors")
    narrow = publish_changed(
        paths,
        first,
        "narrow",
        "drop table rpt_quarantine",
        "alter table dim_years add column is_odd boolean",
        "create table dim_words as select ['a', null, 'b'] as words, 1.5::decimal(6, 2) as share,"
        " timestamp '2026-01-22 08:00:00' as at",
        "insert into dim_sectors by name select * replace ('new' as sector) from dim_sectors where sector = 'marine'",
    )
    try:
        assert marts(narrow).changed
        found = copied_tables(marts)
        assert found.pop("notes") == [(1,)]
        assert differences(found, tables_of(narrow)) == []
        assert ("new",) in marts.rows("select sector from public.sectors")
        with marts.server.connect("marts", BI_USER, BI_PASSWORD) as reader:
            assert reader.execute("select words from gwr.dim_words").fetchone() == (["a", None, "b"],)
            assert reader.execute("select count(is_odd) from gwr.dim_years").fetchone() == (0,)
            with pytest.raises(errors.InsufficientPrivilege):
                reader.execute("select * from gwr.notes")
    finally:
        marts(first)
        with marts.server.connect("marts") as session:
            session.execute("drop view public.sectors")
            session.execute("drop table gwr.notes")
    assert differences(copied_tables(marts), tables_of(first)) == []


def test_a_failure_in_the_middle_leaves_the_version_before(marts: Copy, first: Path, paths: Paths) -> None:
    double = publish_changed(paths, first, "double", "insert into dim_sectors from dim_sectors")
    with pytest.raises(TargetError, match="duplicate key") as failed:
        marts(double)
    assert not isinstance(failed.value, TargetUnavailableError)
    assert differences(copied_tables(marts), tables_of(first)) == []


def test_a_view_on_a_table_whose_columns_change_is_named_and_not_dropped(
    marts: Copy, first: Path, paths: Paths
) -> None:
    wider = publish_changed(paths, first, "wider", "alter table dim_units add column extra varchar")
    with marts.server.connect("marts") as session:
        session.execute("create view public.my_units as select unit from gwr.dim_units")
    try:
        with pytest.raises(TargetError, match=r"view my_units depends on table"):
            marts(wider)
        assert differences(copied_tables(marts), tables_of(first)) == []
    finally:
        with marts.server.connect("marts") as session:
            session.execute("drop view public.my_units")


@pytest.fixture
def without_reader_role(postgres_server: PostgresServer) -> Iterator[None]:
    with postgres_server.connect("postgres") as session:
        session.execute("alter role gwr_reader rename to set_aside")
        session.execute(f"alter role {WRITER} nocreaterole".encode())
        yield
        session.execute(f"alter role {WRITER} createrole".encode())
        session.execute("drop role if exists gwr_reader")
        session.execute("alter role set_aside rename to gwr_reader")


def test_who_may_not_create_roles_is_told_what_to_run(
    marts: Copy, first: Path, without_reader_role: None, extensions: Path
) -> None:
    copy = Copy(marts.server, marts.server.new_database("poor"), extensions)
    with pytest.raises(TargetError, match="An administrator runs once: create role gwr_reader nologin;"):
        copy(first)
    with marts.server.connect("poor") as session:
        session.execute("create role gwr_reader nologin")
        session.execute(f"alter database poor owner to {BI_USER}".encode())
    with pytest.raises(TargetError, match="create schema gwr authorization writer;") as failed:
        copy(first)
    with marts.server.connect("poor") as session:
        session.execute(str(failed.value).split("runs once: ")[1].encode())
    assert copy(first).changed
    with marts.server.connect("postgres") as session:
        session.execute("drop database poor")


def test_a_schema_of_somebody_else_is_left_alone(marts: Copy, first: Path) -> None:
    with marts.server.connect("marts", WRITER, WRITER_PASSWORD) as session:
        session.execute("create schema theirs create table dim_sectors (a int)")
    with pytest.raises(TargetError, match="the schema theirs holds tables that gwr did not make"):
        marts(first, schema="theirs")
    assert marts.rows("select count(*) from theirs.dim_sectors") == [(0,)]
    with pytest.raises(TargetError, match="can't be public"):
        marts(first, schema="public")


def test_a_wrong_password_is_said_at_once_and_not_shown(marts: Copy, first: Path) -> None:
    secret = "Zq8-not-the-password"
    started = time.monotonic()
    with pytest.raises(TargetError, match='password authentication failed for user "writer"') as failed:
        marts(first, dsn=marts.server.dsn("marts", password=secret), attempts=5)
    assert time.monotonic() - started < 5
    error: BaseException | None = failed.value
    while error is not None:
        assert secret not in repr(error)
        error = error.__cause__ or error.__context__


def test_a_server_that_restarts_in_the_middle_gets_the_whole_copy(
    marts: Copy, first: Path, other: Path
) -> None:
    server = marts.server
    blocker = server.connect("marts")
    blocker.autocommit = False
    blocker.execute("lock table gwr.fct_indicators in exclusive mode")
    done: list[Copied | Exception] = []

    def work() -> None:
        try:
            done.append(marts(other, attempts=5))
        except TargetError as error:
            done.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    waiting = (
        "select count(*) from pg_stat_activity where application_name = 'gwr' and wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 20
    while marts.rows(waiting) == [(0,)] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert marts.rows(waiting) == [(1,)], "the copy is not in the middle of its transaction"
    server.stop()
    server.start()
    worker.join(timeout=60)
    [copied] = done
    assert isinstance(copied, Copied), copied
    assert copied.changed
    assert differences(copied_tables(marts), tables_of(other)) == []
    assert marts.rows("select version from gwr.publication") == [(other.name,)]
    marts(first)


def test_a_server_that_is_down_is_asked_again_and_then_said_to_be_down(
    marts: Copy, first: Path, paths: Paths, run_gwr: RunGwr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_POSTGRES_DSN", marts.server.dsn("marts"))
    monkeypatch.setenv("GWR_TARGET_ATTEMPTS", "2")
    marts.server.stop()
    try:
        done = run_gwr("push", "--data", paths.data)
    finally:
        marts.server.start()
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"PostgreSQL at 127.0.0.1:{marts.server.port}/marts: " in done.stderr
    assert "Connection refused" in done.stderr
    assert "Once it is mended (docs/targets.md): gwr push --target postgres" in done.stderr
    assert said.count("retry_scheduled") == 1
    assert WRITER_PASSWORD not in said
    assert marts.server.dsn("marts") not in said
    assert differences(copied_tables(marts), tables_of(first)) == []
    assert run_gwr("push", "--data", paths.data).returncode == 0
