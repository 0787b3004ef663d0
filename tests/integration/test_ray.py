"""Reading on a Ray cluster of a head and two nodes: the same bytes, whoever dies."""

from __future__ import annotations

import os
import signal
import sys
import time
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pipelines.lake import ray_node
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.ray_cluster import RayUnavailableError
from pipelines.lake.ray_engine import RayEngine
from pipelines.lake.statements import read_statements_stage
from pipelines.paths import Paths
from tests.unit.test_documents_read import put
from tests.unit.test_lake_incremental import REPORT, lake, run

# Not imported here: Ray reads its environment when it is.
pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: make ray-check"),
]

YEARS = range(2007, 2027)


@pytest.fixture
def cluster(ray_nodes: Any) -> Any:
    """Two nodes of one core, whatever a test before has killed."""
    for _ in range(2 - len(ray_nodes.worker_nodes)):
        ray_nodes.add_node(num_cpus=1, object_store_memory=200_000_000)
    return ray_nodes


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    for year in YEARS:
        put(tmp_path / "raw", f"reports/330200-ningbo/{year}.txt", REPORT.replace("2026", str(year)))
    put(tmp_path / "raw", "reports/330100-hangzhou/2026.txt", REPORT)
    (tmp_path / "raw/reports/330100-hangzhou/2025.pdf").write_bytes(b"%PDF-1.4 broken")
    monkeypatch.setenv("GWR_PARALLEL_FROM_CHARACTERS", "0")
    monkeypatch.setenv("GWR_BATCH_CHARACTERS", "1")
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


@pytest.fixture
def expected(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """The same read on one machine."""
    local = Paths(raw=paths.raw, data=tmp_path / "local")
    with monkeypatch.context() as context:
        context.setenv("GWR_WORKERS", "1")
        run(local)
    return local


def killed_with_its_node(doomed: str, wanted: dict[str, str], parcel: bytes) -> Any:
    """Does a task; a certain node is killed while it has its second one."""
    import ray  # noqa: PLC0415 - runs on a node

    given = vars(ray_node).setdefault("given", [])
    given.append(parcel)
    if ray.get_runtime_context().get_node_id() == doomed and len(given) == 2:
        # As when a machine goes down: the node's daemon, and the process that reads.
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return ray_node.do(wanted, parcel)


@pytest.fixture
def by_value() -> None:
    """What this module gives a node to do goes there whole: the node has no tests."""
    import ray  # noqa: PLC0415 - skipped without it

    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.mark.usefixtures("by_value")
def test_a_node_that_is_killed_while_it_reads_does_not_show(
    cluster: Any,
    paths: Paths,
    expected: Paths,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = EngineChoice("ray", cluster.address)
    doomed = sorted(cluster.worker_nodes, key=lambda node: node.node_id)[0]
    its_id: str = doomed.node_id
    seen: list[tuple[int, int]] = []

    def given_to_a_node(wanted: dict[str, str], parcel: bytes) -> Any:
        return killed_with_its_node(its_id, wanted, parcel)

    with monkeypatch.context() as context:
        context.setattr("pipelines.lake.ray_engine.do", given_to_a_node)
        documents = read_documents_stage(paths, lambda *told: seen.append(told), engine=engine)
    assert doomed.all_processes["raylet"][0].process.wait(timeout=10) == -signal.SIGKILL
    cluster.remove_node(doomed, allow_graceful=False)
    assert "is read again on Ray" in caplog.text or "was killed at" in caplog.text
    assert seen[-1] == (len(YEARS) + 2, len(YEARS) + 2)
    assert documents.read_by.startswith("Ray (")
    assert [row["reason_code"] for row in documents.quarantined] == ["sidecar_missing"]
    statements = read_statements_stage(paths, engine=engine)
    # The head may not have noticed the death yet.
    assert statements.stage.read_by.startswith("Ray (")
    assert (documents.read, statements.stage.read) == (len(YEARS) + 1, len(YEARS) + 1)
    assert lake(paths) == lake(expected)


def killed_at_one(wanted: dict[str, str], parcel: bytes) -> Any:
    """Does a task, but one that holds a certain document ends its process as a lack of memory does."""
    if b"330200-ningbo/2020.txt" in parcel:
        os.kill(os.getpid(), signal.SIGKILL)
    return ray_node.do(wanted, parcel)


@pytest.mark.usefixtures("by_value")
def test_a_document_that_kills_its_process_is_set_aside_alone(
    cluster: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_BATCH_CHARACTERS", "10000")
    monkeypatch.setattr("pipelines.lake.ray_engine.do", killed_at_one)
    done = read_documents_stage(paths, engine=EngineChoice("ray", cluster.address))
    crashed = [row["file_path"] for row in done.quarantined if row["reason_code"] == "process_crashed"]
    assert crashed == ["reports/330200-ningbo/2020.txt"]
    assert done.read == len(YEARS)


def held_up_at_one(wanted: dict[str, str], parcel: bytes) -> Any:
    """Does a task, but one that holds a certain document never comes to its end."""
    if b"330200-ningbo/2020.txt" in parcel:
        time.sleep(3600)
    return ray_node.do(wanted, parcel)


@pytest.mark.usefixtures("by_value")
def test_a_document_that_never_ends_is_set_aside_alone(
    cluster: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GWR_RAY_TASK_SECONDS", "12")
    monkeypatch.setattr("pipelines.lake.ray_engine.do", held_up_at_one)
    done = read_documents_stage(paths, engine=EngineChoice("ray", cluster.address))
    crashed = [row["file_path"] for row in done.quarantined if row["reason_code"] == "process_crashed"]
    assert crashed == ["reports/330200-ningbo/2020.txt"]
    assert done.read == len(YEARS)
    assert "report_year=2020/330000 is not back from Ray after 12 s" in caplog.text


def never_back(wanted: dict[str, str], parcel: bytes) -> Any:
    """Takes a task and gives nothing."""
    time.sleep(3600)


@pytest.mark.usefixtures("by_value")
def test_a_cluster_that_answers_nothing_ends_the_run_and_sets_nothing_aside(
    cluster: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_RAY_TASK_SECONDS", "1")
    monkeypatch.setenv("GWR_RAY_ATTEMPTS", "2")
    monkeypatch.setattr("pipelines.lake.ray_engine.do", never_back)
    said = r"can't be done on Ray, on 2 attempts: TimeoutError: nothing for 1 s"
    with pytest.raises(RayUnavailableError, match=said):
        read_documents_stage(paths, engine=EngineChoice("ray", cluster.address))


def stored_bytes() -> int:
    """Bytes that the nodes of the cluster hold for this process, and this process for them."""
    import ray  # noqa: PLC0415 - connected by the engine
    from ray._private.internal_api import node_stats  # noqa: PLC0415

    alive = (node for node in ray.nodes() if node["Alive"])
    there = (node_stats(node["NodeManagerAddress"], node["NodeManagerPort"]) for node in alive)
    return sum(stats.store_stats.object_store_bytes_used for stats in there)


def test_what_is_under_way_keeps_to_its_bounds(
    cluster: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 80 reports of 250 kB each: without a bound all 20 MB of them would lie in the object store at once.
    line = "坚持稳中求进工作总基调，推动高质量发展取得新成效。\n"
    for year, place in product(range(1980, 2020), ("430000-hunan", "440000-guangdong")):
        put(paths.raw, f"reports/{place}/{year}.txt", REPORT.replace("2026", str(year)) + line * 3300)
    monkeypatch.setenv("GWR_RAY_IN_FLIGHT_MB", "1")
    monkeypatch.setenv("GWR_RAY_TASKS_PER_CORE", "3")
    most = {"tasks": 0, "MB": 0.0, "stored MB": 0.0}
    ended = RayEngine._ended

    def looked_at(engine: RayEngine, reference: Any, urgent: Any) -> Any:
        most["tasks"] = max(most["tasks"], len(engine._under_way))
        most["MB"] = max(most["MB"], sum(given.size for given in engine._under_way.values()) / 1e6)
        most["stored MB"] = max(most["stored MB"], stored_bytes() / 1e6)
        return ended(engine, reference, urgent)

    monkeypatch.setattr(RayEngine, "_ended", looked_at)
    done = read_documents_stage(paths, engine=EngineChoice("ray", cluster.address))
    assert done.read == len(YEARS) + 1 + 80
    # The one that reaches the bound is still given. Stored are also the copies on the nodes and the answers.
    assert 1 < most["tasks"] <= 6
    assert 0.5 < most["MB"] < 1.3
    assert 0.5 < most["stored MB"] < 10, most


def test_a_node_that_would_read_differently_ends_the_run(
    cluster: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {**ray_node.versions(), "polars": "0.1"}
    monkeypatch.setattr("pipelines.lake.ray_engine.versions", lambda: other)
    with pytest.raises(RayUnavailableError, match=r"would read differently: polars: .* there, 0\.1 here"):
        read_documents_stage(paths, engine=EngineChoice("ray", cluster.address))
