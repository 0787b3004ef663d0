"""What deploy/docker-compose.yml starts, started here without containers: the same commands and health
checks, Dagster's history in a real PostgreSQL, a build launched over GraphQL."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import GWR
from tests.integration.deployment import Deployment, deployed
from tests.integration.postgres import WRITER_PASSWORD, PostgresServer

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        importlib.util.find_spec("dagster_postgres") is None,
        reason="dagster-postgres is not installed; add it with: uv pip install -r deploy/requirements.lock",
    ),
]


@pytest.fixture(scope="module")
def deployment(
    postgres_server: PostgresServer, raw: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Code server, page and daemon, as the compose file has them."""
    with deployed(tmp_path_factory.mktemp("deployed"), postgres_server, "dagster", raw) as running:
        yield running


@pytest.fixture(scope="module")
def healthy(deployment: Deployment) -> Deployment:
    """The deployment, once every health check of the compose file says that it is up."""
    for service in ("postgres", "code", "webserver", "daemon"):
        deployment.wait_until_healthy(service)
    return deployment


def test_the_page_has_the_location(healthy: Deployment) -> None:
    found = healthy.ask(
        "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }"
    )
    [entry] = found["workspaceOrError"]["locationEntries"]
    assert entry == {
        "name": "gov-work-reports",
        "locationOrLoadError": {"__typename": "RepositoryLocation"},
    }


def test_an_interrupted_run_frees_the_queue_and_the_next_one_publishes(
    healthy: Deployment,
) -> None:
    first = healthy.launch()
    second = healthy.launch()
    healthy.wait_for(first, "STARTED")
    assert healthy.run_status(second) == "QUEUED"
    healthy.kill("code")
    assert not healthy.is_healthy("code")
    healthy.start("code")
    healthy.wait_until_healthy("code")
    assert healthy.wait_for(first, "FAILURE", "SUCCESS", seconds=30) == "FAILURE"
    assert healthy.wait_for(second, "FAILURE", "SUCCESS") == "SUCCESS"
    with duckdb.connect(str(healthy.paths.published_database), read_only=True) as warehouse:
        [(rows,)] = warehouse.execute("select count(*) from fct_indicator_statements").fetchall()
    assert rows > 100


def test_the_history_is_in_postgres_and_nowhere_else(
    healthy: Deployment, postgres_server: PostgresServer
) -> None:
    assert not list(healthy.paths.data.rglob("runs.db"))
    with postgres_server.connect("dagster") as session:
        found = session.execute("select status from runs order by 1").fetchall()
    assert found == [("FAILURE",), ("SUCCESS",)]


def test_health_reads_that_history(healthy: Deployment) -> None:
    def health(**more: str) -> tuple[int, Any]:
        done = subprocess.run(
            [str(GWR), "health", "--max-age", "1", "--format", "json"],
            env={**healthy.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    status, found = health()
    assert (status, found["healthy"], found["checks"]["last_build"]["status"]) == (0, True, "success")
    status, found = health(DAGSTER_POSTGRES_PASSWORD="wrong-password")
    assert (status, found["checks"]["last_build"]["ok"]) == (1, False)
    assert "wrong-password" not in str(found)


def test_what_the_processes_log_is_json_without_the_password(healthy: Deployment) -> None:
    for service in ("code", "webserver", "daemon"):
        said = healthy.said(service)
        assert said
        assert WRITER_PASSWORD not in said
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        assert any("gov-work-reports" in str(line) or "dagster" in str(line) for line in lines), said[:2000]
