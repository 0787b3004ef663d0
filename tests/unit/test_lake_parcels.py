"""A task that travels with its bytes leaves what it would have left here; what can't travel stays."""

from __future__ import annotations

import os
import pickle
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.lake import running
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.parcels import NotPortableError, pack, perform_parcel, unpack
from pipelines.lake.ray_cluster import RayUnavailableError, check_ray, why_not
from pipelines.lake.ray_node import differences, versions
from pipelines.lake.reading import perform
from pipelines.lake.tasks import Bundle, Outcome, Task
from pipelines.lake.workers import Workers, next_task
from pipelines.paths import Paths
from tests.unit.test_documents_read import put
from tests.unit.test_lake_incremental import REPORT, lake, run

PLACES = ("330100-hangzhou", "330200-ningbo", "330300-wenzhou", "440000-guangdong")


class Elsewhere(Workers):
    """An engine that does each task from its parcel, as a machine would that shares no disk with this one."""

    sent = stayed = 0

    def run(self, tasks: Iterator[Task], urgent: deque[Task]) -> Iterator[tuple[Task, Outcome]]:
        while (task := next_task(tasks, urgent)) is not None:
            try:
                parcel = pickle.dumps(pack(task))
            except NotPortableError:
                if isinstance(task, Bundle):
                    urgent.extend(task.batches)
                    continue
                type(self).stayed += 1
                yield task, perform(task)
                continue
            type(self).sent += 1
            assert os.fsencode(task.lake) not in parcel
            yield task, unpack(perform_parcel(pickle.loads(parcel)), task.lake)


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    for number, place in enumerate(PLACES):
        put(tmp_path / "raw", f"reports/{place}/2026.txt", REPORT.replace("3万", f"{number + 3}万"))
    (tmp_path / "raw/reports/330100-hangzhou/2025.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "raw/reports/330300-wenzhou/2025.txt").write_text("no sidecar", encoding="utf-8")
    monkeypatch.setenv("GWR_BATCH_CHARACTERS", "100")
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    Elsewhere.sent = Elsewhere.stayed = 0
    monkeypatch.setattr(running, "open_engine", lambda choice, size, stage: Elsewhere(1, stage))


@pytest.mark.parametrize(("together", "least"), [("100", 8), ("100000", 2)])
def test_where_a_task_is_done_does_not_show(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: str, least: int
) -> None:
    here = run(paths)
    monkeypatch.setenv("GWR_BATCH_CHARACTERS", together)
    other = Paths(raw=paths.raw, data=tmp_path / "other")
    elsewhere(monkeypatch)
    there = run(other)
    assert (there.read, there.documents.quarantined) == (here.read, here.documents.quarantined)
    assert len(here.documents.quarantined) == 2
    assert (Elsewhere.stayed, Elsewhere.sent >= least) == (0, True)
    assert lake(other) == lake(paths)
    # Some rows of a partition stay: they travel too, to be put together with the new ones.
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT.replace("5.5%", "6.5%"))
    assert run(other).read == (1, 1)
    monkeypatch.undo()
    assert run(paths).read == (1, 1)
    assert lake(other) == lake(paths)


def test_what_bytes_cannot_stand_for_is_looked_at_where_it_lies(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.txt").write_text(REPORT, encoding="utf-8")
    (paths.raw / "reports/440000-guangdong/2024.txt").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(paths.raw / "reports/440000-guangdong/2023.txt")
    here = run(paths)
    other = Paths(raw=paths.raw, data=tmp_path / "other")
    elsewhere(monkeypatch)
    assert run(other).documents.quarantined == here.documents.quarantined
    codes = {row["reason_code"] for row in here.documents.quarantined}
    assert {"file_misplaced", "file_not_regular"} <= codes
    assert Elsewhere.stayed == 2
    assert lake(other) == lake(paths)


def test_a_node_with_another_version_says_which() -> None:
    there = {**versions(), "polars": "1.0.0"}
    [told] = differences(there, versions())
    assert told.startswith("polars: 1.0.0 there, ")
    assert differences(versions(), versions()) == ()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:99999", "http://127.0.0.1:1", "127.0.0.1:1"])
def test_an_address_where_no_cluster_is_fails_at_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.lake.ray_cluster.load_ray", lambda host: None)
    with pytest.raises(RayUnavailableError, match=rf"{address}.*(host:port|ray start --head)"):
        check_ray(address)


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(RayUnavailableError, match=r"gov-work-reports\[ray\]"):
        check_ray(None)


def test_a_cluster_that_wants_a_token_says_so() -> None:
    # As Ray 2.60 words it where the head was started with a token and this process has none.
    said = (
        "Failed to connect to GCS. Last connection error: Traceback (most recent call last):\n"
        "ray.exceptions.AuthenticationError: RPC error: InvalidAuthToken: Authentication token is missing\n"
    )
    assert re.fullmatch(r"the Ray cluster at h:1 wants a token.* RAY_AUTH_TOKEN .*", why_not("h:1", said))
    assert why_not(None, "Traceback\n  no room left\n\n").endswith("can't be used: no room left")


def test_what_a_run_asks_for_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert EngineChoice.from_settings() == EngineChoice("local", None)
    monkeypatch.setenv("GWR_ENGINE", "ray")
    monkeypatch.setenv("GWR_RAY_ADDRESS", "10.0.0.5:6379")
    assert EngineChoice.from_settings() == EngineChoice("ray", "10.0.0.5:6379")
    assert EngineChoice.from_settings("local").name == "local"
    with pytest.raises(ValueError, match="spark is no engine"):
        EngineChoice.from_settings("spark")
