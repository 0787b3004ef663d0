"""A new version is compared with the published one, runs are measured, and what is wrong is told."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.cli.serve import close_what_was_interrupted
from pipelines.definitions import build_definitions
from pipelines.instance import open_instance
from pipelines.lake.tables import read_lake
from pipelines.metrics.history import history_file, load_history
from pipelines.paths import Paths
from pipelines.publication.changes import Changes, compare_versions, load_change_rules
from pipelines.publication.versions import current_version
from tests.conftest import RunGwr
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

TABLE = "statistics/330200-ningbo/figures.csv"
TOKEN = "T0K3N-of-the-webhook"


def changed(built: Built, folder: Path, *statements: str) -> Changes:
    """The comparison of the published warehouse with a copy of it that was changed by SQL."""
    fresh = folder / "fresh.duckdb"
    fresh.unlink(missing_ok=True)
    shutil.copyfile(built.paths.published_database, fresh)
    with duckdb.connect(str(fresh)) as database:
        for statement in statements:
            database.execute(statement)
    return compare_versions(fresh, built.paths.published_database, load_change_rules())


def test_the_same_again_is_no_change(built: Built, tmp_path: Path) -> None:
    changes = changed(built, tmp_path)
    assert changes.rows.height > 20
    assert set(changes.rows["verdict"]) == {"ok"}
    assert changes.sums.is_empty()
    assert changes.files_before == changes.files_after == 3


@pytest.mark.parametrize(("kept", "verdict"), [(95, "ok"), (80, "warn"), (51, "warn"), (40, "stop")])
def test_lost_rows_are_judged_by_their_share(built: Built, tmp_path: Path, kept: int, verdict: str) -> None:
    cut = f"delete from fct_indicators where hash(fact_id) % 100 >= {kept}"
    changes = changed(built, tmp_path, cut)
    found = dict(changes.rows.select("table", "verdict").iter_rows())
    assert found.pop("fct_indicators") == verdict
    assert set(found.values()) == {"ok"}


def test_rows_that_went_with_their_file_only_warn(built: Built, tmp_path: Path) -> None:
    gone = "delete from fct_statistic_observations where row_ref like '%/figures.csv:%'"
    changes = changed(built, tmp_path, gone)
    assert changes.files_fell
    assert changes.tables("warn")["table"].to_list() == ["fct_statistic_observations"]
    assert changes.tables("stop").is_empty()


def test_lists_of_what_is_open_may_shrink(built: Built, tmp_path: Path) -> None:
    changes = changed(built, tmp_path, "delete from rpt_unmatched_indicators")
    assert set(changes.rows["verdict"]) == {"ok"}


def test_a_sum_that_jumps_is_named(built: Built, tmp_path: Path) -> None:
    jump = "update fct_indicators set obs_value = obs_value * {} where indicator_id = 'gdp' and measure = 'level'"
    [moved] = [
        row
        for row in changed(built, tmp_path, jump.format(1.5)).sums.iter_rows(named=True)
        if row["target_type"] == "actual"
    ]
    assert (moved["indicator_key"], moved["unit_measure"], moved["changed_percent"]) == ("gdp", "yuan", 50.0)
    assert changed(built, tmp_path, jump.format(1.1)).sums.is_empty()


def test_every_table_that_may_shrink_is_published(built: Built) -> None:
    published = {file.stem for file in (built.paths.published / "parquet").iterdir()}
    assert load_change_rules().rows.may_shrink <= published


def test_a_build_is_measured(built: Built) -> None:
    history = load_history(built.paths)
    assert history["run_id"].n_unique() == 1
    values = {
        (metric, key): value for metric, key, value in history.select("metric", "key", "value").iter_rows()
    }
    for table in ("statements", "candidates", "observations", "quarantine"):
        rows = read_lake(built.paths, table).height
        assert values["lake_rows", table] == rows
    with duckdb.connect(str(built.paths.published_database), read_only=True) as database:
        tables = [
            name
            for (name,) in database.execute(
                "select table_name from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        ]
        for table in tables:
            [(count,)] = database.execute(f"select count(*) from {table}").fetchall()
            assert values["mart_rows", table] == count
    assert values["seconds", "dbt_build"] > 0.5
    assert (values["documents_read", "documents"], values["documents_kept", "documents"]) == (1, 0)
    assert values["accuracy", "gold_rows"] > 100
    assert values["accuracy", "f1"] > 0.9


def test_metrics_are_printed_for_people_and_programs(built: Built, run_gwr: RunGwr) -> None:
    table = run_gwr("metrics", "--data", built.paths.data).stdout
    assert re.search(r"mart_rows +fct_indicators +\d+", table)
    rows = list(
        csv.DictReader(run_gwr("metrics", "--format", "csv", "--data", built.paths.data).stdout.splitlines())
    )
    assert {row["metric"] for row in rows} >= {"lake_rows", "mart_rows", "seconds", "accuracy"}
    found = json.loads(run_gwr("metrics", "--format", "json", "--data", built.paths.data).stdout)
    assert len(found) == len(rows) == load_history(built.paths).height


@dataclass
class Wrong:
    """A build with a wrong unit and two thirds of the figures lost: what it said and what was posted."""

    paths: Paths
    before: Path | None
    process: subprocess.CompletedProcess[str]
    bodies: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def wrong(built: Built, run_gwr: RunGwr, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wrong]:
    folder = tmp_path_factory.mktemp("wrong")
    paths = Paths(raw=folder / "raw", data=folder / "data")
    shutil.copytree(built.paths.raw, paths.raw)
    shutil.copytree(built.paths.data, paths.data, symlinks=True)
    table = paths.raw / TABLE
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    assert ",143000,元," in lines[3]
    lines[3] = lines[3].replace(",143000,元,", ",143000,万元,")
    table.write_text("".join(lines[: len(lines) * 3 // 10]), encoding="utf-8")
    sidecar = table.with_suffix(".yml")
    sha256 = hashlib.sha256(table.read_bytes()).hexdigest()
    sidecar.write_text(re.sub(r"sha256: \w+", f"sha256: {sha256}", sidecar.read_text(encoding="utf-8")))
    bodies: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = current_version(paths.published)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GWR_ALERT_WEBHOOK_URL", f"http://127.0.0.1:{server.server_port}/{TOKEN}")
        process = run_gwr("build", "--raw", paths.raw, "--data", paths.data)
    yield Wrong(paths, before, process, bodies)
    server.shutdown()
    server.server_close()


def test_a_version_that_lost_most_rows_is_not_published(wrong: Wrong) -> None:
    assert wrong.process.returncode == 1, wrong.process.stdout
    assert "failed: changes_since_published: rows_kept" in wrong.process.stdout
    assert "fct_statistic_observations 302 -> " in wrong.process.stdout
    assert "GWR_ACCEPT_CHANGES=true" in wrong.process.stdout
    assert "Readers still see the version before" in wrong.process.stdout
    assert wrong.before is not None
    assert current_version(wrong.paths.published) == wrong.before


def test_a_figure_in_a_wrong_unit_is_named_by_its_row(wrong: Wrong) -> None:
    assert f"units_plausible: {TABLE}:4: gdp_per_capita 2019 is 10^4 times" in wrong.process.stdout
    with duckdb.connect(str(wrong.paths.build_database), read_only=True) as database:
        flags = database.execute(
            "select found_in, year, obs_value, likely_power_of_ten from rpt_magnitude_flags"
        ).fetchall()
    assert flags == [(f"{TABLE}:4", 2019, 1_430_000_000.0, 4)]


def test_it_is_told_once_and_the_address_nowhere(wrong: Wrong) -> None:
    [body] = wrong.bodies
    assert (body["kind"], body["started_by"], body["page_url"]) == ("run_failed", "command line", None)
    assert [step["step"] for step in body["failed_steps"]] == ["changes_since_published"]
    severities = {check["check"]: check["severity"] for check in body["failed_checks"]}
    assert severities["rows_kept"] == "error"
    assert severities["units_plausible"] == "warning"
    assert TOKEN not in wrong.process.stdout + wrong.process.stderr
    holds = [
        path for path in wrong.paths.data.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()
    ]
    assert holds == []


def test_a_damaged_history_is_set_aside(built: Built, tmp_path: Path) -> None:
    paths = Paths(raw=built.paths.raw, data=tmp_path)
    history_file(paths).parent.mkdir(parents=True)
    history_file(paths).write_bytes(history_file(built.paths).read_bytes()[:100])
    assert load_history(paths).is_empty()
    assert [file.name for file in history_file(paths).parent.iterdir()] == ["run_metrics.parquet.damaged"]


def test_what_readers_see_goes_stale_and_all_that_is_built_is_kept_up(built: Built) -> None:
    specs = {
        spec.key.to_user_string(): spec for spec in build_definitions(built.paths).resolve_all_asset_specs()
    }
    tables = {file.stem for file in (built.paths.published / "parquet").iterdir()}
    assert {name for name, spec in specs.items() if spec.freshness_policy} == {*tables, "published_warehouse"}
    received = {name for name in specs if name.startswith("raw_")}
    assert {name for name, spec in specs.items() if spec.automation_condition} == set(specs) - received
    coded = {name for name, spec in specs.items() if spec.code_version}
    assert set(specs) - received - coded == {
        *("quarantine", "changes_since_published", "run_metrics"),
        *("postgres_target", "ducklake_target"),
    }


def test_a_run_that_ended_with_its_page_does_not_hold_the_queue(tmp_path: Path) -> None:
    paths = Paths(raw=tmp_path, data=tmp_path / "data")

    @dg.op
    def nothing() -> None: ...

    @dg.job
    def build() -> None:
        nothing()

    with open_instance(paths) as instance:
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        begun = instance.create_run_for_job(build, status=dg.DagsterRunStatus.STARTED).run_id
        ended = instance.create_run_for_job(build, status=dg.DagsterRunStatus.SUCCESS).run_id
    close_what_was_interrupted(paths)
    with open_instance(paths) as instance:
        assert {run.run_id: run.status for run in instance.get_runs()} == {
            begun: dg.DagsterRunStatus.FAILURE,
            ended: dg.DagsterRunStatus.SUCCESS,
        }
