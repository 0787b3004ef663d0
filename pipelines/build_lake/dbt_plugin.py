"""What dbt loads with the target `ducklake`: it attaches the lake, so that no login stands in profiles.yml.

dbt-duckdb makes the connection; the names of the methods are its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from pipelines.build_lake.lock import WRITER, take_lock
from pipelines.build_lake.place import DATABASE, EXTENSIONS, build_lake
from pipelines.paths import Paths
from pipelines.publication.targets.errors import TargetError, with_retries
from pipelines.publication.targets.extensions import connect_with, load_extensions
from pipelines.publication.targets.lake import TARGET, attach_lake
from pipelines.settings import Settings

_ADVICE = "Readers keep what they had. Once it is mended, build again"


def _extensions() -> Path:
    """The folder that the build named; that of `data/` where dbt was started by hand."""
    return Path(os.environ.get(EXTENSIONS) or Paths.from_environment().duckdb_extensions)


class Plugin(BasePlugin):
    """Attaches the DuckLake of builds as `warehouse`, and lets no other process write to it meanwhile."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Extensions come from installed Python packages, and DuckDB keeps its copy below the data folder."""
        del creds
        config["extension_directory"] = str(_extensions())
        config["autoinstall_known_extensions"] = False
        config["autoload_known_extensions"] = False

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Take the lock of who writes, and attach the lake.

        Raises:
            TargetError: a dbt of a build that was killed still writes, or the server refused or is gone.
        """
        settings = Settings()
        lake = build_lake(settings)
        extensions = _extensions()
        target = f"{TARGET} at {lake.place}"

        def attach() -> None:
            load_extensions(conn, lake.extensions, extensions)
            # A connection of its own: its transaction, and with it the lock, lasts as long as this dbt.
            self.lock = connect_with(["postgres_scanner"], extensions)
            if not take_lock(self.lock, lake, WRITER):
                raise TargetError(
                    f"{target}: another dbt is still writing there, such as that of a build that was killed on"
                    f" another machine. {_ADVICE}"
                )
            attach_lake(conn, lake, DATABASE)

        with_retries(target, lake.secrets, settings.target_attempts, _ADVICE, attach)

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """A name without a database means the lake, as it means the build database in the other target."""
        cursor.execute(f"use {DATABASE}.main")
