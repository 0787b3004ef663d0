"""The event log of `gwr build`: the same content as Dagster's, in fewer commits that do not wait for the disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import DagsterEventType
from dagster._core.events.log import EventLogEntry

from pipelines.event_log import PooledEventLog
from pipelines.instance import open_instance
from pipelines.paths import Paths


@dg.asset(check_specs=[dg.AssetCheckSpec("sound", asset="thing")])
def thing() -> Iterator[dg.Output[int] | dg.AssetCheckResult]:
    yield dg.Output(1)
    yield dg.AssetCheckResult(passed=True)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with open_instance(Paths(raw=tmp_path / "raw", data=tmp_path / "data")) as instance:
        yield instance


def log_of(instance: dg.DagsterInstance) -> PooledEventLog:
    storage = instance.event_log_storage
    assert isinstance(storage, PooledEventLog)
    return storage


def entry(run_id: str) -> EventLogEntry:
    return EventLogEntry(
        error_info=None,
        level=20,
        user_message="",
        run_id=run_id,
        timestamp=time.time(),
    )


def test_a_run_is_recorded_with_what_it_intends_and_what_came_of_it(instance: dg.DagsterInstance) -> None:
    result = dg.materialize([thing], instance=instance)
    kinds = [one.dagster_event_type for one in instance.all_logs(result.run_id)]
    for kind in (
        DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
        DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
        DagsterEventType.ASSET_MATERIALIZATION,
        DagsterEventType.ASSET_CHECK_EVALUATION,
    ):
        assert kinds.count(kind) == 1, kind
    key = dg.AssetCheckKey(dg.AssetKey("thing"), "sound")
    (latest,) = log_of(instance).get_latest_asset_check_execution_by_key([key]).values()
    assert latest.status.value == "SUCCEEDED"
    assert latest.run_id == result.run_id


def test_commits_do_not_wait_for_the_disk_and_the_files_are_safe_from_a_crash(
    instance: dg.DagsterInstance,
) -> None:
    for connect in (log_of(instance).index_connection, lambda: log_of(instance).run_connection("a run")):
        with connect() as connection:
            # A connection finds the mode out when it reads.
            assert connection.exec_driver_sql("select count(*) from event_logs").scalar() == 0
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 1
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def test_events_that_come_together_are_stored_together_or_not_at_all(instance: dg.DagsterInstance) -> None:
    storage = log_of(instance)
    storage.store_event_batch([entry("a run"), entry("a run")])
    assert len(storage.get_logs_for_run("a run")) == 2
    with pytest.raises(dg._check.CheckError):
        storage.store_event_batch([entry("a run"), "no event"])  # type: ignore[list-item]
    assert len(storage.get_logs_for_run("a run")) == 2
    # One at a time, as Dagster does then.
    storage.store_event(entry("a run"))
    assert len(storage.get_logs_for_run("a run")) == 3
