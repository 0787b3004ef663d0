"""The dbt of a build that was killed: it goes on without its parent, writing what nobody will publish."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

BUILD_DATABASE = "GWR_BUILD_DB"
"""Environment variable of a dbt: the database that it builds."""

PARENT = "GWR_DBT_PARENT"
"""Environment variable of a dbt: the process that started it. A dbt started by hand has none."""

SECONDS_TO_END = 10.0
_PROC = Path("/proc")

log = logging.getLogger(__name__)


def _environment(process: Path) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in os.fsdecode((process / "environ").read_bytes()).split("\0"))
    return {name: value for name, _, value in pairs}


def _parent(process: Path) -> str:
    # The name of the program comes before it, in brackets, and may hold anything.
    return (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]


def _is_orphan(process: Path, database: Path) -> bool:
    """Whether a process is a dbt of this database whose own build has ended."""
    try:
        # What dbt starts itself inherits the environment, but is no dbt.
        arguments = os.fsdecode((process / "cmdline").read_bytes()).split("\0")
        if not any(Path(argument).name == "dbt" for argument in arguments):
            return False
        environment = _environment(process)
        return environment.get(BUILD_DATABASE) == str(database) and environment.get(
            PARENT, _parent(process)
        ) != _parent(process)
    except (OSError, ValueError):
        # It ended meanwhile, or belongs to another user.
        return False


def orphans(database: Path) -> Iterator[int]:
    """Ids of the processes that build this database for a build that is gone. Only where `/proc` is."""
    if not _PROC.is_dir():
        return
    for process in _PROC.iterdir():
        if process.name.isdigit() and _is_orphan(process, database):
            yield int(process.name)


def end_orphans(database: Path) -> None:
    """End every dbt that builds this database although the build that started it is gone.

    Call it while holding the build lock. Where the system has no `/proc` nothing is found, and
    whoever opens the database waits for the orphan instead.
    """
    for pid in orphans(database):
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            try:
                # Asked again: from here on the handle is of this process, whoever gets its number later.
                if _is_orphan(_PROC / str(pid), database):
                    log.warning("The dbt of a build that was killed still runs (process %d): ended", pid)
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                    select.select([handle], [], [], SECONDS_TO_END)
            finally:
                os.close(handle)


def end_child(process: subprocess.Popen[bytes]) -> None:
    """See that a dbt that this process started has ended: asked to stop, then killed."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
