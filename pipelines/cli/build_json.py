"""`gwr build` for machines: progress as JSON lines on standard error, the summary as one object at the end."""

from __future__ import annotations

import logging
import time
from typing import Any

import dagster as dg

from pipelines.build import BuildResult, Outcome
from pipelines.logs import redacted
from pipelines.paths import Paths

log = logging.getLogger("gwr.build")


class JsonProgress:
    """Logs what a run does; each line has `run_id` and, within a step, `step`."""

    def __init__(self) -> None:
        """Log nothing yet."""
        self._started: dict[str, float] = {}
        self._rows: dict[str, int] = {}

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Take one entry of the run's log."""
        event = entry.dagster_event
        step = entry.step_key
        about: dict[str, Any] = {"run_id": entry.run_id} | ({"step": step} if step else {})
        if event is None:
            log.log(int(entry.level), entry.user_message, extra=about)
        elif event.event_type == dg.DagsterEventType.STEP_START:
            self._started[step or ""] = time.monotonic()
            self._rows = {}
            log.info("step started", extra=about)
        elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            materialization = event.step_materialization_data.materialization
            count = materialization.metadata.get("dagster/row_count")
            if count is not None:
                self._rows[materialization.asset_key.to_user_string()] = int(str(count.value))
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed:
                level = logging.ERROR if check.severity == dg.AssetCheckSeverity.ERROR else logging.WARNING
                name = f"{check.asset_key.to_user_string()}: {check.check_name}"
                log.log(level, "check failed: %s", name, extra=about)
        elif event.event_type in {dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE}:
            seconds = time.monotonic() - self._started.get(step or "", time.monotonic())
            about |= {"seconds": round(seconds, 3), "rows": self._rows}
            if event.event_type == dg.DagsterEventType.STEP_SUCCESS:
                log.info("step ended", extra=about)
            else:
                log.error("step failed: %s", _reason(event), extra=about)
        elif event.event_type == dg.DagsterEventType.RUN_FAILURE:
            log.error("run failed", extra=about)
        elif event.event_type == dg.DagsterEventType.RUN_SUCCESS:
            log.info("run ended", extra=about)


def _reason(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "no reason given"


def summary_object(result: BuildResult, paths: Paths) -> dict[str, Any]:
    """What `gwr build` ends with, as one JSON object.

    Keys: `outcome` (complete, quarantined, failed), `run_id`, `row_counts`, `documents` (stage -> read and
    kept), `checks` (passed, failed), `errors`, `quarantined` (rows of `rpt_quarantine`), `warehouse` (path;
    null where nothing was published) and `new_to_readers`.
    """
    failed = result.outcome is Outcome.FAILED
    return {
        "outcome": result.outcome.name.lower(),
        "run_id": result.run_id,
        "row_counts": result.row_counts,
        "documents": {stage: {"read": read, "kept": kept} for stage, (read, kept) in result.readings.items()},
        "checks": {
            "passed": result.checks_passed,
            "failed": [
                {"asset": check.asset, "name": check.name, "is_error": check.is_error}
                for check in result.checks_failed
            ],
        },
        "errors": [redacted(error) for error in result.errors],
        "quarantined": result.quarantined.to_dicts(),
        "warehouse": None if failed else str(paths.published_database),
        "new_to_readers": result.new_to_readers,
    }
