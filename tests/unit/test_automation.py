"""The sensor on raw/: one run a batch, none without a change, none while files still come in."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import dagster as dg
import pytest

from pipelines.automation import fetch_schedule, raw_sensor, raw_state
from pipelines.paths import Paths
from pipelines.settings import FetchSettings, Settings


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A raw/ with one file that has been there for an hour."""
    paths = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    add(paths, "reports/330200-ningbo/2026.txt", age=3600)
    return paths


def add(paths: Paths, name: str, *, age: float) -> None:
    """Write a file of a certain age."""
    file = paths.raw / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(name, encoding="utf-8")
    os.utime(file, (time.time() - age, time.time() - age))


def look(paths: Paths, cursor: str | None) -> tuple[list[str | None], str | None]:
    """One look of the sensor: the keys of the runs it asks for, and its new cursor."""
    with dg.build_sensor_context(cursor=cursor) as context:
        result = raw_sensor(paths, Settings()).evaluate_tick(context)
    return [request.run_key for request in result.run_requests or []], result.cursor


def test_the_first_look_only_notes_what_is_there(paths: Paths) -> None:
    runs, cursor = look(paths, None)
    assert runs == []
    assert json.loads(cursor or "")["state"] == raw_state(paths.raw)[0]


def test_a_batch_of_changes_is_one_run(paths: Paths) -> None:
    _, cursor = look(paths, None)
    add(paths, "reports/330200-ningbo/2027.txt", age=60)
    add(paths, "reports/330200-ningbo/2027.yml", age=60)
    runs, after = look(paths, cursor)
    assert runs == [raw_state(paths.raw)[0]]
    assert look(paths, after) == ([], after)


def test_it_waits_until_raw_is_quiet(paths: Paths) -> None:
    _, cursor = look(paths, None)
    add(paths, "reports/330200-ningbo/2027.txt", age=1)
    assert look(paths, cursor)[0] == []


def test_a_removed_file_is_a_change_and_a_hidden_one_is_not(paths: Paths) -> None:
    add(paths, "reports/330200-ningbo/2025.txt", age=3600)
    _, cursor = look(paths, None)
    add(paths, "reports/.partial", age=60)
    assert look(paths, cursor)[0] == []
    (paths.raw / "reports/330200-ningbo/2025.txt").unlink()
    assert len(look(paths, cursor)[0]) == 1


def test_pages_are_fetched_at_night_where_some_are_listed(paths: Paths) -> None:
    def status() -> dg.DefaultScheduleStatus:
        return fetch_schedule(paths, FetchSettings(), "Asia/Shanghai").default_status

    assert status() is dg.DefaultScheduleStatus.STOPPED
    (paths.raw / "sources.yml").write_text("[]", encoding="utf-8")
    assert status() is dg.DefaultScheduleStatus.RUNNING
