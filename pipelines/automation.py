"""What starts a run: the jobs, their schedules and the sensor on raw/. `upkeep` has the rest."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import dagster as dg

from pipelines.assets.sources import ASSET as SOURCES_ASSET
from pipelines.lock import build_is_running
from pipelines.paths import Paths
from pipelines.settings import FetchSettings, Settings
from pipelines.sources.listing import sources_file
from pipelines.upkeep import WHOLE_BUILD

JOB_NAME = "build"
STARTED_BY = "gwr/started_by"
BUSY = "another build is at work"

build_job = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(SOURCES_ASSET),
    tags=WHOLE_BUILD,
    description="raw/ -> lake -> dbt -> data/published/: the whole graph, as `gwr build` runs it.",
)

fetch_job = dg.define_asset_job(
    "fetch_sources",
    selection=dg.AssetSelection.assets(SOURCES_ASSET),
    description="raw/sources.yml -> raw/: the listed pages, as `gwr fetch` gets them.",
)


def _build_schedule(
    name: str, cron: str, paths: Paths, settings: Settings, description: str
) -> dg.ScheduleDefinition:
    """A schedule of the whole build that steps back while another build is at work."""

    @dg.schedule(
        name=name,
        job=build_job,
        cron_schedule=cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def build_on_time() -> dg.RunRequest | dg.SkipReason:
        if build_is_running(paths.data):
            return dg.SkipReason(
                f"{BUSY}; what it does not take, the sensor raw_changed and the next build do"
            )
        return dg.RunRequest(tags={STARTED_BY: name})

    return build_on_time


def nightly_schedule(paths: Paths, settings: Settings) -> dg.ScheduleDefinition:
    """The nightly build. It runs while `gwr serve` does; the page's Automation tab switches it off."""
    return _build_schedule(
        "nightly_build",
        settings.nightly_cron,
        paths,
        settings,
        "Builds and publishes every night, so that what came into raw/ by day is there by morning.",
    )


def season_schedules(paths: Paths, settings: Settings) -> list[dg.ScheduleDefinition]:
    """More builds in the months in which reports come out; none where `GWR_SEASON_CRON` is empty."""
    if not settings.season_cron:
        return []
    description = "Builds every few hours on weekdays from January to March, when reports come out."
    return [_build_schedule("season_build", settings.season_cron, paths, settings, description)]


def fetch_schedule(
    paths: Paths, settings: FetchSettings, timezone: str, season_cron: str = ""
) -> dg.ScheduleDefinition:
    """The nightly fetch, an hour before the build, and in season as often as builds.

    It is on where raw/sources.yml exists when Dagster starts; the page's Automation tab switches it on
    or off.
    """
    return dg.ScheduleDefinition(
        name="nightly_fetch",
        job=fetch_job,
        cron_schedule=[cron for cron in (settings.cron, season_cron) if cron],
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING
        if sources_file(paths.raw).is_file()
        else dg.DefaultScheduleStatus.STOPPED,
        description="Looks every night, in season every few hours, whether a page of raw/sources.yml is new"
        " or changed.",
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
        digest.update(b"%b\0%d\0%d\n" % (os.fsencode(relative), found.st_size, found.st_mtime_ns))
        latest = max(latest, found.st_mtime)
    return digest.hexdigest()[:16], latest


def raw_sensor(paths: Paths, settings: Settings) -> dg.SensorDefinition:
    """Starts one run for a batch of changes in raw/, once nothing has changed there for a while.

    The cursor holds the state that was last seen at rest, and the number of the batch: a raw/ that is as
    it was before some change is a batch of its own, and Dagster starts one run a key. The first look only
    notes the state, because `gwr build` and the nightly run take what is there already.
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
        if build_is_running(paths.data):
            return dg.SkipReason(f"raw/ changed, but {BUSY}; a build follows it")
        batch = cursor.get("batch", 0) + 1
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=f"{state}-{batch}", tags={STARTED_BY: "raw_changed"})],
            cursor=json.dumps({"state": state, "batch": batch}),
        )

    return raw_changed
