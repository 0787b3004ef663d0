"""`gwr published` and `gwr rollback`: the versions that readers could see."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.display import one_line
from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.publication.version_manifest import VersionManifest, read_version_manifest
from pipelines.publication.versions import (
    Version,
    VersionError,
    is_whole,
    list_versions,
    put_back,
    version_folder,
)

_MEGABYTE = 1_000_000
_COMMIT_DIGITS = 10


def _state(version: Version) -> str:
    return ("whole" if version.is_whole else "damaged") + (", rolled back" if version.is_withdrawn else "")


def _commit(version: Version) -> str:
    """The first digits of the commit, a plus where the code differed from it."""
    if version.git_commit is None:
        return "unknown"
    return version.git_commit[:_COMMIT_DIGITS] + ("+" if version.uncommitted_changes else "")


def print_versions(published: Path, *, as_json: bool) -> None:
    """Print the versions on disk, newest first: as a table, or as a JSON array for programs.

    Raises:
        VersionError: the file of rollbacks can't be understood.
    """
    versions = list_versions(published)
    if as_json:
        print(json.dumps([asdict(version) for version in versions], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    # A name that is cut can't be given to another command.
    table.add_column("version", min_width=max((len(version.name) for version in versions), default=0))
    for column in ("readers", "state", "code", "tables", "rows", "MB"):
        table.add_column(column, justify="right" if column in {"tables", "rows", "MB"} else "left")
    for version in versions:
        table.add_row(
            version.name,
            "see it" if version.is_current else "",
            _state(version),
            _commit(version),
            f"{len(version.rows)}",
            f"{sum(version.rows.values()):,}",
            f"{version.size / _MEGABYTE:.1f}",
        )
    Console().print(table if versions else "Nothing is published yet. Run: gwr build")


def print_version(published: Path, name: str, *, as_json: bool) -> None:
    """Print what the manifest of a version says, and whether the version is whole.

    Raises:
        VersionError: no such version is on disk, or it has no manifest that can be read.
    """
    folder = version_folder(published, name)
    manifest = read_version_manifest(folder)
    if manifest is None:
        raise VersionError(
            f"version {name} has no manifest.json that can be read: it is damaged, or of another release"
        )
    whole = is_whole(folder)
    if as_json:
        content = {**manifest.model_dump(), "is_whole": whole}
        print(json.dumps(content, ensure_ascii=False, indent=2))
        return
    _print_manifest(Console(highlight=False, soft_wrap=True), name, manifest, whole=whole)


def _print_manifest(console: Console, name: str, manifest: VersionManifest, *, whole: bool) -> None:
    code, checks = manifest.code, manifest.checks
    changed = " with uncommitted changes" if code.uncommitted_changes else ""
    written_by = f"written by DuckDB {manifest.duckdb.version}"
    for label, value in (
        ("version", f"{name}, {'whole' if whole else 'damaged: a file is not as it was published'}"),
        ("code", f"gwr {code.gwr or 'unknown'}, commit {code.git_commit or 'unknown'}{changed}"),
        ("extractor", code.extractor or "unknown"),
        ("dbt project", code.dbt_project or "unknown"),
        ("file format", f"{manifest.duckdb.storage_version}, {written_by}"),
        ("checks", f"{sum(check.passed for check in checks)} of {len(checks)} passed"),
    ):
        console.print(f"{label:<12} {value}", markup=False)
    for check in checks:
        if not check.passed:
            console.print(f"  accepted: {check.name}: {check.problem}", markup=False)
    console.print("rows")
    for table, rows in manifest.rows.items():
        console.print(f"  {table:<28} {rows:>10,}", markup=False)
    console.print("inputs (sha256, path below raw/)")
    for path, digest in manifest.inputs.items():
        console.print(f"  {digest}  {one_line(path)}", markup=False)


def roll_back(paths: Paths, name: str) -> None:
    """Put a version back, while no build is writing, and say what readers see now.

    Raises:
        VersionError: it is not on disk, or damaged.
        BuildInProgressError: a build is running.
    """
    with build_lock(paths.data):
        put_back(paths.published, name)
    versions = {version.name: version for version in list_versions(paths.published)}
    seen = versions[name]
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"Readers see version {name} now: {len(seen.rows)} tables, {sum(seen.rows.values()):,} rows,"
        f" code {_commit(seen)}; {paths.published_database}",
        markup=False,
    )
    withdrawn = sorted(version.name for version in versions.values() if version.is_withdrawn)
    if withdrawn:
        console.print(
            f"Rolled back: {', '.join(withdrawn)}. A build that gives the same content leaves readers where"
            " they are; one that gives new content is published.",
            markup=False,
        )
