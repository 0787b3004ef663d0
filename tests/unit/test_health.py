"""`gwr health`: what monitoring must hear, and that looking disturbs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.automation import JOB_NAME
from pipelines.code_server import close_what_was_interrupted
from pipelines.health import Health, health
from pipelines.instance import open_instance
from pipelines.lock import build_is_running, build_lock
from pipelines.paths import Paths
from pipelines.publication.versions import new_version, switch
from tests.conftest import RunGwr


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


@pytest.fixture
def version(paths: Paths) -> Path:
    """A published version of one file."""
    (new_version(paths.published) / "warehouse.duckdb").write_bytes(b"rows")
    return switch(paths.published, "content", keep=3)[0]


def look(paths: Paths, max_age_hours: float | None = None, min_free_gb: float = 0) -> Health:
    return health(paths, max_age_hours=max_age_hours, min_free_gb=min_free_gb)


def bad(found: Health) -> list[str]:
    return [check.name for check in found.checks if not check.ok]


def add_run(paths: Paths, status: dg.DagsterRunStatus) -> str:
    with open_instance(paths) as instance:
        run = instance.create_run_for_job(
            dg.define_asset_job(JOB_NAME).resolve(asset_graph=GRAPH), status=status
        )
        return run.run_id


@dg.asset
def nothing() -> None:
    """An asset for a job to have."""


GRAPH = dg.Definitions(assets=[nothing]).resolve_asset_graph()


def test_nothing_published_is_not_well(paths: Paths) -> None:
    found = look(paths)
    assert bad(found) == ["published"]
    assert "gwr build" in found.checks[0].message
    assert not paths.data.exists()


def test_a_whole_version_is_well(paths: Paths, version: Path) -> None:
    found = look(paths, max_age_hours=1)
    assert bad(found) == []
    assert found.as_object()["checks"]["published"]["version"] == version.name


def test_a_damaged_version_is_not(paths: Paths, version: Path) -> None:
    file = version / "warehouse.duckdb"
    file.chmod(0o644)
    file.write_bytes(b"other")
    assert bad(look(paths)) == ["published"]


def test_age_counts_from_the_last_publication(paths: Paths, version: Path) -> None:
    yesterday = time.time() - 30 * 3600
    os.utime(version, (yesterday, yesterday))
    assert bad(look(paths, max_age_hours=26)) == ["age"]
    assert bad(look(paths, max_age_hours=31)) == []
    assert bad(look(paths)) == []


def test_too_little_space_is_said(paths: Paths, version: Path) -> None:
    del version
    assert bad(look(paths, min_free_gb=1e9)) == ["disk"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (dg.DagsterRunStatus.FAILURE, ["last_build"]),
        (dg.DagsterRunStatus.SUCCESS, []),
        (dg.DagsterRunStatus.CANCELED, []),
        (dg.DagsterRunStatus.STARTED, []),
    ],
)
def test_the_last_build_that_ended_counts(
    paths: Paths, version: Path, status: dg.DagsterRunStatus, expected: list[str]
) -> None:
    del version
    add_run(paths, status)
    assert bad(look(paths)) == expected


def test_a_history_that_can_t_be_read_is_said(
    paths: Paths, version: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del version
    (tmp_path / "dagster.yaml").write_text("storage: {sqlite: {base_dir: /dev/null/no}}\n", encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    found = look(paths)
    assert bad(found) == ["last_build"]


def test_a_running_build_is_seen_and_not_disturbed(paths: Paths, version: Path) -> None:
    del version
    assert not build_is_running(paths.data)
    with build_lock(paths.data):
        assert build_is_running(paths.data)
        [build] = [check for check in look(paths).checks if check.name == "build"]
        assert build.figures == {"running": True}
    assert not build_is_running(paths.data)


LOOK_ALL_THE_TIME = """
import sys
from pathlib import Path
from pipelines.lock import build_is_running
print("looking", flush=True)
while True:
    build_is_running(Path(sys.argv[1]))
"""


def test_a_build_starts_although_monitoring_looks(paths: Paths) -> None:
    with build_lock(paths.data):
        pass
    command = [sys.executable, "-c", LOOK_ALL_THE_TIME, str(paths.data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"looking\n"
        for _ in range(20):
            with build_lock(paths.data):
                pass
    finally:
        process.kill()
        process.communicate()


def test_the_command_exits_with_1_and_says_why(run_gwr: RunGwr, paths: Paths) -> None:
    said = run_gwr("health", "--data", paths.data)
    assert said.returncode == 1
    assert said.stdout.startswith("BAD  published  nothing is published yet")


def test_the_command_answers_in_json(run_gwr: RunGwr, paths: Paths, version: Path) -> None:
    del version
    said = run_gwr("health", "--data", paths.data, "--max-age", "1", "--min-free", "0", "--format", "json")
    answer: dict[str, Any] = json.loads(said.stdout)
    assert (said.returncode, answer["healthy"]) == (0, True)
    assert set(answer["checks"]) == {"published", "age", "last_build", "build", "disk"}


def test_a_code_server_marks_what_its_predecessor_left(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = add_run(paths, dg.DagsterRunStatus.STARTED)
    waiting = add_run(paths, dg.DagsterRunStatus.NOT_STARTED)
    monkeypatch.setenv("DAGSTER_HOME", str(paths.dagster_home))
    assert close_what_was_interrupted(paths) == 1
    assert close_what_was_interrupted(paths) == 0
    with dg.DagsterInstance.get() as instance:
        statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {begun: dg.DagsterRunStatus.FAILURE, waiting: dg.DagsterRunStatus.NOT_STARTED}


def test_a_code_server_marks_nothing_while_a_build_is_at_work(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = add_run(paths, dg.DagsterRunStatus.STARTED)
    monkeypatch.setenv("DAGSTER_HOME", str(paths.dagster_home))
    hold = "import sys\nfrom pathlib import Path\nfrom pipelines.lock import build_lock\n"
    hold += "with build_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    command = [sys.executable, "-c", hold, str(paths.data)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert close_what_was_interrupted(paths) == 0
    finally:
        process.communicate()
    with dg.DagsterInstance.get() as instance:
        assert instance.get_run_by_id(begun).status is dg.DagsterRunStatus.STARTED  # type: ignore[union-attr]
