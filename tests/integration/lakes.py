"""A DuckLake of the tests: how they copy into it and ask it, in this process or in one beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb

from pipelines.publication.targets.ducklake import copy_to_ducklake
from pipelines.publication.targets.extensions import connect_with
from pipelines.publication.targets.lake import parse_lake
from pipelines.publication.targets.source import Copied
from tests.integration.published_versions import Tables


class Lake:
    """A lake, and how the tests copy into it and ask it."""

    def __init__(self, catalog: str, data: Path, extensions: Path) -> None:
        self.catalog, self.data, self.extensions = catalog, data, extensions

    def copy(self, version: Path, **options: Any) -> Copied:
        lake = parse_lake(self.catalog, str(self.data))
        return copy_to_ducklake(version, lake, extension_directory=self.extensions, attempts=1, **options)

    @contextmanager
    def ask(self, options: str = "read_only") -> Iterator[duckdb.DuckDBPyConnection]:
        """A client, as docs/targets.md tells one to attach the lake."""
        with connect_with(["postgres_scanner", "ducklake"], self.extensions) as client:
            name = self.catalog.replace("'", "''")
            client.execute(f"attach 'ducklake:{name}' as lake ({options})")
            client.execute("use lake")
            yield client

    def snapshots(self) -> list[tuple[Any, ...]]:
        with self.ask() as client:
            return client.execute(
                "select snapshot_id, author, commit_message, commit_extra_info from lake.snapshots() order by 1"
            ).fetchall()


def lake_tables(client: duckdb.DuckDBPyConnection, at: str = "") -> Tables:
    """Table -> rows of what a lake holds for readers, in a fixed order."""
    [(names,)] = client.execute(f"select tables from publication {at}").fetchall()
    return {name: sorted(client.execute(f"from {name} {at}").fetchall(), key=repr) for name in names}


def lake_comments(client: duckdb.DuckDBPyConnection) -> dict[tuple[str, str | None], str]:
    """(table, column or None) -> comment, as `comments_of` has them of a version."""
    found = client.execute(
        "select table_name, null, comment from duckdb_tables() where database_name = 'lake'"
        " union all select table_name, column_name, comment from duckdb_columns()"
        " where database_name = 'lake' and schema_name = 'main'"
    ).fetchall()
    return {(table, column): comment for table, column, comment in found if table != "publication"}


def read_until(stop: Path, seen: Path, lake: Lake) -> None:
    """A reader in a process of its own: reads every table, again and again, until a file is there.

    Writes a line a read: the version, and a sum over the hash of each row of all tables.
    """
    with lake.ask() as client, seen.open("w", encoding="ascii") as lines:
        while not stop.exists():
            client.execute("begin")
            [(version, names)] = client.execute("select version, tables from publication").fetchall()
            sums = [
                client.execute(f"select count(*), sum(hash(r)::hugeint) from {name} as r").fetchall()[0]
                for name in names
            ]
            client.execute("commit")
            lines.write(f"{version} {len(names)} {crc32(repr(sums).encode())}\n")
            lines.flush()
            # The machine is needed for the build as well.
            time.sleep(0.5)
