"""Everything that calls dbt or opens the database that dbt builds."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipelines.paths import DBT_PROJECT_DIR, Paths

DBT = Path(sys.executable).parent / "dbt"
"""The dbt of this environment, wherever the shell's search path points."""

ORPHAN_SECONDS = 60.0
_NOT_SOURCE = {"target", "logs", "dbt_packages", "__pycache__", ".user.yml"}
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")

log = logging.getLogger(__name__)


class DatabaseInUseError(RuntimeError):
    """Another process has the build database open."""


class DbtParseError(RuntimeError):
    """The dbt project can't be read."""


def dbt_environment(paths: Paths) -> dict[str, str]:
    """The environment variables by which the dbt project finds its files; usage statistics off."""
    return {
        "GWR_BUILD_DB": str(paths.build_database),
        "GWR_LAKE_DIR": str(paths.lake),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def project_fingerprint(paths: Paths, project: Path = DBT_PROJECT_DIR) -> str:
    """Hash of all that a manifest depends on: the project's files, the versions, the lake's place."""
    digest = hashlib.sha256(str(paths.lake).encode())
    for package in _PACKAGES:
        digest.update(f"\n{package}=={version(package)}".encode())
    for file in sorted(project.rglob("*")):
        relative = file.relative_to(project)
        if file.is_file() and not _NOT_SOURCE & set(relative.parts):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"\n{relative.as_posix()} {content}".encode())
    return digest.hexdigest()


def ensure_manifest(paths: Paths, project: Path = DBT_PROJECT_DIR) -> Path:
    """The dbt manifest of a project as it is now; parsed only when something changed.

    Returns:
        `manifest.json`, in a folder named by the project's fingerprint. The folder appears whole, and
        also holds dbt's parse state, which makes the first run as quick as the later ones.

    Raises:
        DbtParseError: dbt can't parse the project; the message is dbt's own.
    """
    folder = paths.dbt_target / "manifest" / project_fingerprint(paths, project)[:16]
    manifest = folder / "manifest.json"
    if manifest.exists():
        return manifest
    # A warning, so that it is seen wherever definitions are loaded: the wait has a reason.
    log.warning("dbt manifest: parsing %s/ (first time, or something in it changed)", project.name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".parse-") as scratch:
        done = subprocess.run(
            [str(DBT), "--no-use-colors", "parse", "--target-path", scratch, "--log-path", scratch],
            cwd=project,
            env={**os.environ, **dbt_environment(paths), "DBT_PROFILES_DIR": str(project)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DbtParseError(f"dbt can't parse {project.name}/:\n{done.stdout}{done.stderr}")
        whole = Path(scratch) / "whole"
        whole.mkdir()
        for name in ("manifest.json", "partial_parse.msgpack"):
            (Path(scratch) / name).rename(whole / name)
        try:
            whole.rename(folder)
        except OSError:
            # Another process parsed the same files meanwhile, with the same result.
            if not manifest.exists():
                raise
    for old in folder.parent.iterdir():
        if old != folder and not old.name.startswith("."):
            shutil.rmtree(old, ignore_errors=True)
    return manifest


def load_manifest(paths: Paths) -> dict[str, Any]:
    """The manifest of the project as it is now, as dbt wrote it."""
    content: dict[str, Any] = json.loads(ensure_manifest(paths).read_bytes())
    return content


def run_folder(paths: Paths) -> Path:
    """The folder of dbt's run results, seeded with the parse state of the manifest."""
    folder = paths.dbt_target / "run"
    state = folder / "partial_parse.msgpack"
    if not state.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ensure_manifest(paths).parent / state.name, state)
    return folder


def prepare_build_database(paths: Paths, patience: float = ORPHAN_SECONDS) -> None:
    """See that dbt can open the build database.

    One that DuckDB can't read (after a crash or a full disk) is removed: all of it is built again from
    the lake. Where another process has it open, that is waited for: the dbt of a killed build goes on
    for a few seconds.

    Args:
        paths: whose build database.
        patience: seconds to wait.

    Raises:
        DatabaseInUseError: it is still open when the patience has run out.
    """
    database = paths.build_database
    database.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    while database.exists():
        try:
            duckdb.connect(str(database)).close()
        except duckdb.Error as error:
            if "lock" not in str(error):
                log.warning("The build database can't be opened and is built anew: %s", error)
                database.unlink()
                database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise DatabaseInUseError(
                    f"{database} is open in another process; close it. Readers open the published copy, "
                    f"{paths.published_database}. DuckDB says: {error}"
                ) from error
            else:
                time.sleep(0.5)
        else:
            return


def relation_name(node: Mapping[str, Any]) -> str:
    """Schema and table of a manifest's node, quoted for SQL."""
    return f'"{node["schema"]}"."{node["alias"]}"'
