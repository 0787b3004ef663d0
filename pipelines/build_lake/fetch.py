"""What dbt built in the lake, as a file of this machine: all that follows reads that and no network."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from pipelines.build_lake.lock import WRITER, take_lock
from pipelines.build_lake.place import DATABASE, build_lake
from pipelines.paths import Paths
from pipelines.publication.sql import literal
from pipelines.publication.targets.apart import copy_apart
from pipelines.publication.targets.errors import TargetError, with_retries
from pipelines.publication.targets.extensions import connect_with
from pipelines.publication.targets.lake import TARGET, Lake, attach_lake
from pipelines.settings import Settings

_ADVICE = "Readers keep what they had. Once it is mended, build again"


def _fetch(lake: Lake, file: Path, extensions: Path) -> None:
    with (
        connect_with(["postgres_scanner"], extensions) as lock,
        connect_with(lake.extensions, extensions) as connection,
    ):
        if not take_lock(lock, lake, WRITER):
            raise TargetError(f"{TARGET} at {lake.place}: another build writes there. {_ADVICE}")
        connection.execute(f"set temp_directory = {literal(f'{file}.tmp')}")
        attach_lake(connection, lake, DATABASE)
        connection.execute(f"attach {literal(str(file))} as fetched")
        connection.execute(f"copy from database {DATABASE} to fetched")
        # Closing in silence would swallow what goes wrong when the last pages are written.
        connection.execute("detach fetched")
        _tidy(connection)


def _tidy(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what the lake held before, and remove its files and those that a killed dbt left."""
    old = connection.execute(
        f"select snapshot_id from ducklake_snapshots({literal(DATABASE)}) order by snapshot_id desc offset 1"
    ).fetchall()
    if old:
        versions = ", ".join(str(number) for (number,) in old)
        connection.execute(f"call ducklake_expire_snapshots({literal(DATABASE)}, versions => [{versions}])")
    connection.execute(f"call ducklake_cleanup_old_files({literal(DATABASE)}, cleanup_all => true)")
    connection.execute(f"call ducklake_delete_orphaned_files({literal(DATABASE)}, cleanup_all => true)")


def fetch_build(paths: Paths, settings: Settings) -> None:
    """Replace the build database by a copy of the lake that dbt has built in, views included.

    Earlier states of that lake, and files that a killed dbt left in its folder, are removed: only builds read
    it, one at a time. Readers' lakes keep theirs.

    Raises:
        TargetUnavailableError: no attempt reached the catalog's server.
        TargetError: a setting is wrong, the server refused, or another build writes. The file is as it was.
    """
    lake = build_lake(settings)
    target = f"{TARGET} at {lake.place}"
    fresh = paths.build_database.with_name(f"{paths.build_database.name}.fetched")

    def fetch() -> None:
        fresh.unlink(missing_ok=True)
        copy_apart(target, partial(_fetch, lake, fresh, paths.duckdb_extensions))

    with_retries(target, lake.secrets, settings.target_attempts, _ADVICE, fetch)
    fresh.replace(paths.build_database)
