"""The asset graph as Dagster loads it, and the page that shows it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from pipelines.definitions import build_definitions
from pipelines.paths import PROJECT_ROOT
from pipelines.schemas import LAKE_TABLES
from tests.conftest import GWR
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def definitions(built: Built) -> dg.Definitions:
    return build_definitions(built.paths)


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def upstream(graph: dict[str, dg.AssetSpec], name: str) -> set[str]:
    """Everything that an asset is made from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for dep in graph[waiting.pop()].deps:
            key = dep.asset_key.to_user_string()
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


def test_every_asset_has_a_description_a_kind_and_a_group(graph: dict[str, dg.AssetSpec]) -> None:
    assert len(graph) > 40
    assert [name for name, spec in graph.items() if not (spec.description or "").strip()] == []
    assert [name for name, spec in graph.items() if not spec.kinds] == []
    assert [name for name, spec in graph.items() if spec.group_name in {None, "default"}] == []


def test_the_graph_leads_from_raw_to_the_publication(graph: dict[str, dg.AssetSpec]) -> None:
    behind = upstream(graph, "published_warehouse")
    assert {"raw_texts", "raw_statistics", "raw_corrections", *LAKE_TABLES} <= behind
    assert {name for name in graph if name.startswith(("dim_", "fct_", "agg_", "rpt_"))} <= behind
    assert upstream(graph, "statements") == {"documents", "sentences", "raw_texts", "raw_corrections"}


def test_the_lake_is_put_at_its_url_before_dbt_builds_on_it_and_not_without_one(
    built: Built, graph: dict[str, dg.AssetSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "lake_at_url" not in graph
    monkeypatch.setenv("GWR_LAKE_URL", tmp_path.as_uri())
    specs = build_definitions(built.paths).resolve_all_asset_specs()
    with_url = {spec.key.to_user_string(): spec for spec in specs}
    assert {dep.asset_key.to_user_string() for dep in with_url["lake_at_url"].deps} == set(LAKE_TABLES)


def test_groups_read_like_the_architecture(graph: dict[str, dg.AssetSpec]) -> None:
    groups = {spec.group_name for spec in graph.values()}
    python_side = {"raw", "documents", "statements", "statistics", "quarantine", "publication"}
    dbt_side = {"seeds", "staging", "intermediate", "dimensions", "facts", "reports"}
    assert groups == python_side | dbt_side


def test_dbt_tests_and_schemas_are_checks(definitions: dg.Definitions) -> None:
    checked = {key.to_user_string() for key in definitions.resolve_asset_graph().asset_check_keys}
    assert {f"{name}:schema" for name in LAKE_TABLES} <= checked
    assert "quarantine:all_input_taken" in checked
    assert any(key.startswith("fct_indicators:") for key in checked)


def test_every_materialised_asset_has_row_count_and_preview(
    built: Built, graph: dict[str, dg.AssetSpec]
) -> None:
    with dg.DagsterInstance.from_config(str(built.paths.dagster_home)) as instance:
        for name in graph:
            if name.startswith("raw_"):
                continue
            event = instance.get_latest_materialization_event(dg.AssetKey(name))
            assert event is not None, name
            assert event.asset_materialization is not None
            metadata = event.asset_materialization.metadata
            count = "pages" if name == "published_site" else "dagster/row_count"
            assert isinstance(metadata[count].value, int), name
            assert str(metadata["preview"].value).startswith("|"), name


def test_usage_statistics_are_off(built: Built) -> None:
    for folder in (PROJECT_ROOT, built.paths.dagster_home):
        assert yaml.safe_load((folder / "dagster.yaml").read_text())["telemetry"] == {"enabled": False}
    with dg.DagsterInstance.from_config(str(built.paths.dagster_home)) as instance:
        assert not instance.telemetry_enabled
    log = (built.paths.dbt_target / "run" / "run_results.json").read_text(encoding="utf-8")
    assert json.loads(log)["args"]["send_anonymous_usage_stats"] is False


def test_the_schedule_runs_every_night(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_build")
    assert (schedule.job_name, schedule.default_status) == ("build", dg.DefaultScheduleStatus.RUNNING)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, query: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read())["data"]


def wait_for_page(port: int, process: subprocess.Popen[bytes], seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
                return int(response.status)
        except OSError:
            time.sleep(0.5)
    return 0


def listens_on(port: int) -> set[str]:
    """The addresses on which this machine listens at a port, as Linux lists them."""
    rows = [
        line.split()
        for file in ("tcp", "tcp6")
        for line in Path("/proc/net", file).read_text(encoding="ascii").splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}


def test_serve_shows_the_graph_and_the_run_and_stops(built: Built, tmp_path: Path) -> None:
    port = free_port()
    command = [
        str(GWR),
        "serve",
        "--port",
        str(port),
        "--raw",
        str(built.paths.raw),
        "--data",
        str(built.paths.data),
    ]
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        assert wait_for_page(port, process, 90) == 200, (tmp_path / "serve.log").read_text()
        assert listens_on(port) == {"0100007F"}, "the page is reached from elsewhere"
        data = ask(
            port,
            "{ assetNodes { assetKey { path } groupName }"
            " runsOrError { ... on Runs { results { jobName status } } }"
            " workspaceOrError { ... on Workspace { locationEntries { name loadStatus"
            " locationOrLoadError { __typename } } } } }",
        )
        assert ["fct_indicators"] in [node["assetKey"]["path"] for node in data["assetNodes"]]
        assert data["runsOrError"]["results"] == [{"jobName": "build", "status": "SUCCESS"}]
        [location] = data["workspaceOrError"]["locationEntries"]
        assert location["locationOrLoadError"]["__typename"] == "RepositoryLocation"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) is not None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
