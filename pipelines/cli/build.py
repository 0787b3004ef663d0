"""`gwr build`: the whole graph, with progress and a summary."""

from __future__ import annotations

import gc
import json
import logging
import sys
from contextlib import redirect_stderr, redirect_stdout

from rich.console import Console

from pipelines.cli.interruption import STOPPING, Interruption, noticed_interruption
from pipelines.cli.notices import shown_notices
from pipelines.disk import DiskError, disk_complaint, disk_reason
from pipelines.display import json_line
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lock import build_lock
from pipelines.logs import log_as_json
from pipelines.paths import Paths
from pipelines.publication.versions import current_version
from pipelines.settings import Settings
from pipelines.waiting_dbt import OBJECTS_BETWEEN_COLLECTIONS, waiting_dbt
from pipelines.warehouse import remove_build_database


def build(
    paths: Paths,
    *,
    strict: bool,
    rehash: bool = False,
    full_refresh: bool = False,
    engine: EngineChoice | None = None,
) -> int:
    """Run the graph and print how it went.

    What Dagster and dbt print goes to `data/build/build.log`. With `GWR_LOG_FORMAT=json` the progress is
    JSON lines on standard error, and the summary one JSON object on standard output. With `full_refresh`
    the build database is removed first, so that dbt builds every row.

    Returns:
        The exit status: 0 all good, 3 finished with quarantined input, 1 failed, 130 stopped by
        Ctrl-C, 143 stopped by SIGTERM.

    Raises:
        BuildInProgressError: another process is building into the same data folder, or the same DuckLake.
        TargetError: dbt builds in a DuckLake whose catalog can't be reached.
        DbtParseError: dbt can't parse dbt_project/.
        DiskError: the disk is full, or can't be written.
    """
    as_json = Settings().log_format == "json"
    if as_json:
        log_as_json(sys.stderr)
    console = Console(file=sys.stdout, quiet=as_json)
    before = current_version(paths.published)
    if full_refresh:
        with build_lock(paths.data):
            remove_build_database(paths)
    with noticed_interruption() as interruption:
        try:
            status = _build(paths, console, interruption, strict=strict, rehash=rehash, engine=engine)
        except KeyboardInterrupt:
            status = None
        except Exception as error:
            if reason := disk_reason(error):
                raise DiskError(paths.data, reason) from error
            raise
        if status is not None:
            return status
        stopped = _stopped(interruption, new=current_version(paths.published) != before)
        console.print(stopped, style="yellow", soft_wrap=True)
        if as_json:
            logging.getLogger("gwr.build").error(stopped)
        return 128 + (interruption.signal or 0)


def _build(
    paths: Paths,
    console: Console,
    interruption: Interruption,
    *,
    strict: bool,
    rehash: bool,
    engine: EngineChoice | None,
) -> int | None:
    """Run the graph and print its summary; None where it was stopped before its end."""
    from pipelines.build_lake.lock import build_lake_lock  # noqa: PLC0415 - loads DuckDB

    log_file = paths.build_database.parent / "build.log"
    with build_lock(paths.data), build_lake_lock(paths, Settings()):
        log_file.parent.mkdir(parents=True, exist_ok=True)
        spinner = console.status("Starting Dagster and dbt")
        with (
            spinner,
            shown_notices(console),
            log_file.open("w", encoding="utf-8") as log,
            redirect_stdout(log),
            redirect_stderr(log),
            waiting_dbt(paths),
        ):
            # Modules and definitions are a million objects that stay: Python's 700 would have them searched all
            # the time that Dagster takes to import.
            gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)
            # Importing Dagster and dagster-dbt takes seconds: not before the lock and the spinner.
            from pipelines.build import Outcome, run_build  # noqa: PLC0415
            from pipelines.cli.build_json import JsonProgress, summary_object  # noqa: PLC0415
            from pipelines.cli.progress import BuildProgress  # noqa: PLC0415

            progress = JsonProgress() if console.quiet else BuildProgress(console, spinner)
            result = run_build(paths, strict=strict, rehash=rehash, engine=engine, on_event=progress)
        if result.outcome is Outcome.FAILED and interruption.signal:
            return None
        from pipelines.cli.summary import print_summary  # noqa: PLC0415

        print_summary(console, result, paths)
        if console.quiet:
            print(json_line(json.dumps(summary_object(result, paths), ensure_ascii=False, default=str)))
        complaints = filter(None, map(disk_complaint, result.errors))
        if complaint := next(complaints, None):
            raise DiskError(paths.data, complaint)
    return int(result.outcome)


def _stopped(interruption: Interruption, *, new: bool) -> str:
    what = STOPPING.get(interruption.signal, "an interrupt") if interruption.signal else "an interrupt"
    readers = (
        "The new version was published already."
        if new
        else "Nothing was published; what readers see is unchanged."
    )
    return f"stopped by {what}. {readers} The next build needs no repair."
