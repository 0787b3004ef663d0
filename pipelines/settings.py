"""What an operator may change. Each setting is an environment variable `GWR_<NAME>`; none is needed.

Where files lie is in `pipelines.paths` (`GWR_RAW_DIR`, `GWR_DATA_DIR`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def available_cores() -> int:
    """Cores that this process may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """The settings of this process.

    Raises:
        pydantic.ValidationError: an environment variable has a value of the wrong kind.
    """

    model_config = SettingsConfigDict(env_prefix="GWR_", frozen=True)

    host: str = Field("127.0.0.1", description="Address that the Dagster page listens on.")
    port: int = Field(3000, ge=1, le=65535, description="Port that the Dagster page listens on.")
    keep_versions: int = Field(3, ge=1, description="Published versions that stay on disk.")
    nightly_cron: str = Field("30 2 * * *", description="When the nightly build starts.")
    timezone: str = Field("Asia/Shanghai", description="Time zone of the nightly build.")
    season_cron: str = Field(
        "0 8-20/4 * 1-3 1-5",
        description="More builds and fetches while reports come out (weekdays, January to March); '' for none.",
    )
    stale_warn_hours: float = Field(
        26.0, ge=0, description="Age of published tables that the page warns of; 0: never."
    )
    stale_fail_hours: float = Field(
        50.0, gt=0, description="Age of published tables that the page calls a failure."
    )
    step_retries: int = Field(
        2, ge=0, description="How often a step is tried again after a fault that may pass (disk, lock)."
    )
    step_retry_seconds: float = Field(
        5.0, ge=0, description="Wait before the first such retry; then twice as long."
    )
    raw_interval_seconds: int = Field(30, ge=1, description="How often raw/ is looked at for changes.")
    raw_quiet_seconds: int = Field(20, ge=0, description="Quiet in raw/ that ends a batch of changes.")
    pages: bool = Field(
        True,
        description="Whether a version gets its site: about 3 MB and a third of a second for each report.",
    )
    accept_changes: bool = Field(
        False, description="Whether a version that lost most rows of a table may be published all the same."
    )
    gold_dir: Path | None = Field(
        None, description="Folder of gold files that each run is measured against, instead of tests/gold."
    )
    page_url: str | None = Field(None, description="Address of the Dagster page, for links in alerts.")
    alert_webhook_url: SecretStr | None = Field(
        None, description="Where failed runs and checks are posted as JSON. None: nowhere."
    )
    alert_on: Literal["warnings", "errors"] = Field(
        "warnings", description="Whether checks that only warn are alerts too."
    )
    alert_timeout_seconds: float = Field(10.0, gt=0, description="Longest silence of the webhook.")
    alert_attempts: int = Field(3, ge=1, description="How often the webhook is called for one alert.")
    alert_wait_seconds: float = Field(1.0, ge=0, description="Wait before the second call; then longer.")
    postgres_dsn: SecretStr | None = Field(
        None, description="PostgreSQL database that each published version is copied to; unset: none."
    )
    postgres_schema: str = Field(
        "gwr", pattern=r"^[a-z_][a-z0-9_]{0,62}$", description="Schema there. Nothing else may be in it."
    )
    ducklake_catalog: SecretStr | None = Field(
        None,
        description="Catalog of a DuckLake for each published version: `postgres:` and a connection string,"
        " or the path of a file; unset: none.",
    )
    ducklake_data: str | None = Field(
        None, description="Folder or object-store URL for the DuckLake's Parquet files."
    )
    ducklake_keep_snapshots: int | None = Field(
        None, ge=1, description="Snapshots of the DuckLake that stay; unset: all."
    )
    executor: Literal["in_process", "celery"] = Field(
        "in_process",
        description="What executes the steps of a run that Dagster starts: its process, or Celery's workers.",
    )
    celery_broker: SecretStr | None = Field(
        None, description="Address of the Redis by which steps reach Celery's workers, with its password."
    )
    build_target: Literal["embedded", "ducklake"] = Field(
        "embedded",
        description="Where dbt builds: a DuckDB file of this machine, or a DuckLake that machines share.",
    )
    target_attempts: int = Field(
        5, ge=1, description="How often a copy is tried while its server can't be reached."
    )
    workers: int = Field(
        default_factory=available_cores,
        ge=1,
        description="Processes that read texts; 1: the build's own. Unset: as many as it has cores.",
    )
    parallel_from_characters: int = Field(
        2_000_000, ge=0, description="Characters to read from which on it is worth starting processes."
    )
    batch_characters: int = Field(
        400_000, ge=1, description="Characters that a process reads at a time: its memory grows with them."
    )
    engine: Literal["local", "ray"] = Field(
        "local", description="Where texts are read: processes of this machine, or a Ray cluster."
    )
    ray_address: str | None = Field(
        None, description="Address of the Ray cluster, host:port; unset: one for the run, on this machine."
    )
    ray_tasks_per_core: int = Field(
        2, ge=1, description="Batches that are under way for each core of the Ray cluster."
    )
    ray_in_flight_mb: int = Field(
        256, ge=1, description="What the batches under way on Ray may hold of texts, in MB."
    )
    ray_attempts: int = Field(
        5, ge=1, description="How often a batch is given to Ray whose node was lost or had a fault."
    )
    ray_task_seconds: float = Field(
        900.0, gt=0, description="How long a batch may take on Ray before it is given to another node."
    )
    ray_wait_seconds: float = Field(
        60.0, gt=0, description="Longest wait for a Ray cluster without a live core before a build fails."
    )
    lake_url: str | None = Field(
        None,
        description="Folder or object-store URL (s3://bucket/folder, gs://, az://, file:///) at which the lake"
        " lies for several machines; unset: on this one only.",
    )
    lake_url_transfers: int = Field(
        8, ge=1, description="Files that are on their way from or to the lake's URL at a time."
    )
    lake_url_seconds: float = Field(
        60.0, gt=0, description="How long a request to the lake's URL is tried again before the build fails."
    )
    rehash: bool = Field(
        False, description="Whether files are hashed again although size and times are those of the last run."
    )
    max_file_mb: int = Field(64, ge=1, description="Largest file of raw/ that is read, in MB.")
    max_text_chars: int = Field(
        500_000, ge=1000, description="Longest text of a document, in characters (a report has 20,000)."
    )
    max_unpacked_mb: int = Field(200, ge=1, description="What a .docx or .xlsx may unpack to, in MB.")
    max_unpack_ratio: int = Field(
        200,
        ge=10,
        description="How many times its size a .docx or .xlsx of over 10 MB unpacked may unpack to.",
    )
    max_table_cells: int = Field(1_000_000, ge=1000, description="Most cells and rows of a table.")
    reader_memory_mb: int = Field(
        1000, ge=100, description="Memory that reading one .pdf, .docx, .xlsx or large .html may take, in MB."
    )
    reader_seconds: int = Field(60, ge=1, description="Seconds that reading one such file may take.")
    log_format: Literal["text", "json"] = Field(
        "text",
        description="How `gwr build`, `gwr serve` and the code server log: for people, or a JSON line each.",
    )


class FetchSettings(BaseSettings):
    """How pages are fetched; each is an environment variable `GWR_FETCH_<NAME>`.

    Raises:
        pydantic.ValidationError: an environment variable has a value of the wrong kind.
    """

    model_config = SettingsConfigDict(env_prefix="GWR_FETCH_", frozen=True)

    cron: str = Field("30 1 * * *", description="When pages are fetched, in GWR_TIMEZONE.")
    user_agent: str = Field(
        "gov-work-reports (looks once a night whether a listed page changed)",
        min_length=1,
        pattern=r"^[\x20-\x7e]+$",
        description="What servers are told of who asks. Add an address that their operators can write to.",
    )
    connect_seconds: float = Field(10.0, gt=0, description="Longest wait for a connection.")
    read_seconds: float = Field(30.0, gt=0, description="Longest silence of a server.")
    total_seconds: float = Field(180.0, gt=0, description="Longest time for one attempt, redirects included.")
    attempts: int = Field(4, ge=1, description="How often a page is asked for where asking again may help.")
    wait_seconds: float = Field(2.0, ge=0, description="Wait before the second attempt; then twice as long.")
    wait_max_seconds: float = Field(
        60.0, ge=0, description="Longest wait; a server that asks for a longer one is left alone."
    )
    host_seconds: float = Field(2.0, ge=0, description="Least seconds between two requests to one host.")
    max_redirects: int = Field(5, ge=0, description="Most redirects that are followed.")
    min_characters: int = Field(
        200, ge=0, description="A text of fewer characters is no report but an error page, and is not taken."
    )
    allow_private: bool = Field(
        False,
        description="Whether pages on private and loopback addresses (never link-local) may be fetched.",
    )
