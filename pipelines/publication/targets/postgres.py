"""The published version in a schema of PostgreSQL, replaced in one transaction.

Rows are deleted and inserted, and a table is made anew only where its columns changed: readers are never
blocked, see the old version until the commit at every isolation level, and keep their own views and grants.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publication.sql import literal, quoted
from pipelines.publication.targets import postgres_schema as ddl
from pipelines.publication.targets.apart import copy_apart, transaction
from pipelines.publication.targets.dsn import Dsn
from pipelines.publication.targets.errors import TargetError, with_retries
from pipelines.publication.targets.extensions import connect_with
from pipelines.publication.targets.source import SOURCE, Copied, SourceTable, attach_source, count_rows

TARGET = "PostgreSQL"
_LOCK_TIMEOUT = "60s"
_ADVICE = "Readers there keep what they had. Once it is mended (docs/targets.md): gwr push --target postgres"


class _Session:
    """One connection of DuckDB to the server, inside one transaction of it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, schema: str) -> None:
        self.connection = connection
        self.schema = schema

    def run(self, statements: str) -> None:
        self.connection.execute(f"call postgres_execute('target', {literal(statements)})")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(f"from postgres_query('target', {literal(query)})").fetchall()

    def value(self, expression: str) -> Any:
        return self.rows(f"select {expression}")[0][0]


def _need_reader_role(session: _Session) -> None:
    if session.value(f"exists (select from pg_roles where rolname = '{ddl.READER_ROLE}')"):
        return
    if session.value("(select rolcreaterole or rolsuper from pg_roles where rolname = current_user)"):
        session.run(f"create role {ddl.READER_ROLE} nologin")
        return
    raise TargetError(
        f"{TARGET}: the role {ddl.READER_ROLE} is missing, and the user of GWR_POSTGRES_DSN may not create roles."
        f" An administrator runs once: create role {ddl.READER_ROLE} nologin;"
    )


def _need_schema(session: _Session) -> None:
    """The schema is there and ours: made by an earlier copy, made now, or empty."""
    schema = session.schema
    if session.value(f"to_regnamespace('{schema}') is null"):
        if not session.value("has_database_privilege(current_database(), 'create')"):
            user = session.value("quote_ident(current_user)")
            raise TargetError(
                f"{TARGET}: the schema {schema} is missing, and the user of GWR_POSTGRES_DSN may not create it."
                f" An administrator runs once: create schema {schema} authorization {user};"
            )
        session.run(f"create schema {schema}")
    if session.value(f"to_regclass('{schema}.{ddl.PUBLICATION}') is not null"):
        return
    if session.value(f"exists (select from pg_class where relnamespace = '{schema}'::regnamespace)"):
        raise TargetError(
            f"{TARGET}: the schema {schema} holds tables that gwr did not make; nothing was changed. Give"
            " GWR_POSTGRES_SCHEMA the name of a schema that is empty or not there yet"
        )
    session.run(ddl.create_publication(schema))


def _structures(session: _Session) -> dict[str, ddl.Structure]:
    """Table -> columns, of what the schema holds now."""
    found: dict[str, list[tuple[str, str, bool, bool]]] = {}
    for table, *column in session.rows(
        "select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " coalesce(a.attnum = any(i.indkey), false)"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " left join pg_index i on i.indrelid = c.oid and i.indisprimary"
        f" where c.relnamespace = '{session.schema}'::regnamespace and c.relkind = 'r'"
        " and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum"
    ):
        name, kind, required, is_key = column
        found.setdefault(table, []).append((name, kind, required, is_key))
    return {table: tuple(columns) for table, columns in found.items()}


def _make_tables(session: _Session, tables: tuple[SourceTable, ...], ours: list[str]) -> None:
    """Tables with the right columns, without rows; what is published no longer is dropped."""
    there = _structures(session)
    for name in sorted(set(ours) - {table.name for table in tables}):
        session.run(f"drop table if exists {session.schema}.{quoted(name)}")
    for table in tables:
        name = f"{session.schema}.{quoted(table.name)}"
        if there.get(table.name) == ddl.structure(table):
            session.run(f"delete from {name}")
            continue
        if table.name in there:
            session.run(f"drop table {name}")
        session.run(ddl.create_table(session.schema, table))


def _replace(session: _Session, version: str, tables: tuple[SourceTable, ...], *, force: bool) -> Copied:
    schema, connection = session.schema, session.connection
    session.run(
        f"set local lock_timeout = '{_LOCK_TIMEOUT}'; select pg_advisory_xact_lock({ddl.lock_key(schema)})"
    )
    _need_reader_role(session)
    _need_schema(session)
    rows = count_rows(connection, tables)
    recorded = session.rows(f"select version, tables from {schema}.{ddl.PUBLICATION}")
    before, ours = recorded[0] if recorded else (None, [])
    if before == version and not force and set(rows) <= set(_structures(session)):
        return Copied(version, changed=False, rows=rows)
    _make_tables(session, tables, ours)
    connection.execute("call pg_clear_cache()")
    for table in tables:
        columns = ", ".join(map(quoted, table.column_names))
        connection.execute(
            f"insert into target.{schema}.{quoted(table.name)} ({columns})"
            f" select {columns} from {SOURCE}.main.{quoted(table.name)}"
        )
        session.run(f"{ddl.comments(schema, table)}; analyze {schema}.{quoted(table.name)}")
    session.run(ddl.record_publication(schema, version, rows))
    session.run(ddl.grants(schema, [*rows, ddl.PUBLICATION]))
    if not session.value(f"has_schema_privilege('{ddl.READER_ROLE}', '{schema}', 'usage')"):
        raise TargetError(
            f"{TARGET}: the user of GWR_POSTGRES_DSN does not own the schema {schema} and can't let others read"
            f" it. An administrator runs once: grant usage on schema {schema} to {ddl.READER_ROLE};"
        )
    return Copied(version, changed=True, rows=rows)


def _copy(version: Path, dsn: Dsn, schema: str, extension_directory: Path, *, force: bool) -> Copied:
    with connect_with(["postgres_scanner"], extension_directory) as connection:
        tables = attach_source(connection, version)
        connection.execute(dsn.create_secret("target_login"))
        # At read committed, a copy that waited for another one sees what that one wrote.
        connection.execute(
            f"attach {literal(dsn.conninfo)} as target"
            " (type postgres, secret target_login, isolation_level 'read committed')"
        )
        with transaction(connection):
            return _replace(_Session(connection, schema), version.name, tables, force=force)


def copy_to_postgres(
    version: Path,
    dsn: Dsn,
    schema: str,
    *,
    extension_directory: Path,
    attempts: int,
    force: bool = False,
) -> Copied:
    """Replace a schema's tables by those of a published version, all in one transaction.

    Tables carry their comments, primary keys and indexes; the role `gwr_reader` may select from them. A
    table that is published no longer is dropped; one that somebody else made is left alone. A version that
    is there already is not copied again.

    Args:
        version: folder of the published version; its name goes into the table `publication`.
        dsn: the database, and who writes.
        schema: a name of lower-case letters, digits and underscores.
        extension_directory: where DuckDB keeps its extensions.
        attempts: how often it is tried while the server can't be reached.
        force: copy even if the version is there already.

    Raises:
        TargetUnavailableError: no attempt reached the server.
        TargetError: the server refused, or the schema is not ours. The schema is as it was in both cases.
    """
    if schema in {"public", "information_schema"} or schema.startswith("pg_"):
        raise TargetError(
            f"{TARGET}: GWR_POSTGRES_SCHEMA can't be {schema}: give the copy a schema of its own"
        )

    work = partial(_copy, version, dsn, schema, extension_directory, force=force)
    target = f"{TARGET} at {dsn.place}"
    return with_retries(target, dsn.secrets, attempts, _ADVICE, lambda: copy_apart(target, work))
