"""Reading on a Ray cluster of a head and two nodes: the same bytes, whoever dies."""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipelines.lake import ray_node
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.ray_cluster import RayUnavailableError
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
    cluster.worker_nodes.remove(doomed)
    doomed.kill_all_processes(check_alive=False, allow_graceful=False)
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


def test_a_node_that_would_read_differently_ends_the_run(
    cluster: Any, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {**ray_node.versions(), "polars": "0.1"}
    monkeypatch.setattr("pipelines.lake.ray_engine.versions", lambda: other)
    with pytest.raises(RayUnavailableError, match=r"would read differently: polars: .* there, 0\.1 here"):
        read_documents_stage(paths, engine=EngineChoice("ray", cluster.address))
