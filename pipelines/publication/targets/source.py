"""The published version, as a target copies it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.publication.sql import literal
from pipelines.publication.targets.errors import TargetError
from pipelines.publication.versions import current_version

SOURCE = "published"
"""Name under which the version is attached."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column: name, DuckDB type, whether it is never null, meaning."""

    name: str
    data_type: str
    required: bool
    comment: str


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A published table: name, meaning, columns in order, primary key (empty where it has none)."""

    name: str
    comment: str
    columns: tuple[SourceColumn, ...]
    primary_key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Its columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did: the version, whether anything was written, and rows of each table."""

    version: str
    changed: bool
    rows: dict[str, int]


def published_version(published: Path) -> Path:
    """The folder of the version that readers see.

    Raises:
        TargetError: nothing is published yet.
    """
    version = current_version(published)
    if version is None:
        raise TargetError(f"nothing is published in {published} yet. Run: gwr build")
    return version


def attach_source(connection: duckdb.DuckDBPyConnection, version: Path) -> tuple[SourceTable, ...]:
    """Attach a version read-only as `published`, and describe its tables, ordered by name."""
    connection.execute(f"attach {literal(str(version / 'warehouse.duckdb'))} as {SOURCE} (read_only)")
    package = json.loads((version / "datapackage.json").read_text(encoding="utf-8"))
    keys = {
        resource["name"]: tuple(resource["schema"].get("primaryKey", ())) for resource in package["resources"]
    }
    columns: dict[str, list[SourceColumn]] = {}
    for table, column, data_type, required, comment in connection.execute(
        "select table_name, column_name, data_type, not is_nullable, comment from duckdb_columns()"
        f" where database_name = '{SOURCE}' and schema_name = 'main' order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(SourceColumn(column, data_type, required, comment or ""))
    tables = connection.execute(
        "select table_name, comment from duckdb_tables()"
        f" where database_name = '{SOURCE}' and schema_name = 'main' order by table_name"
    ).fetchall()
    return tuple(
        SourceTable(name, comment or "", tuple(columns[name]), keys.get(name, ())) for name, comment in tables
    )


def count_rows(connection: duckdb.DuckDBPyConnection, tables: tuple[SourceTable, ...]) -> dict[str, int]:
    """Rows of each table of the attached version."""
    counts = {}
    for table in tables:
        found = connection.execute(f'select count(*) from {SOURCE}.main."{table.name}"').fetchone()
        counts[table.name] = int(found[0]) if found else 0
    return counts
