"""Alerts: the right body on failure, nothing on success, and never a harm to the run or to the secret."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import dagster as dg
import pytest

from pipelines.alerts import alert_on_run, alert_sensors
from pipelines.instance import CLI_TAG

TOKEN = "T0K3N-of-the-webhook"


@dataclass
class Hook:
    """A webhook of our own: what it was sent, and the statuses that it answers with, the last one for good."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=lambda: [200])


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(hook.statuses.pop(0) if len(hook.statuses) > 1 else hook.statuses[0])
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook.url = f"http://127.0.0.1:{server.server_port}/hooks/{TOKEN}"
    monkeypatch.setenv("GWR_ALERT_WEBHOOK_URL", hook.url)
    monkeypatch.setenv("GWR_ALERT_WAIT_SECONDS", "0")
    monkeypatch.setenv("GWR_PAGE_URL", "http://page:3000/")
    yield hook
    server.shutdown()
    server.server_close()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run(instance: dg.DagsterInstance, *, error: Exception | None = None, severity: str = "") -> str:
    """A run of one asset that fails with an error, or whose check does not pass."""

    @dg.asset(check_specs=[dg.AssetCheckSpec("looks_right", asset="rows")] if severity else None)
    def rows() -> Any:
        if error is not None:
            raise ValueError("outer words") from error
        if severity:
            yield dg.AssetCheckResult(
                passed=False, severity=dg.AssetCheckSeverity(severity), description="3 of 5 rows"
            )
        yield dg.MaterializeResult()

    job = dg.Definitions(
        assets=[rows], jobs=[dg.define_asset_job("build")], executor=dg.in_process_executor
    ).resolve_job_def("build")
    result = job.execute_in_process(
        instance=instance, raise_on_error=False, tags={"dagster/schedule_name": "nightly_build"}
    )
    return result.run_id


def test_a_failed_run_is_told_with_step_reason_and_page(hook: Hook, instance: dg.DagsterInstance) -> None:
    run_id = run(instance, error=OSError("disk is full\nmore words"))
    assert alert_on_run(instance, run_id)
    [body] = hook.bodies
    text = body.pop("text")
    assert body == {
        "kind": "run_failed",
        "run_id": run_id,
        "job": "build",
        "started_by": "nightly_build",
        "failed_steps": [{"step": "rows", "error": "OSError: disk is full"}],
        "failed_checks": [],
        "page_url": f"http://page:3000/runs/{run_id}",
    }
    assert "rows: OSError: disk is full" in text
    assert body["page_url"] in text


def test_a_good_run_is_not_told(hook: Hook, instance: dg.DagsterInstance) -> None:
    assert not alert_on_run(instance, run(instance))
    assert hook.bodies == []


@pytest.mark.parametrize(
    ("severity", "alert_on", "sent"),
    [("WARN", "warnings", True), ("WARN", "errors", False), ("ERROR", "errors", True)],
)
def test_a_failed_check_is_told(
    hook: Hook,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    severity: str,
    alert_on: str,
    sent: bool,
) -> None:
    monkeypatch.setenv("GWR_ALERT_ON", alert_on)
    assert alert_on_run(instance, run(instance, severity=severity)) is sent
    word = {"WARN": "warning", "ERROR": "error"}[severity]
    expected = [{"asset": "rows", "check": "looks_right", "severity": word, "description": "3 of 5 rows"}]
    assert [body["failed_checks"] for body in hook.bodies] == ([expected] if sent else [])
    assert [body["kind"] for body in hook.bodies] == (["checks_failed"] if sent else [])


def test_without_a_webhook_nothing_happens(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GWR_ALERT_WEBHOOK_URL", raising=False)
    assert not alert_on_run(instance, run(instance, error=OSError("x")))


def test_a_webhook_that_stumbles_is_called_again(hook: Hook, instance: dg.DagsterInstance) -> None:
    hook.statuses = [503, 429, 200]
    assert alert_on_run(instance, run(instance, error=OSError("x")))
    assert len(hook.bodies) == 3


def test_a_webhook_that_refuses_is_called_once(hook: Hook, instance: dg.DagsterInstance) -> None:
    hook.statuses = [403]
    assert not alert_on_run(instance, run(instance, error=OSError("x")))
    assert len(hook.bodies) == 1


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{port}/{token}", "{token}", "http://[{token}", "ftp://{token}/"]
)
def test_a_webhook_that_is_down_is_a_warning_without_its_address(
    hook: Hook,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    address: str,
) -> None:
    monkeypatch.setenv("GWR_ALERT_WEBHOOK_URL", address.format(port=_closed_port(), token=TOKEN))
    run_id = run(instance, error=OSError("x"))
    with caplog.at_level(logging.DEBUG):
        assert not alert_on_run(instance, run_id)
    warned = [entry.getMessage() for entry in caplog.records if entry.name == "pipelines.alerts"]
    assert len(warned) == 1
    assert warned[0].startswith(f"The alert of run {run_id[:8]} could not be sent")
    said = capfd.readouterr()
    assert TOKEN not in caplog.text + said.out + said.err


def test_the_address_is_not_told_where_an_error_quotes_it(hook: Hook, instance: dg.DagsterInstance) -> None:
    assert alert_on_run(instance, run(instance, error=OSError(f"can't reach {hook.url}")))
    assert TOKEN not in json.dumps(hook.bodies)


def _told_by_sensor(instance: dg.DagsterInstance, run_id: str) -> None:
    """Give a finished run to the sensor that watches its status, as the daemon does."""
    record = instance.get_run_by_id(run_id)
    assert record is not None
    failed = record.status == dg.DagsterRunStatus.FAILURE
    kind = dg.DagsterEventType.RUN_FAILURE if failed else dg.DagsterEventType.RUN_SUCCESS
    [entry] = instance.all_logs(run_id, of_type=kind)
    sensor = alert_sensors()[0 if failed else 1]
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_event=entry.get_dagster_event(),
        dagster_instance=instance,
        dagster_run=record,
    )
    sensor(context.for_run_failure() if failed else context)


def test_the_daemon_tells_of_its_own_runs_and_not_of_those_of_gwr_build(
    hook: Hook, instance: dg.DagsterInstance
) -> None:
    failed, warned = run(instance, error=OSError("x")), run(instance, severity="WARN")
    for run_id in (failed, warned, run(instance)):
        _told_by_sensor(instance, run_id)
    assert [(body["run_id"], body["kind"]) for body in hook.bodies] == [
        (failed, "run_failed"),
        (warned, "checks_failed"),
    ]
    instance.add_run_tags(failed, CLI_TAG)
    _told_by_sensor(instance, failed)
    assert len(hook.bodies) == 2
