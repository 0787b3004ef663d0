"""What deploy/docker-compose.yml starts, started here without containers: the same commands and health
checks, Dagster's history in a real PostgreSQL, a build launched over GraphQL."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.paths import PROJECT_ROOT, Paths
from tests.conftest import GWR
from tests.integration.postgres import WRITER, WRITER_PASSWORD, PostgresServer, free_port

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        importlib.util.find_spec("dagster_postgres") is None,
        reason="dagster-postgres is not installed; add it with: uv pip install -r deploy/requirements.lock",
    ),
]

DEPLOY = PROJECT_ROOT / "deploy"
BIN = Path(sys.executable).parent


@dataclass
class Deployment:
    """The running processes, by the name of their service."""

    paths: Paths
    page_port: int
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    logs: Path
    command: Callable[[str], list[str]]
    check: Callable[[str], list[str]]

    def start(self, service: str) -> None:
        with (self.logs / f"{service}.log").open("ab") as log:
            self.processes[service] = subprocess.Popen(
                self.command(service),
                env=self.environment,
                cwd=self.logs,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, service: str) -> None:
        """End a service and all that it started, as the end of its container does."""
        os.killpg(self.processes[service].pid, signal.SIGKILL)
        self.processes[service].wait()

    def is_healthy(self, service: str) -> bool:
        done = subprocess.run(
            self.check(service), env=self.environment, cwd=self.logs, capture_output=True, check=False
        )
        return done.returncode == 0

    def wait_until_healthy(self, service: str, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not self.is_healthy(service):
            alive = service not in self.processes or self.processes[service].poll() is None
            assert alive and time.monotonic() < deadline, self.said(service)
            time.sleep(0.5)

    def said(self, service: str) -> str:
        return (self.logs / f"{service}.log").read_text(encoding="utf-8")

    def ask(self, query: str, **variables: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.page_port}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read())["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def run_status(self, run_id: str) -> str:
        found = self.ask("query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }", id=run_id)
        return str(found["runOrError"]["status"])

    def launch(self) -> str:
        """Launch the job `build` as the page does, and return the run's id."""
        answer = self.ask(LAUNCH, selector=SELECTOR)["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def wait_for(self, run_id: str, *statuses: str, seconds: float = 240) -> str:
        deadline = time.monotonic() + seconds
        while (status := self.run_status(run_id)) not in statuses:
            assert time.monotonic() < deadline, f"{status}\n{self.said('code')}\n{self.said('daemon')}"
            time.sleep(0.5)
        return status


SELECTOR = {
    "repositoryLocationName": "gov-work-reports",
    "repositoryName": "__repository__",
    "jobName": "build",
}
LAUNCH = """
mutation($selector: JobOrPipelineSelector!) {
  launchRun(executionParams: {selector: $selector, runConfigData: {}}) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}"""


@pytest.fixture(scope="module")
def deployment(
    postgres_server: PostgresServer, raw: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Code server, page and daemon, with commands and configuration of the compose file."""
    root = tmp_path_factory.mktemp("deployed")
    postgres_server.new_database("dagster")
    services = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    home = root / "home"
    home.mkdir()
    shutil.copy(DEPLOY / "dagster-postgres.yaml", home / "dagster.yaml")
    shutil.copy(DEPLOY / "workspace-grpc.yaml", home / "workspace.yaml")
    code_port, page_port = free_port(), free_port()

    def here(words: list[str]) -> list[str]:
        """A command of the compose file with this test's ports and folders instead of the container's."""
        for there, mine in (
            ("0.0.0.0", "127.0.0.1"),
            ("4000", str(code_port)),
            ("3000", str(page_port)),
            ("/etc/gwr/dagster", str(home)),
        ):
            words = [word.replace(there, mine) for word in words]
        return words

    paths = Paths(raw=raw, data=root / "data")
    (root / "logs").mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GWR_", "DAGSTER_"))},
        "PATH": f"{BIN}:{postgres_server.binaries}:{os.environ['PATH']}",
        "PGPORT": str(postgres_server.port),
        "DAGSTER_HOME": str(home),
        "DAGSTER_ARTIFACTS": str(root / "artifacts"),
        "DAGSTER_CODE_HOST": "127.0.0.1",
        "DAGSTER_CODE_PORT": str(code_port),
        "DAGSTER_POSTGRES_HOST": "127.0.0.1",
        "DAGSTER_POSTGRES_PORT": str(postgres_server.port),
        "DAGSTER_POSTGRES_DB": "dagster",
        "DAGSTER_POSTGRES_USER": WRITER,
        "DAGSTER_POSTGRES_PASSWORD": WRITER_PASSWORD,
        "GWR_RAW_DIR": str(paths.raw),
        "GWR_DATA_DIR": str(paths.data),
        "GWR_LOG_FORMAT": "json",
    }
    running = Deployment(
        paths=paths,
        page_port=page_port,
        environment=environment,
        processes={},
        logs=root / "logs",
        command=lambda service: here(services[service]["command"]),
        check=lambda service: here(services[service]["healthcheck"]["test"][1:]),
    )
    try:
        for service in ("code", "webserver", "daemon"):
            for needed in services[service]["depends_on"]:
                running.wait_until_healthy(needed)
            running.start(service)
        yield running
    finally:
        for process in running.processes.values():
            process.terminate()
        for process in running.processes.values():
            process.wait(timeout=30)


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
