"""The targets by name: whether each is switched on, and the copy of the version that readers see."""

from __future__ import annotations

from pydantic import SecretStr

from pipelines.paths import Paths
from pipelines.publication.targets.dsn import parse_dsn
from pipelines.publication.targets.ducklake import copy_to_ducklake
from pipelines.publication.targets.lake import parse_lake
from pipelines.publication.targets.postgres import copy_to_postgres
from pipelines.publication.targets.source import Copied, published_version
from pipelines.settings import Settings

SWITCHES = {"postgres": "GWR_POSTGRES_DSN", "ducklake": "GWR_DUCKLAKE_CATALOG"}
"""Target -> the variable that switches it on."""


def switch(settings: Settings, target: str) -> SecretStr | None:
    """The value that switches a target on; None where it is off. An empty variable is off as well."""
    value = settings.postgres_dsn if target == "postgres" else settings.ducklake_catalog
    return value if value and value.get_secret_value().strip() else None


def push(paths: Paths, settings: Settings, target: str, *, force: bool = False) -> Copied | None:
    """Copy the version that readers see to a target; None where the target is switched off.

    Raises:
        TargetUnavailableError: its server could not be reached.
        TargetError: nothing is published, a setting is wrong, or the target refused. No message shows a secret.
    """
    given = switch(settings, target)
    if given is None:
        return None
    version = published_version(paths.published)
    if target == "postgres":
        return copy_to_postgres(
            version,
            parse_dsn(given.get_secret_value().strip(), SWITCHES[target]),
            settings.postgres_schema,
            extension_directory=paths.duckdb_extensions,
            attempts=settings.target_attempts,
            force=force,
        )
    return copy_to_ducklake(
        version,
        parse_lake(given.get_secret_value().strip(), settings.ducklake_data),
        extension_directory=paths.duckdb_extensions,
        attempts=settings.target_attempts,
        keep_snapshots=settings.ducklake_keep_snapshots,
        force=force,
    )
