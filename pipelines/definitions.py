"""The Dagster code location: assets, checks, job and schedule of this project."""

from __future__ import annotations

import dagster as dg

from pipelines.alerts import alert_sensors
from pipelines.assets.changes import changes_asset
from pipelines.assets.documents import documents, raw_texts
from pipelines.assets.lake import schema_checks
from pipelines.assets.lake_url import lake_at_url
from pipelines.assets.metrics import run_metrics
from pipelines.assets.publication import publication_asset
from pipelines.assets.quarantine import all_input_taken, quarantine
from pipelines.assets.sources import sources_asset
from pipelines.assets.statements import raw_corrections, statements
from pipelines.assets.statistics import observations, raw_statistics
from pipelines.assets.targets import target_assets
from pipelines.assets.warehouse import dbt_resource, warehouse_assets
from pipelines.assets.workspace import Workspace
from pipelines.automation import (
    build_job,
    fetch_job,
    fetch_schedule,
    nightly_schedule,
    raw_sensor,
    season_schedules,
)
from pipelines.executor import run_executor
from pipelines.logs import follow_log_format
from pipelines.paths import Paths
from pipelines.settings import FetchSettings, Settings
from pipelines.upkeep import affected_sensor, with_upkeep
from pipelines.warehouse import load_manifest


def build_definitions(paths: Paths) -> dg.Definitions:
    """The definitions for one pair of raw and data folders. Parses the dbt project where it changed.

    Raises:
        DbtParseError: dbt can't parse dbt_project/.
    """
    manifest = load_manifest(paths)
    settings = Settings()
    built = [
        documents,
        statements,
        observations,
        quarantine,
        *([lake_at_url] if settings.lake_url else []),
        warehouse_assets(manifest),
        changes_asset(manifest),
        publication_asset(manifest),
        *target_assets,
        run_metrics,
    ]
    return dg.Definitions(
        assets=[
            sources_asset(paths),
            raw_texts,
            raw_statistics,
            raw_corrections,
            *with_upkeep(built, manifest, settings),
        ],
        asset_checks=[*schema_checks, all_input_taken],
        jobs=[build_job, fetch_job],
        schedules=[
            nightly_schedule(paths, settings),
            *season_schedules(paths, settings),
            fetch_schedule(paths, FetchSettings(), settings.timezone, settings.season_cron),
        ],
        sensors=[raw_sensor(paths, settings), affected_sensor(built), *alert_sensors()],
        resources={
            "workspace": Workspace(raw_dir=str(paths.raw), data_dir=str(paths.data)),
            "dbt": dbt_resource(),
        },
        executor=run_executor(settings),
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads: the definitions for the folders of this process's environment."""
    follow_log_format()
    return build_definitions(Paths.from_environment())
