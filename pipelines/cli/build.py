"""`gwr build`: the whole graph, with progress and a summary."""

from __future__ import annotations

import signal
import sys
from contextlib import redirect_stderr, redirect_stdout

from rich.console import Console

from pipelines.lock import build_lock
from pipelines.paths import Paths


def build(paths: Paths, *, strict: bool) -> int:
    """Run the graph and print how it went.

    What Dagster and dbt print goes to `data/build/build.log`.

    Returns:
        The exit status: 0 all good, 3 finished with quarantined input, 1 failed.

    Raises:
        BuildInProgressError: another process is building into the same data folder.
        DbtParseError: dbt can't parse dbt_project/.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(file=sys.stdout)
    log_file = paths.build_database.parent / "build.log"
    with build_lock(paths.data):
        log_file.parent.mkdir(parents=True, exist_ok=True)
        spinner = console.status("Starting Dagster and dbt")
        with spinner, log_file.open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
            # Importing Dagster and dagster-dbt takes seconds: not before the lock and the spinner.
            from pipelines.build import run_build  # noqa: PLC0415
            from pipelines.cli.progress import BuildProgress  # noqa: PLC0415

            result = run_build(paths, strict=strict, on_event=BuildProgress(console, spinner))
        from pipelines.cli.summary import print_summary  # noqa: PLC0415

        print_summary(console, result, paths)
    return int(result.outcome)
