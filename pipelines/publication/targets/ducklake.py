"""The published version in a DuckLake: each version one snapshot, so that earlier ones can be asked as well."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from pipelines.publication.sql import literal, quoted
from pipelines.publication.targets.apart import copy_apart, transaction
from pipelines.publication.targets.errors import TargetError, with_retries
from pipelines.publication.targets.extensions import connect_with
from pipelines.publication.targets.lake import TARGET, Lake, attach_lake
from pipelines.publication.targets.source import (
    SOURCE,
    Copied,
    SourceColumn,
    SourceTable,
    attach_source,
    count_rows,
)

AUTHOR = "gwr"
PUBLICATION = "publication"
GRACE_DAYS = 1
"""Days that files of an expired snapshot stay, for readers who still have it open."""
_ADVICE = "Readers there keep what they had. Once it is mended (docs/targets.md): gwr push --target ducklake"


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[tuple[str, str, bool], ...]]:
    """Table -> name, type and never-null of each column, of what the lake holds now."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for table, *column in connection.execute(
        "select table_name, column_name, data_type, not is_nullable from duckdb_columns()"
        " where database_name = 'target' and schema_name = 'main' order by table_name, column_index"
    ).fetchall():
        name, kind, required = column
        found.setdefault(table, []).append((name, kind, required))
    return {table: tuple(columns) for table, columns in found.items()}


def _differs(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a row stands on one side only, or more often there."""
    new, old = f"from {SOURCE}.main.{quoted(table)}", f"from target.main.{quoted(table)}"
    found = connection.execute(
        f"select exists ({new} except all {old}) or exists ({old} except all {new})"
    ).fetchone()
    return bool(found and found[0])


def _set_comments(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
    """Carry over the meanings that the lake has not or has differently."""
    where = "where database_name = 'target' and schema_name = 'main' and table_name = ?"
    said = connection.execute(f"select comment from duckdb_tables() {where}", [table.name]).fetchone()
    name = f"target.main.{quoted(table.name)}"
    if said is None or (said[0] or "") != table.comment:
        connection.execute(f"comment on table {name} is {literal(table.comment)}")
    there = dict(
        connection.execute(
            f"select column_name, comment from duckdb_columns() {where}", [table.name]
        ).fetchall()
    )
    for column in table.columns:
        if (there.get(column.name) or "") != column.comment:
            connection.execute(f"comment on column {name}.{quoted(column.name)} is {literal(column.comment)}")


def _write_table(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, there: tuple[tuple[str, str, bool], ...] | None
) -> None:
    name = f"target.main.{quoted(table.name)}"
    wanted = tuple((column.name, column.data_type, column.required) for column in table.columns)
    if there != wanted:
        columns = ", ".join(
            f"{quoted(column)} {kind}{' not null' if required else ''}" for column, kind, required in wanted
        )
        connection.execute(f"drop table if exists {name}")
        connection.execute(f"create table {name} ({columns})")
    elif not _differs(connection, table.name):
        _set_comments(connection, table)
        return
    else:
        connection.execute(f"delete from {name}")
    connection.execute(f"insert into {name} from {SOURCE}.main.{quoted(table.name)}")
    _set_comments(connection, table)


def _recorded(connection: duckdb.DuckDBPyConnection, there: set[str]) -> tuple[str | None, list[str]]:
    """The version that the lake holds and the tables that came with it.

    Raises:
        TargetError: the lake holds tables that gwr did not make.
    """
    if PUBLICATION not in there:
        if there:
            raise TargetError(
                f"{TARGET}: the lake holds tables that gwr did not make; nothing was changed. Give"
                " GWR_DUCKLAKE_CATALOG a catalog of its own"
            )
        return None, []
    found = connection.execute(f"select version, tables from target.main.{PUBLICATION}").fetchone()
    return (found[0], found[1]) if found else (None, [])


def _record(connection: duckdb.DuckDBPyConnection, version: str, rows: dict[str, int]) -> None:
    name = f"target.main.{PUBLICATION}"
    connection.execute(
        f"create table if not exists {name} (version varchar not null, tables varchar[] not null,"
        " row_count bigint not null)"
    )
    connection.execute(f"delete from {name}")
    connection.execute(f"insert into {name} values (?, ?, ?)", [version, list(rows), sum(rows.values())])
    publication = SourceTable(
        PUBLICATION,
        "The version that this lake holds, as `gwr published` names it. Grain: one row.",
        (
            SourceColumn("version", "VARCHAR", True, "Name of the published version, made from its content."),
            SourceColumn("tables", "VARCHAR[]", True, "Tables that were copied. Others are not ours."),
            SourceColumn("row_count", "BIGINT", True, "Rows of all tables."),
        ),
        (),
    )
    _set_comments(connection, publication)


def _expire(connection: duckdb.DuckDBPyConnection, keep: int, grace_days: int) -> None:
    """Forget all but the newest snapshots, and remove files that no snapshot has needed for some days."""
    old = connection.execute(
        "select snapshot_id from ducklake_snapshots('target') order by snapshot_id desc offset ?", [keep]
    ).fetchall()
    if old:
        versions = ", ".join(str(number) for (number,) in old)
        connection.execute(f"call ducklake_expire_snapshots('target', versions => [{versions}])")
    connection.execute(
        f"call ducklake_cleanup_old_files('target', older_than => now() - interval {grace_days} day)"
    )


def _commit_version(
    connection: duckdb.DuckDBPyConnection, version: str, tables: tuple[SourceTable, ...], *, force: bool
) -> Copied:
    rows = count_rows(connection, tables)
    there = _columns(connection)
    before, ours = _recorded(connection, set(there))
    if before == version and not force and set(rows) <= set(there):
        return Copied(version, changed=False, rows=rows)
    for name in sorted(set(ours) - set(rows)):
        connection.execute(f"drop table if exists target.main.{quoted(name)}")
    for table in tables:
        _write_table(connection, table, there.get(table.name))
    _record(connection, version, rows)
    connection.execute(
        f"call ducklake_set_commit_message('target', {literal(AUTHOR)}, {literal(f'version {version}')},"
        f" extra_info => {literal(version)})"
    )
    return Copied(version, changed=True, rows=rows)


def _copy(
    version: Path,
    lake: Lake,
    extension_directory: Path,
    keep_snapshots: int | None,
    grace_days: int,
    *,
    force: bool,
) -> Copied:
    with connect_with(lake.extensions, extension_directory) as connection:
        tables = attach_source(connection, version)
        attach_lake(connection, lake, "target")
        with transaction(connection):
            copied = _commit_version(connection, version.name, tables, force=force)
        if keep_snapshots is not None:
            _expire(connection, keep_snapshots, grace_days)
        return copied


def copy_to_ducklake(
    version: Path,
    lake: Lake,
    *,
    extension_directory: Path,
    attempts: int,
    keep_snapshots: int | None = None,
    grace_days: int = GRACE_DAYS,
    force: bool = False,
) -> Copied:
    """Commit a published version to a DuckLake as one snapshot, whose message names it.

    Only tables with another content are written. A version that the lake holds already makes no snapshot.

    Args:
        version: folder of the published version.
        lake: where catalog and data are; both are made where they are not there yet.
        extension_directory: where DuckDB keeps its extensions.
        attempts: how often it is tried while the catalog's server can't be reached.
        keep_snapshots: how many of the newest snapshots stay; None keeps all.
        grace_days: days that files of an expired snapshot stay.
        force: compare and write even if the lake says that it holds the version.

    Raises:
        TargetUnavailableError: no attempt reached the catalog's server.
        TargetError: DuckLake refused. The lake is as it was in both cases.
    """

    work = partial(_copy, version, lake, extension_directory, keep_snapshots, grace_days, force=force)
    target = f"{TARGET} at {lake.place}"
    return with_retries(target, lake.secrets, attempts, _ADVICE, lambda: copy_apart(target, work))
