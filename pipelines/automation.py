"""What starts a run: the job of the whole graph, the nightly schedule and the sensor on raw/."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import dagster as dg

from pipelines.assets.sources import ASSET as SOURCES_ASSET
from pipelines.paths import Paths
from pipelines.settings import FetchSettings, Settings
from pipelines.sources.listing import sources_file

JOB_NAME = "build"

build_job = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(SOURCES_ASSET),
    description="raw/ -> lake -> dbt -> data/published/: the whole graph, as `gwr build` runs it.",
)

fetch_job = dg.define_asset_job(
    "fetch_sources",
    selection=dg.AssetSelection.assets(SOURCES_ASSET),
    description="raw/sources.yml -> raw/: the listed pages, as `gwr fetch` gets them.",
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


def fetch_schedule(paths: Paths, settings: FetchSettings, timezone: str) -> dg.ScheduleDefinition:
    """The nightly fetch, an hour before the build. It is on where raw/sources.yml exists when Dagster
    starts; the page's Automation tab switches it on or off."""
    return dg.ScheduleDefinition(
        name="nightly_fetch",
        job=fetch_job,
        cron_schedule=settings.cron,
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING
        if sources_file(paths.raw).is_file()
        else dg.DefaultScheduleStatus.STOPPED,
        description="Looks every night whether a page of raw/sources.yml is new or changed.",
    )


def raw_state(raw: Path) -> tuple[str, float]:
    """What lies in raw/: a hash of every file's path, size and time of change, and the latest such time.

    Hidden files do not count. The hash is of the listing, not of the bytes: it costs nothing to ask.
    """
    digest = hashlib.sha256()
    latest = 0.0
    for path in sorted(path for path in raw.rglob("*") if path.is_file()):
        relative = path.relative_to(raw)
        if any(part.startswith(".") for part in relative.parts):
            continue
        found = path.stat()
        digest.update(f"{relative.as_posix()}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
        latest = max(latest, found.st_mtime)
    return digest.hexdigest()[:16], latest


def raw_sensor(paths: Paths, settings: Settings) -> dg.SensorDefinition:
    """Starts one run for a batch of changes in raw/, once nothing has changed there for a while.

    The cursor holds the state that was last seen at rest; the first look only notes it, because
    `gwr build` and the nightly run take what is there already.
    """

    @dg.sensor(
        name="raw_changed",
        job=build_job,
        minimum_interval_seconds=settings.raw_interval_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a build when a file or sidecar in raw/ is added, changed or removed, after"
        f" {settings.raw_quiet_seconds} seconds of quiet: one run for a batch.",
    )
    def raw_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        state, latest = raw_state(paths.raw)
        cursor = json.loads(context.cursor or "{}")
        if not cursor:
            context.update_cursor(json.dumps({"state": state}))
            return dg.SkipReason("noted what lies in raw/; the next change starts a build")
        if state == cursor["state"]:
            return dg.SkipReason("nothing changed in raw/")
        quiet = time.time() - latest
        if quiet < settings.raw_quiet_seconds:
            return dg.SkipReason(f"raw/ changed {quiet:.0f} s ago; waiting until the batch is complete")
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=state, tags={"gwr/started_by": "raw_changed"})],
            cursor=json.dumps({"state": state}),
        )

    return raw_changed
