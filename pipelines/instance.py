"""The project-local Dagster instance: every run of this project is recorded in `data/dagster/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from pipelines.paths import PROJECT_ROOT, Paths

if TYPE_CHECKING:
    from dagster import DagsterInstance

CLI_TAG = {"gwr/started_by": "command line"}
"""Tag of runs that `gwr build` executes in its own process."""


def prepare_dagster_home(paths: Paths) -> None:
    """Write `dagster.yaml` into the instance's folder, from the one at the project's root."""
    config = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    config["storage"]["sqlite"]["base_dir"] = str(paths.dagster_home)
    paths.dagster_home.mkdir(parents=True, exist_ok=True)
    target = paths.dagster_home / "dagster.yaml"
    partial = target.with_suffix(".partial")
    partial.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    partial.replace(target)


def open_instance(paths: Paths) -> DagsterInstance:
    """The instance of a data folder, made when it is missing."""
    from dagster import DagsterInstance  # noqa: PLC0415 - importing Dagster takes seconds

    prepare_dagster_home(paths)
    return DagsterInstance.from_config(str(paths.dagster_home))


def close_dead_runs(instance: DagsterInstance) -> None:
    """Mark as failed what a killed `gwr build` left as running.

    Call it while holding the build lock: no other process can then be inside such a run.
    """
    from dagster import DagsterRunStatus, RunsFilter  # noqa: PLC0415

    unfinished = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]
    for run in instance.get_runs(RunsFilter(tags=CLI_TAG, statuses=unfinished)):
        instance.report_run_failed(run, "The process that executed this run ended before the run did.")
