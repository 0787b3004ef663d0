"""One run of the whole graph, in this process, recorded in the project-local Dagster instance."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import dagster as dg
import polars as pl

from pipelines.alerts import alert_on_run
from pipelines.automation import JOB_NAME
from pipelines.build_lake.lock import build_lake_lock
from pipelines.definitions import build_definitions
from pipelines.instance import CLI_TAG, close_dead_runs, open_instance
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.tables import read_lake
from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.schemas import Quarantined, frame
from pipelines.settings import Settings


class Outcome(IntEnum):
    """How a build ended; the number is the exit status of `gwr build`."""

    COMPLETE = 0
    FAILED = 1
    QUARANTINED = 3


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that did not pass, and what it said: an error made the run fail, a warning did not."""

    asset: str
    name: str
    is_error: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did.

    Attributes:
        outcome: complete, finished with quarantined input, or failed.
        run_id: the run in the Dagster instance.
        row_counts: rows of each asset that was materialised, in the order of the run.
        readings: stage -> documents that were read, and those kept from an earlier run.
        checks_passed: how many checks passed.
        checks_failed: those that did not.
        errors: what each failed step said.
        quarantined: what was not taken (columns of `Quarantined`); empty where the run did not get there.
        new_to_readers: whether readers see a new version; None where nothing was published.
    """

    outcome: Outcome
    run_id: str
    row_counts: dict[str, int]
    readings: dict[str, tuple[int, int]]
    checks_passed: int
    checks_failed: tuple[FailedCheck, ...]
    errors: tuple[str, ...]
    quarantined: pl.DataFrame
    new_to_readers: bool | None


def _errors(result: dg.ExecuteInProcessResult) -> tuple[str, ...]:
    """The innermost message of each step that failed."""
    found = []
    for event in result.filter_events(lambda event: event.is_step_failure):
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        message = error.message if error is not None else "failed"
        text = "\n".join(line for line in message.splitlines() if line.strip())
        found.append(f"{event.step_key}: {text}")
    return tuple(found)


def _row_counts(materializations: list[dg.AssetMaterialization]) -> dict[str, int]:
    counts = {}
    for materialization in materializations:
        rows = materialization.metadata.get("dagster/row_count")
        if rows is not None and isinstance(rows.value, int):
            counts[materialization.asset_key.to_user_string()] = rows.value
    return counts


def _readings(materializations: list[dg.AssetMaterialization]) -> dict[str, tuple[int, int]]:
    counts = {}
    for materialization in materializations:
        read = materialization.metadata.get("documents_read")
        kept = materialization.metadata.get("documents_kept")
        if read is not None and kept is not None:
            name = materialization.asset_key.to_user_string()
            counts[name] = (int(str(read.value)), int(str(kept.value)))
    return counts


def _summarise(result: dg.ExecuteInProcessResult, paths: Paths) -> BuildResult:
    materializations = [
        event.materialization for event in result.filter_events(lambda e: e.is_step_materialization)
    ]
    row_counts = _row_counts(materializations)
    published = [m for m in materializations if m.asset_key == dg.AssetKey("published_warehouse")]
    checks = result.get_asset_check_evaluations()
    quarantined = read_lake(paths, "quarantine") if "quarantine" in row_counts else frame(Quarantined, [])
    if not result.success:
        outcome = Outcome.FAILED
    else:
        outcome = Outcome.COMPLETE if quarantined.is_empty() else Outcome.QUARANTINED
    return BuildResult(
        outcome=outcome,
        run_id=result.run_id,
        row_counts=row_counts,
        readings=_readings(materializations),
        checks_passed=sum(check.passed for check in checks),
        checks_failed=tuple(
            FailedCheck(
                check.asset_key.to_user_string(),
                check.check_name,
                check.severity == dg.AssetCheckSeverity.ERROR,
                check.description or "",
            )
            for check in checks
            if not check.passed
        ),
        errors=_errors(result),
        quarantined=quarantined,
        new_to_readers=bool(published[0].metadata["new_to_readers"].value) if published else None,
    )


def run_build(
    paths: Paths,
    *,
    strict: bool = False,
    rehash: bool = False,
    engine: EngineChoice | None = None,
    on_event: Callable[[dg.EventLogEntry], None] | None = None,
) -> BuildResult:
    """Run the job `build` in this process and say how it ended; a failed step is no exception.

    Args:
        paths: what is read and what is written.
        strict: input that is not taken makes the run fail before dbt starts.
        rehash: hash every file again instead of trusting size and times.
        engine: where texts are read; None: as the settings say.
        on_event: called with each entry of the run's log, as it is written.

    Raises:
        BuildInProgressError: another process is building into the same data folder, or the same DuckLake.
        TargetError: dbt builds in a DuckLake whose catalog can't be reached.
        DbtParseError: dbt can't parse dbt_project/.
    """
    with build_lock(paths.data), build_lake_lock(paths, Settings()):
        job = build_definitions(paths).resolve_job_def(JOB_NAME)
        run_id = str(uuid.uuid4())
        workspace = {
            "raw_dir": str(paths.raw),
            "data_dir": str(paths.data),
            "strict": strict,
            "rehash": rehash,
        }
        if engine is not None:
            workspace |= {"engine": engine.name, "ray_address": engine.address}
        with open_instance(paths) as instance:
            close_dead_runs(instance, paths)
            if on_event is not None:
                instance.add_event_listener(run_id, on_event)
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                raise_on_error=False,
                tags=CLI_TAG,
                run_config={
                    "resources": {"workspace": {"config": workspace}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
            )
            alert_on_run(instance, run_id)
            return _summarise(result, paths)
