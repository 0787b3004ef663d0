"""Where the DuckLake of builds is, derived from where the readers' one is."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.publication.targets.errors import TargetError
from pipelines.publication.targets.lake import TARGET, Lake, parse_lake
from pipelines.settings import Settings

DATABASE = "warehouse"
"""Name that dbt's models have it by: that of the build database, so that both targets make the same SQL."""
METADATA_SCHEMA = "gwr_build"
EXTENSIONS = "GWR_DUCKDB_EXTENSIONS"
"""Environment variable of a dbt: where DuckDB keeps the extensions that it loads."""


def builds_in_lake(settings: Settings) -> bool:
    """Whether dbt builds in a DuckLake instead of a file of this machine."""
    return settings.build_target == "ducklake"


def build_lake(settings: Settings) -> Lake:
    """The DuckLake that dbt builds in: schema `gwr_build` of the catalog's database, `<data>-build/`.

    Raises:
        TargetError: `GWR_DUCKLAKE_CATALOG` is no PostgreSQL database, or `GWR_DUCKLAKE_DATA` no folder.
    """
    given = settings.ducklake_catalog.get_secret_value().strip() if settings.ducklake_catalog else ""
    if not given:
        raise TargetError(
            f"{TARGET}: a build there wants GWR_DUCKLAKE_CATALOG (postgres: and a connection string) and"
            " GWR_DUCKLAKE_DATA. Set both, or build with --target embedded"
        )
    readers = parse_lake(given, settings.ducklake_data)
    if readers.dsn is None:
        raise TargetError(
            f"{TARGET}: a build there wants a PostgreSQL catalog, since a file serves one process at a time."
            " Give GWR_DUCKLAKE_CATALOG postgres: and a connection string, or build with --target embedded:"
            " the version is then copied into the file's lake"
        )
    if "://" in readers.data and not urlsplit(readers.data).path.strip("/"):
        raise TargetError(
            f"{TARGET}: GWR_DUCKLAKE_DATA names a whole bucket. Give it a folder in it: a build keeps its files"
            " in one beside that"
        )
    return replace(readers, data=f"{readers.data.rstrip('/')}-build/", metadata_schema=METADATA_SCHEMA)
