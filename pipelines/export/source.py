"""The published tables as an export reads them: rows, columns, meanings, version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import duckdb
import polars as pl

from pipelines.export.errors import ExportError
from pipelines.publication.sql import literal
from pipelines.publication.version_manifest import read_version_manifest

ROWS_AT_A_TIME = 10_000
DATAFLOW = "DATAFLOW"
SDMX_SHAPE = frozenset({DATAFLOW, "TIME_PERIOD", "OBS_VALUE"})
"""Columns by which a table is known to stand under SDMX concept names."""

_PUBLISHED = "database_name = current_database() and schema_name = 'main' and not internal"
_DESCRIPTION = re.compile(
    r"(?P<holds>.*?)\s*\bGrain: (?P<grain>.*?)\.\s(?P<more>.*?)\s*Answers: (?P<answers>.*)", re.S
)


@dataclass(frozen=True, slots=True)
class MartColumn:
    """A column: name, DuckDB type, meaning, whether it is never null."""

    name: str
    data_type: str
    description: str
    required: bool


@dataclass(frozen=True, slots=True)
class Mart:
    """A published table. `grain` and `answers` are empty where its description does not state them."""

    name: str
    holds: str
    grain: str
    answers: str
    columns: tuple[MartColumn, ...]

    @property
    def has_sdmx_shape(self) -> bool:
        """Whether its columns are SDMX concepts."""
        return {column.name for column in self.columns} >= SDMX_SHAPE


@dataclass(frozen=True, slots=True)
class PublishedAs:
    """What readers have open: the version, and the release of this project that made it; None where unknown."""

    version: str | None
    release: str | None


def published_as(database: Path) -> PublishedAs:
    """The version of a published DuckDB file, from the `manifest.json` beside it."""
    manifest = read_version_manifest(database.resolve().parent)
    return PublishedAs(manifest.version, manifest.code.gwr) if manifest else PublishedAs(None, None)


@contextmanager
def open_published(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published DuckDB file, read-only, and no other file.

    Raises:
        ExportError: there is none, or DuckDB can't read it.
    """
    if not database.exists():
        raise ExportError(f"{database} does not exist: nothing is published yet. Run: gwr build")
    # Attached, so that this process may have the file open in another way as well.
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        try:
            # Resolved once: a version that is switched meanwhile stays the one that is read.
            connection.execute(f"attach {literal(str(database.resolve()))} as published (read_only)")
        except duckdb.Error as error:
            raise ExportError(f"{database} can't be opened: {error}") from error
        connection.execute("use published.main")
        connection.execute("set enable_external_access = false")
        yield connection


def _mart(name: str, comment: str, columns: Sequence[MartColumn]) -> Mart:
    found = _DESCRIPTION.fullmatch(comment)
    if found is None:
        return Mart(name, comment, "", "", tuple(columns))
    holds = " ".join(part for part in (found["holds"], found["more"]) if part)
    return Mart(name, holds, found["grain"], found["answers"], tuple(columns))


def published_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, Mart]:
    """Name -> table, for all that is published, ordered by name."""
    columns: dict[str, list[MartColumn]] = {}
    for table, *column in connection.execute(
        "select table_name, column_name, data_type, coalesce(comment, ''), not is_nullable"
        f" from duckdb_columns() where {_PUBLISHED} order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(MartColumn(*column))
    tables = connection.execute(
        f"select table_name, coalesce(comment, '') from duckdb_tables() where {_PUBLISHED} order by table_name"
    ).fetchall()
    return {name: _mart(name, comment, columns[name]) for name, comment in tables}


class Published:
    """Published tables that are open: for several exports, what opens them and describes them is done once.

    Attributes:
        connection: one to a published DuckDB file.
        file: that file.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path) -> None:
        """Take a connection of `open_published`."""
        self.connection = connection
        self.file = file

    @cached_property
    def marts(self) -> dict[str, Mart]:
        """Name -> table; see `published_marts`."""
        return published_marts(self.connection)


@contextmanager
def open_tables(database: Path | Published) -> Iterator[Published]:
    """The tables of a published DuckDB file; those that are open already stay open.

    Raises:
        ExportError: there is no file, or DuckDB can't read it.
    """
    if isinstance(database, Published):
        yield database
        return
    with open_published(database) as connection:
        yield Published(connection, database)


def chosen_marts(published: Published, names: Sequence[str]) -> tuple[Mart, ...]:
    """The tables of these names, in this order, each once.

    Raises:
        ExportError: no table has one of the names.
    """
    known = published.marts
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ExportError(f"no published table is called {', '.join(unknown)}. There are: {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(names))


class Rows:
    """The rows of a table that a filter lets through, in the order of its grain.

    Attributes:
        count: how many there are.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, mart: Mart, where: str | None) -> None:
        """Count the rows of a table, or those that a condition in DuckDB's SQL holds for.

        Raises:
            ExportError: the filter is no condition on this table.
        """
        relation = connection.table(mart.name)
        try:
            self._relation = relation.filter(where) if where else relation
            counted = self._relation.count("*").fetchone()
        except duckdb.Error as error:
            raise ExportError(f"{mart.name}: the filter {where!r} does not work: {error}") from error
        self.count = int(counted[0]) if counted else 0

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, some thousand at a time."""
        while batch := self._relation.fetchmany(ROWS_AT_A_TIME):
            yield batch

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows as frames, some thousand at a time."""
        for batch in self._relation.to_arrow_reader(ROWS_AT_A_TIME):
            yield cast(pl.DataFrame, pl.from_arrow(batch))
