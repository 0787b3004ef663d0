"""What starts a run: the job of the whole graph, and the nightly schedule of `gwr serve`."""

from __future__ import annotations

import dagster as dg

from pipelines.settings import Settings

JOB_NAME = "build"

build_job = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all(),
    description="raw/ -> lake -> dbt -> data/published/: the whole graph, as `gwr build` runs it.",
)


def nightly_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """The nightly build. It runs while `gwr serve` does; the page's Automation tab switches it off."""
    return dg.ScheduleDefinition(
        name="nightly_build",
        job=build_job,
        cron_schedule=settings.nightly_cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Builds and publishes every night, so that what came into raw/ by day is there by morning.",
    )
