"""`gwr serve`: the Dagster page of this project."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from pipelines.instance import close_interrupted_runs, open_instance
from pipelines.lock import BuildInProgressError, build_lock
from pipelines.logs import DAGSTER_FORMATS
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.settings import Settings


class AddressInUseError(RuntimeError):
    """Something else listens on the address already."""


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressInUseError(
                f"{host}:{port} can't be listened on ({error.strerror}). Choose another with --port."
            ) from error


def close_what_was_interrupted(paths: Paths) -> None:
    """Mark runs of an earlier page that ended with it: they would hold the queue of one for ever.

    Where a build holds the lock, nothing is marked: it may be such a run.
    """
    try:
        with build_lock(paths.data), open_instance(paths) as instance:
            close_interrupted_runs(instance)
    except BuildInProgressError:
        with open_instance(paths):
            pass


def serve(paths: Paths, host: str, port: int) -> NoReturn:
    """Become `dagster dev`: page, schedules and code location, until it is stopped (SIGTERM, Ctrl-C).

    Raises:
        AddressInUseError: the address is taken.
    """
    _require_free(host, port)
    close_what_was_interrupted(paths)
    # Started in the background by a shell, SIGINT is ignored, and Dagster would then ignore SIGTERM too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    environment = {
        "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded",
        **os.environ,
        "DAGSTER_HOME": str(paths.dagster_home),
        "GWR_RAW_DIR": str(paths.raw),
        "GWR_DATA_DIR": str(paths.data),
    }
    dagster = Path(sys.executable).parent / "dagster"
    workspace = PROJECT_ROOT / "workspace.yaml"
    os.chdir(paths.dagster_home)
    command = [str(dagster), "dev", "-w", str(workspace), "-h", host, "-p", str(port)]
    command += ["--log-format", DAGSTER_FORMATS[Settings().log_format]]
    os.execve(dagster, command, environment)
