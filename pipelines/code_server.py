"""The process that holds the project's code for a Dagster page and daemon elsewhere.

    python -m pipelines.code_server --host 127.0.0.1 --port 4000

Runs are child processes of it. When it ends they end, but Dagster's default launcher can't tell: such a
run would stand as started, and with a queue of one no other could start. So it looks once, at its start.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.instance import close_interrupted_runs
from pipelines.lock import BuildInProgressError, build_lock
from pipelines.logs import DAGSTER_FORMATS
from pipelines.paths import Paths
from pipelines.settings import Settings


def close_what_was_interrupted(paths: Paths) -> int:
    """Mark as failed what an earlier code server left as running, and say how many.

    The build lock tells: while it is free, no process is inside a run. Where a build holds it (say
    `gwr build` of an operator), nothing is marked.
    """
    from dagster import DagsterInstance  # noqa: PLC0415 - importing Dagster takes seconds

    try:
        with build_lock(paths.data), DagsterInstance.get() as instance:
            return close_interrupted_runs(instance)
    except BuildInProgressError:
        return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Close what was interrupted, then become `dagster api grpc`."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.code_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address that it listens on")
    parser.add_argument("--port", default="4000", help="port that it listens on")
    options = parser.parse_args(arguments)
    closed = close_what_was_interrupted(Paths.from_environment())
    if closed:
        print(f"{closed} run(s) were interrupted earlier; they are marked as failed", file=sys.stderr)
    dagster = Path(sys.executable).parent / "dagster"
    command = [str(dagster), "api", "grpc", "--host", options.host, "--port", options.port]
    command += ["--module-name", "pipelines.definitions", "--location-name", "gov-work-reports"]
    os.execv(dagster, [*command, "--log-format", DAGSTER_FORMATS[Settings().log_format]])


if __name__ == "__main__":
    main()
