"""The project-local Dagster instance: every run of this project is recorded in `data/dagster/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.run_history import run_database, set_damaged_aside, shared_databases

if TYPE_CHECKING:
    from dagster import DagsterInstance

CLI_TAG = {"gwr/started_by": "command line"}
"""Tag of runs that `gwr build` executes in its own process."""

SERVE_CONFIG = "dagster.yaml"
BUILD_CONFIG = "dagster-build.yaml"


def _write_config(path: Path, config: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    partial.replace(path)


def prepare_dagster_home(paths: Paths) -> None:
    """Write the instance's configuration into its folder, from `dagster.yaml` at the project's root.

    A damaged file of its history is set aside, so that Dagster makes a new one.

    `dagster.yaml` there is for the page; a build keeps its connections to the same files open.
    """
    config = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    # Without it, Dagster keeps its files below its own folder, which is where they belong.
    del config["storage"]
    paths.dagster_home.mkdir(parents=True, exist_ok=True)
    _write_config(paths.dagster_home / SERVE_CONFIG, config)
    event_log = {
        "module": "pipelines.event_log",
        "class": "PooledEventLog",
        "config": {"base_dir": str(_history(paths) / "runs")},
    }
    _write_config(paths.dagster_home / BUILD_CONFIG, {**config, "event_log_storage": event_log})
    set_damaged_aside(shared_databases(_history(paths), paths.dagster_home / "schedules"))


def _history(paths: Paths) -> Path:
    return paths.dagster_home / "history"


def open_instance(paths: Paths) -> DagsterInstance:
    """The instance of a data folder as a build uses it, made when it is missing."""
    from dagster import DagsterInstance  # noqa: PLC0415 - importing Dagster takes seconds

    prepare_dagster_home(paths)
    return DagsterInstance.from_config(str(paths.dagster_home), BUILD_CONFIG)


def close_dead_runs(instance: DagsterInstance, paths: Paths) -> None:
    """Mark as failed what a killed `gwr build` left as running.

    Call it while holding the build lock: no other process can then be inside such a run.
    """
    from dagster import DagsterRunStatus, RunsFilter  # noqa: PLC0415

    unfinished = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]
    for run in instance.get_runs(RunsFilter(tags=CLI_TAG, statuses=unfinished)):
        set_damaged_aside([run_database(_history(paths), run.run_id)])
        instance.report_run_failed(run, "The process that executed this run ended before the run did.")


def close_interrupted_runs(instance: DagsterInstance) -> int:
    """Mark as failed every run that had begun and whose process is gone, and say how many there were.

    Call it while holding the build lock. Runs that wait in the queue stay there.
    """
    from dagster import DagsterRunStatus, RunsFilter  # noqa: PLC0415

    begun = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    interrupted = instance.get_runs(RunsFilter(statuses=begun))
    for run in interrupted:
        instance.report_run_failed(run, "The code server that executed this run ended before the run did.")
    return len(interrupted)
