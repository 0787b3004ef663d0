"""What deploy/docker-compose.celery.yml adds: a run whose steps two workers execute, by way of a real Redis."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import Built
from tests.integration.deployment import Deployment, deployed
from tests.integration.postgres import PostgresServer, free_port
from tests.integration.published_versions import published

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not all(map(importlib.util.find_spec, ("dagster_celery", "dagster_postgres"))),
        reason="dagster-celery is not installed; add it with: uv pip install --no-deps"
        " -r deploy/requirements.lock -r deploy/requirements-celery.lock",
    ),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="Debian's redis-server is not installed"),
]

PASSWORD = "broker-of-the-tests"
WORKERS = ("worker", "warehouse")
WAREHOUSE_STEPS = {
    "dbt_build",
    "changes_since_published",
    "published_warehouse",
    "ducklake_target",
    "postgres_target",
}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of our own, which keeps nothing on disk."""
    port = free_port()
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--requirepass",
        PASSWORD,
    ]
    log = tmp_path_factory.mktemp("redis") / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, stdout=said, stderr=said, cwd=log.parent) as server,
    ):
        try:
            yield f"redis://:{PASSWORD}@127.0.0.1:{port}/0"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def deployment(
    postgres_server: PostgresServer, raw: Path, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    root = tmp_path_factory.mktemp("celery")
    environment = {"GWR_EXECUTOR": "celery", "GWR_CELERY_BROKER": broker}
    with deployed(
        root, postgres_server, "celery", raw, more_services=WORKERS, more_environment=environment
    ) as running:
        for service in ("code", "webserver", "daemon"):
            running.wait_until_healthy(service)
        for worker in WORKERS:
            assert running.processes[worker].poll() is None, running.said(worker)
        yield running


def test_two_workers_publish_what_one_process_does(
    deployment: Deployment, built: Built, postgres_server: PostgresServer
) -> None:
    run = deployment.launch()
    done = deployment.wait_for(run, "SUCCESS", "FAILURE")
    assert done == "SUCCESS", "\n".join(deployment.said(name)[-3000:] for name in (*WORKERS, "code"))
    assert published(deployment.paths).name == published(built.paths).name
    with postgres_server.connect("celery") as session:
        rows = session.execute(
            "select step_key, event::jsonb -> 'dagster_event' ->> 'pid' from event_logs"
            " where dagster_event_type = 'STEP_START'"
        ).fetchall()
    by_worker = {
        kind: {pid for step, pid in rows if (step in WAREHOUSE_STEPS) is kind} for kind in (True, False)
    }
    assert {step for step, _ in rows} >= {"documents", "statements", "observations", *WAREHOUSE_STEPS}
    assert [len(pids) for pids in by_worker.values()] == [1, 1], by_worker
    assert not by_worker[True] & by_worker[False]


def test_no_password_is_logged(deployment: Deployment) -> None:
    for service in (*WORKERS, "code", "webserver", "daemon"):
        assert PASSWORD not in deployment.said(service)
