"""Processes that read: the same bytes however many, and what holds when one of them is killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.fingerprint import schema_fingerprint
from pipelines.lake.checks import check_table
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.reading import perform
from pipelines.lake.statements import read_statements_stage
from pipelines.lake.tables import read_lake
from pipelines.lake.tasks import Batch, Bundle, Outcome, Task
from pipelines.lake.workers import WorkersUnavailableError
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.schemas import LakeTable, violations
from pipelines.statements import StatementsRead, extract_statements
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
    for number, (workers, batch) in enumerate(((1, 1), (1, 100), (1, 10_000), (2, 100))):
        small(monkeypatch, workers=workers, batch=batch)
        other = Paths(raw=paths.raw, data=tmp_path / f"other{number}")
        assert run(other).read == (len(PLACES), len(PLACES))
        assert lake(other) == expected
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT.replace("5.5%", "6.5%"))
    monkeypatch.setenv("GWR_WORKERS", "1")
    for each in (paths, other):
        assert run(each).read == (1, 1)
    assert lake(other) == lake(paths)


def test_small_partitions_are_read_together(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    for year in range(2000, 2026):
        put(paths.raw, f"reports/330200-ningbo/{year}.txt", REPORT)
    tasks: list[Task] = []
    checked: list[int] = []

    def seen(task: Task) -> Outcome:
        tasks.append(task)
        return perform(task)

    def counted(model: type[LakeTable], table: pl.DataFrame) -> pl.DataFrame:
        checked.append(table.height)
        return violations(model, table)

    monkeypatch.setattr("pipelines.lake.workers.perform", seen)
    monkeypatch.setattr("pipelines.lake.reading.violations", counted)
    done = read_statements_stage(paths) if read_documents_stage(paths) else None
    assert done is not None
    assert len(done.stage.entries) == 28
    assert [len(task.batches) if isinstance(task, Bundle) else 1 for task in tasks] == [28, 28]
    # Every row is checked, all partitions of a bundle at once.
    assert checked == [done.stage.rows["statements"], done.stage.rows["candidates"]]
    assert {entry.valid for entry in done.stage.entries.values()} == {schema_fingerprint()}


def test_of_a_bundle_only_the_partition_with_a_wrong_row_is_not_valid(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_documents_stage(paths)

    def spoilt(*given: Any) -> StatementsRead:
        read = extract_statements(*given)
        is_wrong = pl.col("document_id") == KILLER
        wrong = pl.when(is_wrong).then(pl.lit("no such word")).otherwise(pl.col("measure"))
        return replace(read, statements=read.statements.with_columns(wrong.alias("measure")))

    monkeypatch.setattr("pipelines.lake.reading.extract_statements", spoilt)
    entries = read_statements_stage(paths).stage.entries
    assert {str(one.province): bool(entry.valid) for one, entry in entries.items()} == {
        "330000": False,
        "440000": True,
    }
    told = check_table(paths, "statements", 5)
    assert told.violations == 2
    assert told.broken["file"].unique().to_list() == [
        "statements/place_level=prefecture/report_year=2026/330000.parquet"
    ]
    assert told.failing["document_id"].unique().to_list() == [KILLER]


KILLER = "330200-report-2026"


def killed_at(task: Task) -> Outcome:
    """Does a task, but one that reads a certain document ends its process as a lack of memory does."""
    batches = task.batches if isinstance(task, Bundle) else (task,) if isinstance(task, Batch) else ()
    if any("330200" in item for batch in batches for claimed in batch.items for item in claimed):
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


def killed_once(task: Task) -> Outcome:
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
