"""Schedules, and the sensor on raw/: one run a batch, none without a change, none while files still come in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from pipelines.automation import fetch_schedule, nightly_schedule, raw_sensor, raw_state, season_schedules
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
    assert runs == [f"{raw_state(paths.raw)[0]}-1"]
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


def test_a_batch_that_was_there_before_is_a_batch_again(paths: Paths) -> None:
    """Dagster starts one run a key: the state alone would be no key for what was taken away and came back."""
    file = paths.raw / "reports/330200-ningbo/2026.txt"
    seen = file.stat()
    content = file.read_bytes()
    _, cursor = look(paths, None)
    keys = []
    for _ in range(2):
        file.unlink()
        runs, cursor = look(paths, cursor)
        keys += runs
        file.write_bytes(content)
        os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        runs, cursor = look(paths, cursor)
        keys += runs
    assert len(set(keys)) == 4


@pytest.fixture
def busy(paths: Paths) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the build lock until its standard input is closed."""
    code = (
        "import sys; from pathlib import Path; from pipelines.lock import build_lock\n"
        "with build_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(paths.data)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    yield holder
    if holder.poll() is None:
        holder.communicate()


def on_time(schedule: dg.ScheduleDefinition) -> tuple[int, str | None]:
    """What a schedule does at its time: how many runs it starts, and why it starts none."""
    with dg.build_schedule_context(scheduled_execution_time=datetime(2027, 1, 15, 8, tzinfo=UTC)) as context:
        result = schedule.evaluate_tick(context)
    return len(result.run_requests or []), result.skip_message


def test_schedules_step_back_while_a_build_is_at_work(paths: Paths, busy: subprocess.Popen[str]) -> None:
    schedules = [nightly_schedule(paths, Settings()), *season_schedules(paths, Settings())]
    assert [schedule.name for schedule in schedules] == ["nightly_build", "season_build"]
    for schedule in schedules:
        runs, why = on_time(schedule)
        assert runs == 0
        assert "another build is at work" in (why or "")
    busy.communicate()
    assert [on_time(schedule) for schedule in schedules] == [(1, None), (1, None)]


def test_a_change_that_meets_a_build_at_work_is_not_forgotten(
    paths: Paths, busy: subprocess.Popen[str]
) -> None:
    _, cursor = look(paths, None)
    add(paths, "reports/330200-ningbo/2027.txt", age=60)
    runs, after = look(paths, cursor)
    assert runs == []
    busy.communicate()
    assert len(look(paths, after)[0]) == 1


def test_the_season_is_weekdays_from_january_to_march(paths: Paths) -> None:
    [schedule] = season_schedules(paths, Settings())
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    start = datetime(2027, 3, 26, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    ticks = schedule_execution_time_iterator(
        start.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone
    )
    found = [next(ticks) for _ in range(12)]
    assert {tick.weekday() < 5 for tick in found} == {True}
    assert [f"{tick:%m-%d %H}" for tick in found[:2]] == ["03-26 12", "03-26 16"]
    assert [f"{tick:%Y-%m}" for tick in (found[10], next(t for t in ticks if t.month == 1))] == [
        "2027-03",
        "2028-01",
    ]


def test_the_season_can_be_switched_off(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_SEASON_CRON", "")
    assert season_schedules(paths, Settings()) == []
    fetch = fetch_schedule(paths, FetchSettings(), "Asia/Shanghai", Settings().season_cron)
    assert fetch.cron_schedule == [FetchSettings().cron]
