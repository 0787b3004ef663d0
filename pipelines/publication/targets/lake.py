"""Where a DuckLake is, and how DuckDB gets at it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.publication.sql import literal
from pipelines.publication.targets.dsn import Dsn, parse_dsn
from pipelines.publication.targets.errors import TargetError

TARGET = "DuckLake"
_NO_INLINING = "data_inlining_row_limit 0"
"""Rows kept in the catalog lose the last digit of a number on the way there; those in Parquet do not."""
_STORES = {"s3": "httpfs", "gs": "httpfs", "gcs": "httpfs", "r2": "httpfs", "az": "azure", "azure": "azure"}


@dataclass(frozen=True, slots=True)
class Lake:
    """Where a DuckLake keeps its catalog (a PostgreSQL database, or a file) and its Parquet files."""

    dsn: Dsn | None
    file: str | None
    data: str
    extensions: tuple[str, ...] = field(default=("ducklake",))
    metadata_schema: str | None = None
    """Schema of the catalog's tables in its PostgreSQL database; None: the one that its user writes to."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that no message may hold."""
        return self.dsn.secrets if self.dsn else ()

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return self.dsn.place if self.dsn else str(self.file)


def parse_lake(catalog: str, data: str | None) -> Lake:
    """Where a lake is, from the settings: `postgres:` and a connection string, or the path of a DuckDB file
    (`sqlite:` and a path: of an SQLite file); and a folder, or the URL of an object store.

    Raises:
        TargetError: one of them is missing or of an unknown kind; the catalog's value is not shown.
    """
    if not data:
        raise TargetError(
            f"{TARGET}: GWR_DUCKLAKE_CATALOG is set, GWR_DUCKLAKE_DATA is not. Give it the folder, or the URL"
            " of the object store, for the lake's Parquet files"
        )
    scheme, is_url, _ = data.partition("://")
    if is_url and scheme not in _STORES:
        raise TargetError(f"{TARGET}: GWR_DUCKLAKE_DATA: {scheme}:// is none of {', '.join(sorted(_STORES))}")
    store = (_STORES[scheme],) if is_url else ()
    folder = data if is_url else f"{Path(data).resolve()}/"
    if re.match(r"postgres(ql)?:", catalog):
        text = catalog if re.match(r"postgres(ql)?://", catalog) else catalog.partition(":")[2]
        dsn = parse_dsn(text, "GWR_DUCKLAKE_CATALOG")
        return Lake(dsn, None, folder, ("postgres_scanner", "ducklake", *store))
    kind, _, path = catalog.rpartition(":")
    if kind not in {"", "sqlite"} or "://" in catalog:
        raise TargetError(
            f"{TARGET}: GWR_DUCKLAKE_CATALOG is of an unknown kind (its value is not shown). It is postgres: and"
            " a connection string, or the path of a file"
        )
    file = Path(path).resolve()
    scanner = ("sqlite_scanner",) if kind else ()
    return Lake(None, f"{kind}:{file}" if kind else str(file), folder, (*scanner, "ducklake", *store))


def attach_lake(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    """Attach a lake under a name; its login goes by a secret, never by the statement.

    Catalog and folder are made where they are not there yet.

    Raises:
        duckdb.Error: the catalog can't be reached, or refuses; the message may hold the login.
    """
    if lake.dsn is None:
        file = Path(str(lake.file).removeprefix("sqlite:"))
        file.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"attach {literal(f'ducklake:{lake.file}')} as {name}"
            f" (data_path {literal(lake.data)}, {_NO_INLINING})"
        )
        return
    connection.execute(lake.dsn.create_secret("catalog_login"))
    schema = f" metadata_schema {literal(lake.metadata_schema)}," if lake.metadata_schema else ""
    connection.execute(
        f"create or replace temporary secret lake (type ducklake, metadata_path {literal(lake.dsn.conninfo)},"
        f" data_path {literal(lake.data)},{schema}"
        " metadata_parameters map {'TYPE': 'postgres', 'SECRET': 'catalog_login'})"
    )
    connection.execute(f"attach if not exists 'ducklake:lake' as {name} ({_NO_INLINING})")
