"""The services of the compose files, started without containers: the same commands and health checks, with
Dagster's history in a real PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.paths import PROJECT_ROOT, Paths
from tests.integration.postgres import WRITER, WRITER_PASSWORD, PostgresServer, free_port

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


@contextmanager
def deployed(
    root: Path,
    postgres_server: PostgresServer,
    database: str,
    raw: Path,
    *,
    more_services: Sequence[str] = (),
    more_environment: Mapping[str, str] | None = None,
) -> Iterator[Deployment]:
    """Code server, page and daemon, with commands and configuration of the compose file; ended afterwards.

    Args:
        root: an empty folder for all that they write.
        postgres_server: where Dagster's history goes.
        database: its name there; it is made.
        raw: the input.
        more_services: names of services of the compose file for Celery, started once the code server is up.
        more_environment: further variables of all services.
    """
    postgres_server.new_database(database)
    services = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    celery = yaml.safe_load((DEPLOY / "docker-compose.celery.yml").read_text(encoding="utf-8"))["services"]
    services |= {name: celery[name] for name in more_services}
    home = root / "home"
    home.mkdir()
    shutil.copy(DEPLOY / "dagster-postgres.yaml", home / "dagster.yaml")
    shutil.copy(DEPLOY / "workspace-grpc.yaml", home / "workspace.yaml")
    shutil.copy(DEPLOY / "celery.yaml", home / "celery.yaml")
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
        "DAGSTER_POSTGRES_DB": database,
        "DAGSTER_POSTGRES_USER": WRITER,
        "DAGSTER_POSTGRES_PASSWORD": WRITER_PASSWORD,
        "GWR_RAW_DIR": str(paths.raw),
        "GWR_DATA_DIR": str(paths.data),
        "GWR_LOG_FORMAT": "json",
        **(more_environment or {}),
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
            if service == "code":
                for worker in more_services:
                    running.start(worker)
        yield running
    finally:
        for process in running.processes.values():
            # A worker's command starts Celery as a process of its own, which has to end too.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in running.processes.values():
            process.wait(timeout=30)
