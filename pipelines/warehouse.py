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
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build_lake.fetch import fetch_build
from pipelines.build_lake.place import EXTENSIONS, builds_in_lake
from pipelines.orphans import BUILD_DATABASE, PARENT, end_orphans
from pipelines.paths import DBT_PROJECT_DIR, Paths
from pipelines.settings import Settings

DBT = Path(sys.executable).parent / "dbt"
"""The dbt of this environment, wherever the shell's search path points."""

PATIENCE_SECONDS = 60.0
SECONDS_BETWEEN_NOTES = 10.0
ABANDONED_SECONDS = 3600.0
_NOT_SOURCE = {"target", "logs", "dbt_packages", "__pycache__", ".user.yml"}
_SUMS = "SHA256SUMS"
PARSE_STATE = "partial_parse.msgpack"
"""dbt's parse state, beside a manifest or in the folder of a run."""
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")

log = logging.getLogger(__name__)


class DatabaseInUseError(RuntimeError):
    """Another process has the build database open."""


class DbtParseError(RuntimeError):
    """The dbt project can't be read."""


def _in_pattern(folder: Path) -> str:
    """A folder as it stands in a quoted pattern of DuckDB, which dbt-duckdb also takes for a format string."""
    special = {"'": "''", "[": "[[]", "*": "[*]", "?": "[?]", "{": "{{", "}": "}}"}
    return "".join(special.get(character, character) for character in str(folder))


def dbt_environment(paths: Paths) -> dict[str, str]:
    """The environment variables by which the dbt project finds its files; usage statistics off."""
    return {
        BUILD_DATABASE: str(paths.build_database),
        PARENT: str(os.getpid()),
        "GWR_LAKE_DIR": _in_pattern(paths.lake),
        EXTENSIONS: str(paths.duckdb_extensions),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def project_fingerprint(paths: Paths, project: Path = DBT_PROJECT_DIR) -> str:
    """Hash of all that a manifest depends on: files of the project, versions, the lake's place, dbt's target."""
    digest = hashlib.sha256(f"{paths.lake}\n{Settings().build_target}".encode())
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
        `manifest.json`, in a folder named by the project's fingerprint. The folder appears whole, with
        the hashes of its files, and also holds dbt's parse state, which saves every run the parsing.
        One whose bytes are not those that were written is made anew.

    Raises:
        DbtParseError: dbt can't parse the project; the message is dbt's own.
    """
    folder = paths.dbt_target / "manifest" / project_fingerprint(paths, project)[:16]
    manifest = folder / "manifest.json"
    if _sealed(folder):
        return manifest
    # A warning, so that it is seen wherever definitions are loaded: the wait has a reason.
    reason = (
        "the one in the data folder is damaged"
        if folder.exists()
        else "first time, or something in it changed"
    )
    log.warning("dbt manifest: parsing %s/ (%s)", project.name, reason)
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
        for name in ("manifest.json", PARSE_STATE):
            (Path(scratch) / name).rename(whole / name)
        (whole / _SUMS).write_text(_sums(whole), encoding="ascii")
        try:
            if folder.exists():
                folder.rename(Path(scratch) / "damaged")
            whole.rename(folder)
        except OSError:
            # Another process parsed the same files meanwhile, with the same result.
            if not _sealed(folder):
                raise
    for old in folder.parent.iterdir():
        # Another process may be parsing into a hidden folder now; a killed one left it long ago.
        if old != folder and (not old.name.startswith(".") or _age(old) > ABANDONED_SECONDS):
            shutil.rmtree(old, ignore_errors=True)
    return manifest


def _age(folder: Path) -> float:
    """Seconds since something was put into a folder; 0 where it is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _sums(folder: Path) -> str:
    files = sorted(file for file in folder.iterdir() if file.name != _SUMS)
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def _sealed(folder: Path) -> bool:
    """Whether a manifest's folder holds the bytes that were written into it."""
    sums = folder / _SUMS
    return sums.is_file() and sums.read_text(encoding="ascii", errors="replace") == _sums(folder)


def manifest_folders(paths: Paths) -> list[Path]:
    """The folders of manifests as they are there; which one is of the project as it is now, is not looked at."""
    return sorted(file.parent for file in (paths.dbt_target / "manifest").glob("[!.]*/manifest.json"))


def load_manifest(paths: Paths) -> dict[str, Any]:
    """The manifest of the project as it is now, as dbt wrote it."""
    content: dict[str, Any] = json.loads(ensure_manifest(paths).read_bytes())
    return content


def run_folder(paths: Paths) -> Path:
    """The folder of dbt's run results, seeded with the parse state of the manifest.

    The state that an earlier dbt left there is never used: dbt trusts what it finds, and a killed one
    may have left half of it.
    """
    folder = paths.dbt_target / "run"
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / PARSE_STATE
    shutil.copyfile(ensure_manifest(paths).parent / state.name, state)
    return folder


def prepare_build_database(paths: Paths, patience: float = PATIENCE_SECONDS) -> None:
    """See that dbt can open the build database.

    One that DuckDB can't read from end to end (after a crash or a full disk) is removed: all of it is
    built again from the lake. One that nobody has written since dbt was done with it is only opened. The dbt
    of a killed build is ended; where another process has the database open, that is waited for.

    Args:
        paths: whose build database. The caller holds the build lock.
        patience: seconds to wait.

    Raises:
        DatabaseInUseError: it is still open when the patience has run out.
    """
    database = paths.build_database
    database.parent.mkdir(parents=True, exist_ok=True)
    end_orphans(database)
    deadline = time.monotonic() + patience
    next_note = time.monotonic()
    while database.exists():
        try:
            _read_through(database, whole=not is_as_left(database))
        except duckdb.Error as error:
            if "Could not set lock" not in str(error):
                log.warning("The build database is damaged and is built anew from the lake: %s", error)
                database.unlink()
            elif time.monotonic() > deadline:
                raise DatabaseInUseError(
                    f"{database} is open in another process; close it. Readers open the published copy, "
                    f"{paths.published_database}. DuckDB says: {error}"
                ) from error
            else:
                if time.monotonic() >= next_note:
                    log.warning("Waiting for the process that has the build database open: %s", error)
                    next_note = time.monotonic() + SECONDS_BETWEEN_NOTES
                time.sleep(0.5)
        else:
            break
    if not database.exists():
        database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
    # What a killed dbt spilled to disk; nothing else has the database open now.
    shutil.rmtree(database.with_name(f"{database.name}.tmp"), ignore_errors=True)


def remove_build_database(paths: Paths) -> None:
    """See that the next run builds every row: all that the build database holds comes from the lake.

    The caller holds the build lock.
    """
    database = paths.build_database
    end_orphans(database)
    for file in (database, database.with_name(f"{database.name}.wal")):
        file.unlink(missing_ok=True)


def collect_build(paths: Paths) -> None:
    """See that the build database holds what dbt has built: fetched where it was built in a DuckLake.

    Raises:
        TargetError: the lake can't be read; the build database is as it was before.
    """
    settings = Settings()
    if builds_in_lake(settings):
        fetch_build(paths, settings)


def note_left(database: Path) -> None:
    """Note what a build database is like that was written to its end, see `prepare_build_database`."""
    with suppress(OSError):
        _left_file(database).write_text(_state(database), encoding="utf-8")


def is_as_left(database: Path) -> bool:
    """Whether nobody has written a build database since `note_left`."""
    try:
        left = _left_file(database).read_text(encoding="utf-8")
        return left == _state(database) and not database.with_name(f"{database.name}.wal").exists()
    except OSError:
        return False


def _left_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.left")


def _state(database: Path) -> str:
    found = database.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _read_through(database: Path, *, whole: bool) -> None:
    """Read every block of every table; DuckDB compares each with its checksum. Not whole: only open it.

    Raises:
        duckdb.Error: a block is damaged, or another process has the file open.
    """
    with duckdb.connect(str(database)) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        for schema, table in tables:
            if not whole:
                break
            connection.execute(f'select bit_xor(hash(rows)) from "{schema}"."{table}" as rows').fetchone()


def relation_name(node: Mapping[str, Any]) -> str:
    """Schema and table of a manifest's node, quoted for SQL."""
    return f'"{node["schema"]}"."{node["alias"]}"'
