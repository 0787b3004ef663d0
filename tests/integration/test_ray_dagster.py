"""A run from the Dagster page that reads on Ray leaves the lake and the version that `gwr build` leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipelines.paths import Paths
from tests.conftest import GWR
from tests.integration.conftest import Built
from tests.integration.deployment import SELECTOR
from tests.integration.postgres import free_port
from tests.integration.published_versions import published
from tests.unit.test_lake_incremental import lake

pytestmark = [
    pytest.mark.integration,
    pytest.mark.ray,
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: make ray-check"),
]

LAUNCH = """
mutation($selector: JobOrPipelineSelector!, $config: RunConfigData!) {
  launchRun(executionParams: {selector: $selector, runConfigData: $config}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}"""
RUN = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
READ_BY = """
query($id: ID!) {
  logsForRun(runId: $id) {
    ... on EventConnection {
      events { ... on MaterializationEvent {
        assetKey { path } metadataEntries { label ... on TextMetadataEntry { text } }
      } }
    }
  }
}"""


@dataclass(frozen=True)
class Page:
    """The Dagster page while it is served, and the folders that it builds in."""

    port: int
    paths: Paths
    log: Path

    def ask(self, query: str, **variables: Any) -> Any:
        """What its GraphQL answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())["data"]

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self.ask("{ version }"))
        except OSError:
            return False

    def launch(self, config: dict[str, Any]) -> str:
        """Launch the job `build` from the launchpad; the id of the run."""
        answer = self.ask(LAUNCH, selector=SELECTOR, config=config)["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def ended(self, run: str, seconds: float = 240) -> str:
        """The status of a run when it has come to its end."""
        deadline = time.monotonic() + seconds
        while (status := self.ask(RUN, id=run)["runOrError"]["status"]) not in {"SUCCESS", "FAILURE"}:
            assert time.monotonic() < deadline, f"{status}\n{self.log.read_text()}"
            time.sleep(0.5)
        return str(status)

    def read_by(self, run: str) -> dict[str, str]:
        """Asset -> what it says that its texts were read by."""
        events = self.ask(READ_BY, id=run)["logsForRun"]["events"]
        return {
            event["assetKey"]["path"][-1]: entry["text"]
            for event in events
            for entry in event.get("metadataEntries", ())
            if entry["label"] == "read_by"
        }


@pytest.fixture
def page(raw: Path, tmp_path: Path) -> Iterator[Page]:
    """`gwr serve` on an empty data folder, of which nothing says that it reads on Ray."""
    served = Page(free_port(), Paths(raw=raw, data=tmp_path / "data"), tmp_path / "serve.log")
    command = [
        str(GWR),
        "serve",
        "--port",
        str(served.port),
        "--raw",
        str(raw),
        "--data",
        str(tmp_path / "data"),
    ]
    # The specimens are too few for an engine to be worth its start.
    environment = {**os.environ, "GWR_PARALLEL_FROM_CHARACTERS": "0"}
    with served.log.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 90
        while not served.is_up():
            assert process.poll() is None and time.monotonic() < deadline, served.log.read_text()
            time.sleep(0.5)
        yield served
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_run_of_the_page_reads_on_ray(page: Page, ray_nodes: Any, built: Built) -> None:
    workspace = {"engine": "ray", "ray_address": ray_nodes.address}
    run = page.launch({"resources": {"workspace": {"config": workspace}}})
    assert page.ended(run) == "SUCCESS", page.log.read_text()
    read_by = page.read_by(run)
    assert set(read_by) >= {"documents", "statements"}
    assert all(said.startswith("Ray (") for said in read_by.values()), read_by
    assert lake(page.paths) == lake(built.paths)
    assert published(page.paths).name == published(built.paths).name
