"""A build whose copies and alerts can't be delivered: it logs JSON, and the secrets stay secret."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from pipelines.paths import Paths
from tests.conftest import GWR

pytestmark = pytest.mark.integration

SECRETS = {
    "GWR_POSTGRES_DSN": "postgresql://writer:dsn-secret-1@127.0.0.1:1/warehouse",
    "GWR_DUCKLAKE_CATALOG": "postgres:host=127.0.0.1 port=1 user=lake password=catalog-secret-2",
    "GWR_ALERT_WEBHOOK_URL": "http://127.0.0.1:1/hook-secret-3",
    "DAGSTER_POSTGRES_PASSWORD": "dagster-secret-4",
}
PLAIN = {
    "GWR_LOG_FORMAT": "json",
    "GWR_TARGET_ATTEMPTS": "1",
    "GWR_ALERT_ATTEMPTS": "1",
    "GWR_STEP_RETRIES": "0",
}

Logged = tuple[Paths, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def logged(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Logged:
    paths = Paths(raw=raw, data=tmp_path_factory.mktemp("logged") / "data")
    environment = {**os.environ, **PLAIN, **SECRETS, "GWR_DUCKLAKE_DATA": str(paths.data / "ducklake")}
    command = [str(GWR), "build", "--raw", str(paths.raw), "--data", str(paths.data)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    return paths, done


def test_no_secret_is_in_output_logs_or_anything_that_the_build_wrote(
    logged: Logged,
) -> None:
    paths, done = logged
    secrets = ("dsn-secret-1", "catalog-secret-2", "hook-secret-3", "dagster-secret-4")
    assert all(secret in str(SECRETS) for secret in secrets)
    written = [path for path in paths.data.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in written)
    shown = {"standard output": done.stdout.encode(), "standard error": done.stderr.encode()}
    shown |= {str(path): path.read_bytes() for path in written}
    leaks = [
        (where, secret) for where, text in shown.items() for secret in secrets if secret.encode() in text
    ]
    assert leaks == []


def test_standard_error_is_json_lines_that_name_run_and_step(logged: Logged) -> None:
    _, done = logged
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert all({"timestamp", "level", "logger", "message"} <= set(line) for line in lines)
    summary = json.loads(done.stdout)
    ended = {line["step"]: line for line in lines if line["message"] == "step ended"}
    assert {"documents", "statements", "dbt_build", "published_warehouse"} <= set(ended)
    assert {line["run_id"] for line in ended.values()} == {summary["run_id"]}
    assert ended["documents"]["rows"]["documents"] == summary["row_counts"]["documents"] == 1
    assert ended["dbt_build"]["seconds"] > 1


def test_standard_output_is_one_object(logged: Logged) -> None:
    paths, done = logged
    summary = json.loads(done.stdout)
    assert summary["checks"]["passed"] > 100
    assert summary["quarantined"] == []
    assert (paths.published / "warehouse.duckdb").exists()
    status = {"complete": 0, "failed": 1, "quarantined": 3}[summary["outcome"]]
    assert done.returncode == status
    assert bool(summary["errors"]) == (status == 1)
