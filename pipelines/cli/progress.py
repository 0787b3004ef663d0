"""What `gwr build` shows while it works: a line for each stage that has ended."""

from __future__ import annotations

import time

import dagster as dg
from rich.console import Console
from rich.status import Status

STAGES = {
    "documents": "Reading texts",
    "statements": "Extracting statements",
    "observations": "Reading statistics",
    "quarantine": "Gathering what was not taken",
    "lake_at_url": "Putting the lake at its URL",
    "dbt_build": "Building and testing the warehouse",
    "published_warehouse": "Publishing",
    "postgres_target": "Copying to PostgreSQL",
    "ducklake_target": "Copying to DuckLake",
}
"""Step of the run -> what a person calls it. Steps that only check are not shown."""


class BuildProgress:
    """Turns the log of a run into lines; on a terminal also a spinner that says what goes on now."""

    def __init__(self, console: Console, spinner: Status) -> None:
        """Lines go to the console; the spinner shows nothing where that is no terminal."""
        self._console = console
        self._spinner = spinner
        self._stage_started = time.monotonic()
        self._counts: list[str] = []

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Take one entry of the run's log."""
        event = entry.dagster_event
        stage = STAGES.get(entry.step_key or "")
        if stage is None:
            return
        if event is None:
            self._spinner.update(f"{stage}: {entry.user_message}")
        elif event.event_type == dg.DagsterEventType.STEP_START:
            self._stage_started = time.monotonic()
            self._counts = []
            self._spinner.update(stage)
        elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            materialization = event.step_materialization_data.materialization
            if (enabled := materialization.metadata.get("enabled")) and not enabled.value:
                return
            if (put := materialization.metadata.get("files_put")) is not None:
                self._counts.append(
                    f"{put.value:,} files, version {materialization.metadata['version'].value:,}"
                )
            elif rows := materialization.metadata.get("dagster/row_count"):
                self._counts.append(f"{rows.value:,} {materialization.asset_key.to_user_string()}")
            if pages := materialization.metadata.get("pages"):
                self._counts.append(f"{pages.value:,} pages")
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS and self._counts:
            self._line(stage, self._summary(entry.step_key or ""))
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            self._line(stage, "failed")

    def _summary(self, step: str) -> str:
        if step == "dbt_build":
            return f"{len(self._counts)} tables and views"
        return ", ".join(self._counts)

    def _line(self, stage: str, what: str) -> None:
        seconds = time.monotonic() - self._stage_started
        self._console.print(f"{stage:<36}{seconds:5.1f} s  {what}", markup=False, highlight=False)
