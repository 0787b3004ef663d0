"""`gwr published` and `gwr rollback`: the versions that readers could see."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.publication.versions import list_versions, put_back

_MEGABYTE = 1_000_000


def print_versions(published: Path) -> None:
    """Print the versions on disk, newest first."""
    versions = list_versions(published)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("version", "seen by readers", "state", "tables", "rows", "MB"):
        table.add_column(column, justify="right" if column in {"tables", "rows", "MB"} else "left")
    for version in versions:
        table.add_row(
            version.name,
            "yes" if version.is_current else "",
            "whole" if version.is_whole else "damaged",
            f"{len(version.rows)}",
            f"{sum(version.rows.values()):,}",
            f"{version.size / _MEGABYTE:.1f}",
        )
    Console().print(table if versions else "Nothing is published yet. Run: gwr build")


def roll_back(paths: Paths, version: str) -> None:
    """Put a version back, while no build is writing.

    Raises:
        VersionError: it is not on disk, or damaged.
        BuildInProgressError: a build is running.
    """
    with build_lock(paths.data):
        put_back(paths.published, version)
    Console().print(f"Readers see version {version} now: {paths.published_database}")
