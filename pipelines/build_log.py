"""What each build changed since all rows were built last, kept in the build database.

A build is written down before dbt starts, so that rows of one that was killed count as changed. Where what it
changes is not known (all rows are built, or another program wrote the database), the log begins anew: nobody
can say then what changed since an earlier build.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

_BUILD, _DOCUMENT, _PLACE = "build", "document", "place"


@dataclass(frozen=True, slots=True)
class Changed:
    """What some builds changed: the rows of these documents and of these places, and no others."""

    documents: frozenset[str]
    places: frozenset[str]


def begin_log(database: duckdb.DuckDBPyConnection) -> None:
    """Forget all builds, and write down one of which it is not known what it changes."""
    forget_log(database)
    database.execute("create schema builds")
    database.execute("create table builds.log (number integer, kind varchar, name varchar)")
    _write(database, 1, [])


def forget_log(database: duckdb.DuckDBPyConnection) -> None:
    """Forget all builds."""
    database.execute("drop schema if exists builds cascade")


def log_build(database: duckdb.DuckDBPyConnection, documents: Iterable[str], places: Iterable[str]) -> None:
    """Write down a build that changes the rows of these documents and places only."""
    if not _has_log(database, "current_database()"):
        begin_log(database)
        return
    (number,) = database.execute("select max(number) + 1 from builds.log").fetchone() or (1,)
    _write(
        database, number, [*((_DOCUMENT, name) for name in documents), *((_PLACE, name) for name in places)]
    )


def last_build(database: duckdb.DuckDBPyConnection, catalog: str) -> str | None:
    """The name of the last build of an attached build database; None where it has no log."""
    if not _has_log(database, f"'{catalog}'"):
        return None
    found = database.execute(
        f"select name from {catalog}.builds.log where kind = ? order by number desc limit 1", [_BUILD]
    ).fetchone()
    return str(found[0]) if found else None


def changed_since(database: duckdb.DuckDBPyConnection, catalog: str, build: str) -> Changed | None:
    """What the builds after one changed; None where the log does not know that one.

    Args:
        database: a connection.
        catalog: what the build database is attached as.
        build: a build, as `last_build` named it.
    """
    if not _has_log(database, f"'{catalog}'"):
        return None
    log = f"{catalog}.builds.log"
    then = database.execute(
        f"select number from {log} where kind = ? and name = ?", [_BUILD, build]
    ).fetchone()
    if then is None:
        return None
    after = database.execute(f"select kind, name from {log} where number > ?", [then[0]]).fetchall()
    return Changed(
        documents=frozenset(name for kind, name in after if kind == _DOCUMENT),
        places=frozenset(name for kind, name in after if kind == _PLACE),
    )


def _has_log(database: duckdb.DuckDBPyConnection, catalog: str) -> bool:
    found = database.execute(
        "select count(*) from duckdb_tables() where schema_name = 'builds' and table_name = 'log'"
        f" and database_name = {catalog}"
    ).fetchone()
    return found == (1,)


def _write(database: duckdb.DuckDBPyConnection, number: int, changed: list[tuple[str, str]]) -> None:
    # A name that no other build has, so that a log that began anew is not taken for the one before it.
    rows = [(_BUILD, uuid.uuid4().hex), *changed]
    database.execute(
        "insert into builds.log select ?, unnest(?::varchar[]), unnest(?::varchar[])",
        [number, [kind for kind, _ in rows], [name for _, name in rows]],
    )
