"""Processes that read: the same bytes however many, and what holds when one of them is killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.lake.documents import read_documents_stage
from pipelines.lake.statements import read_statements_stage
from pipelines.lake.tables import read_lake
from pipelines.lake.tasks import Batch, BatchDone, Task, Written
from pipelines.lake.workers import WorkersUnavailableError, perform
from pipelines.paths import PROJECT_ROOT, Paths
from tests.unit.test_documents_read import put
from tests.unit.test_lake_incremental import REPORT, lake, run

PLACES = ("330100-hangzhou", "330200-ningbo", "440000-guangdong")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    for number, place in enumerate(PLACES):
        put(tmp_path / "raw", f"reports/{place}/2026.txt", REPORT.replace("3万", f"{number + 3}万"))
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


def small(monkeypatch: pytest.MonkeyPatch, *, workers: int, batch: int = 1) -> None:
    """Start processes for whatever is to be read, however little."""
    monkeypatch.setenv("GWR_WORKERS", str(workers))
    monkeypatch.setenv("GWR_PARALLEL_FROM_CHARACTERS", "0")
    monkeypatch.setenv("GWR_BATCH_CHARACTERS", str(batch))


def test_workers_and_batches_do_not_show_in_the_bytes(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(paths)
    expected = lake(paths)
    for number, (workers, batch) in enumerate(((1, 1), (1, 100), (2, 100))):
        small(monkeypatch, workers=workers, batch=batch)
        other = Paths(raw=paths.raw, data=tmp_path / f"other{number}")
        assert run(other).read == (len(PLACES), len(PLACES))
        assert lake(other) == expected
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT.replace("5.5%", "6.5%"))
    monkeypatch.setenv("GWR_WORKERS", "1")
    for each in (paths, other):
        assert run(each).read == (1, 1)
    assert lake(other) == lake(paths)


KILLER = "330200-report-2026"


def killed_at(task: Task) -> BatchDone | Written:
    """Does a task, but a batch that holds one certain document ends its process as a lack of memory does."""
    items = [item for claimed in task.items for item in claimed] if isinstance(task, Batch) else []
    if any("330200" in item for item in items):
        os.kill(os.getpid(), signal.SIGKILL)
    return perform(task)


@pytest.mark.parametrize("stage", ["documents", "statements"])
def test_a_document_that_kills_its_process_is_set_aside_alone(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stage: str
) -> None:
    if stage == "statements":
        read_documents_stage(paths)
    small(monkeypatch, workers=2, batch=10_000)
    monkeypatch.setattr("pipelines.lake.workers.perform", killed_at)
    with caplog.at_level(logging.WARNING):
        done = read_documents_stage(paths) if stage == "documents" else read_statements_stage(paths).stage
    assert "A process that reads was killed at place_level=prefecture/report_year=2026/330000" in caplog.text
    [row] = done.quarantined
    assert (row["reason_code"], row["file_path"]) == ("process_crashed", "reports/330200-ningbo/2026.txt")
    assert (done.read, done.kept) == (len(PLACES) - 1, 0)
    assert KILLER not in read_lake(paths, stage)["document_id"].to_list()
    monkeypatch.undo()
    assert run(paths).read == ((1, len(PLACES)) if stage == "documents" else (0, 1))
    assert KILLER in read_lake(paths, stage)["document_id"].to_list()


def killed_once(task: Task) -> BatchDone | Written:
    """Does a task; the first process that is given one is killed."""
    mark = Path(os.environ["GWR_TEST_MARK"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return perform(task)


def test_a_process_that_is_killed_by_chance_costs_nothing(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Paths(raw=paths.raw, data=tmp_path / "expected")
    read_documents_stage(expected)
    small(monkeypatch, workers=2, batch=10_000)
    monkeypatch.setenv("GWR_TEST_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr("pipelines.lake.workers.perform", killed_once)
    done = read_documents_stage(paths)
    assert (tmp_path / "mark").exists()
    assert (done.quarantined, done.read) == ([], len(PLACES))
    assert lake(paths) == lake(expected)


def fails(stage: str) -> None:
    raise RuntimeError(f"no process for {stage}")


def test_processes_that_cannot_start_are_no_fault_of_documents(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, workers=2)
    monkeypatch.setattr("pipelines.lake.workers.start", fails)
    with pytest.raises(WorkersUnavailableError, match="GWR_WORKERS=1"):
        read_documents_stage(paths)
    monkeypatch.undo()
    assert read_documents_stage(paths).read == len(PLACES)


CODE = """
import sys
from pathlib import Path
from pipelines.lake.documents import read_documents_stage
from pipelines.paths import Paths
if __name__ == "__main__":
    read_documents_stage(Paths(raw=Path(sys.argv[1]), data=Path(sys.argv[2])), lambda *_: print("done", flush=True))
"""


def members(group: int) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                state, _, own, *_ = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except (OSError, ValueError):
                continue
            if int(own) == group and state != "Z":
                found.append(int(process.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_one_that_started_it(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    small(monkeypatch, workers=2)
    years = range(2002, 2026)
    for year in years:
        put(paths.raw, f"reports/330200-ningbo/{year}.txt", REPORT * 100)
    script = tmp_path / "stage.py"
    script.write_text(CODE, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(paths.raw), str(paths.data)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"done\n"
    assert len(members(process.pid)) >= 3
    process.send_signal(number)
    process.wait(timeout=30)
    deadline = time.monotonic() + 10
    while members(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert members(process.pid) == []
    monkeypatch.undo()
    assert run(paths).statements.stage.read == len(PLACES) + len(years)
