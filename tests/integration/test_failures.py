"""What must not happen: one bad file stops the rest, bad data reaches dbt, two builds at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import pytest

from pipelines.build import Outcome, run_build
from pipelines.instance import close_dead_runs, open_instance
from pipelines.paths import Paths
from pipelines.publication.versions import current_version
from pipelines.statistics.read import StatisticsRead, read_statistics
from tests.conftest import GWR, RunGwr
from tests.integration.bad_input import REPORTS, SET_ASIDE, make_bad_raw
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

Quarantined = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def bad(second: Built, raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Bad input, to be built into a folder where good input was published before."""
    target = tmp_path_factory.mktemp("bad") / "raw"
    make_bad_raw(raw, target)
    return Paths(raw=target, data=second.paths.data)


@pytest.fixture(scope="module")
def strict_build(bad: Paths, run_gwr: RunGwr) -> tuple[Path | None, Quarantined]:
    """The version that readers had before a strict build, and what the build said."""
    before = current_version(bad.published)
    return before, run_gwr("build", "--strict", "--raw", bad.raw, "--data", bad.data)


@pytest.fixture(scope="module")
def lenient_build(strict_build: Any, bad: Paths, run_gwr: RunGwr) -> Quarantined:
    """The same input without --strict and without pages, after it."""
    del strict_build
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GWR_PAGES", "false")
        return run_gwr("build", "--raw", bad.raw, "--data", bad.data)


def test_strict_fails_and_readers_keep_what_they_had(
    strict_build: tuple[Path | None, Quarantined], bad: Paths
) -> None:
    before, done = strict_build
    assert done.returncode == 1, done.stdout
    assert "failed: quarantine: all_input_taken" in done.stdout
    assert "Readers still see the version before" in done.stdout
    assert before is not None
    assert f"{REPORTS}/2022.txt" in done.stdout


def test_strict_stops_before_dbt(strict_build: tuple[Path | None, Quarantined]) -> None:
    assert "Building and testing the warehouse" not in strict_build[1].stdout


def test_pages_can_be_switched_off(lenient_build: Quarantined, bad: Paths) -> None:
    assert "published_warehouse\n" in lenient_build.stdout
    assert bad.published_database.exists()
    assert not bad.published_site.exists()


def test_bad_input_is_set_aside_and_the_rest_goes_on(lenient_build: Quarantined, bad: Paths) -> None:
    assert lenient_build.returncode == 3, lenient_build.stdout
    with duckdb.connect(str(bad.published_database), read_only=True) as database:
        found = database.execute("select file_path, reason_code from rpt_quarantine").fetchall()
        read = database.execute("select document_id from dim_documents order by 1").fetchall()
        taken = database.execute(
            "select source_kind, count(*) from fct_statistic_observations where ref_area = '330300'"
            " group by all order by all"
        ).fetchall()
    assert set(found) == SET_ASIDE
    assert read == [("330200-report-2026",), ("330300-bulletin-2024",), ("330300-report-2026",)]
    assert taken == [("bulletin", 1), ("media", 2)]


def test_the_summary_names_file_line_reason_and_what_to_do(lenient_build: Quarantined) -> None:
    said = lenient_build.stdout
    for file_path, _ in SET_ASIDE:
        assert file_path in said
    assert "figures.csv:3  unit '亿贝' is not known. Correct the unit" in said
    assert "1 warned" in said


def test_nothing_is_set_aside_without_reason_and_advice(lenient_build: Quarantined, bad: Paths) -> None:
    del lenient_build
    rows = pl.read_parquet(bad.lake / "quarantine.parquet")
    assert rows.height == len(SET_ASIDE)
    assert rows.filter((pl.col("reason") == "") | (pl.col("hint") == "")).is_empty()


def test_the_run_and_its_warning_are_recorded(lenient_build: Quarantined, bad: Paths) -> None:
    del lenient_build
    with open_instance(bad) as instance:
        runs = instance.get_runs()
        assert [run.status for run in runs][:2] == [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
        logs = instance.all_logs(runs[0].run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    evaluations = [entry.get_dagster_event().asset_check_evaluation_data for entry in logs]
    [warned] = [check for check in evaluations if not check.passed]
    assert (warned.check_name, warned.severity) == ("all_input_taken", dg.AssetCheckSeverity.WARN)
    assert "reports/330300-wenzhou/2022.txt" in str(warned.metadata["not_taken"].value)


def test_data_that_breaks_its_schema_never_reaches_dbt(
    lenient_build: Quarantined, bad: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    del lenient_build
    before = current_version(bad.published)

    def broken(raw: Path) -> StatisticsRead:
        read = read_statistics(raw)
        observations = read.observations.with_columns(bound=pl.lit("roughly"))
        return StatisticsRead(observations, read.quarantined)

    monkeypatch.setattr("pipelines.assets.statistics.read_statistics", broken)
    steps = []
    result = run_build(bad, on_event=lambda entry: steps.append(entry.step_key))
    assert result.outcome is Outcome.FAILED
    assert [(check.asset, check.name) for check in result.checks_failed if check.is_error] == [
        ("observations", "schema")
    ]
    assert "dbt_build" not in result.row_counts
    assert "fct_indicators" not in result.row_counts
    assert current_version(bad.published) == before
    with open_instance(bad) as instance:
        logs = instance.all_logs(result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        evaluations = [entry.get_dagster_event().asset_check_evaluation_data for entry in logs]
    [failed] = [check for check in evaluations if check.check_name == "schema" and not check.passed]
    assert "roughly" in str(failed.metadata["broken_rules"].value)
    assert "330200" in str(failed.metadata["failing_rows"].value)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose lock another process holds."""
    code = (
        "import sys; from pathlib import Path; from pipelines.lock import build_lock\n"
        "with build_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    yield tmp_path
    holder.communicate()


def test_a_second_build_is_refused_at_once(locked: Path, raw: Path) -> None:
    command = [str(GWR), "build", "--raw", str(raw), "--data", str(locked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 1
    assert "Another build is writing to" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in locked.iterdir()) == [".build.lock"]


def test_a_run_that_was_killed_does_not_stay_running(tmp_path: Path) -> None:
    paths = Paths(raw=tmp_path, data=tmp_path / "data")

    @dg.op
    def nothing() -> None: ...

    @dg.job
    def build() -> None:
        nothing()

    with open_instance(paths) as instance:
        mine = instance.create_run_for_job(
            build, status=dg.DagsterRunStatus.STARTED, tags={"gwr/started_by": "command line"}
        )
        other = instance.create_run_for_job(build, status=dg.DagsterRunStatus.STARTED)
        close_dead_runs(instance, paths)
        statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {
        mine.run_id: dg.DagsterRunStatus.FAILURE,
        other.run_id: dg.DagsterRunStatus.STARTED,
    }
