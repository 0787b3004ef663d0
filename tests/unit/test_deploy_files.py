"""The files of deploy/: they agree with each other and the code, hold no secret, and leave nothing open."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.paths import PROJECT_ROOT
from pipelines.settings import Settings

DEPLOY = PROJECT_ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ENVIRONMENTS = (DEPLOY / ".env.example", DEPLOY / "gwr.env.example")
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))["services"]
    return found


def variables(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"[A-Z]", line)]
    return dict(line.split("=", 1) for line in lines)


def asked_from_environment(node: Any) -> set[str]:
    """The variables behind `{env: NAME}` anywhere in a configuration."""
    if isinstance(node, dict):
        if set(node) == {"env"}:
            return {node["env"]}
        return set().union(*map(asked_from_environment, node.values()))
    return set().union(*map(asked_from_environment, node)) if isinstance(node, list) else set()


def test_every_service_is_watched_and_restarted(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "code", "webserver", "daemon"}
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_our_own_services_run_without_root_or_capabilities(services: dict[str, Any]) -> None:
    for name in ("code", "webserver", "daemon"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["user"] == "${GWR_UID:-10001}:${GWR_GID:-10001}"


def test_the_only_open_port_is_the_page_on_loopback(services: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"webserver": ["127.0.0.1:${GWR_PORT:-3000}:3000"]}
    assert Settings.model_fields["host"].default == "127.0.0.1"


def test_only_the_code_server_sees_the_folders_and_the_secrets_of_the_pipeline(
    services: dict[str, Any],
) -> None:
    assert [name for name, service in services.items() if "env_file" in service] == ["code"]
    folders = [name for name, service in services.items() if "/srv/gwr" in str(service.get("volumes"))]
    assert folders == ["code"]


def test_images_are_pinned(services: dict[str, Any]) -> None:
    images = [services["postgres"]["image"], *re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE)]
    assert len(images) == 3
    for image in images:
        assert re.search(r":\d+\.\d+(\.\d+)?-(slim-)?bookworm$", image), image


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", text("Dockerfile"), re.MULTILINE)
        for source in line.split()[:-1]
    ]
    kept = {line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    assert len(sources) > 8
    for source in sources:
        assert (PROJECT_ROOT / source).exists(), source
        assert any(source == name or source.startswith(f"{name}/") for name in kept), source


def test_every_variable_of_the_instance_is_set_for_each_process(services: dict[str, Any]) -> None:
    asked = set()
    for name in ("dagster-postgres.yaml", "workspace-grpc.yaml"):
        asked |= asked_from_environment(yaml.safe_load(text(name)))
    assert "DAGSTER_POSTGRES_PASSWORD" in asked
    for name in ("code", "webserver", "daemon"):
        assert asked <= set(services[name]["environment"]), name
    assert asked <= set(variables(DEPLOY / "gwr.env.example"))


def test_one_run_at_a_time_because_builds_hold_one_lock() -> None:
    instance = yaml.safe_load(text("dagster-postgres.yaml"))
    assert instance["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert instance["run_coordinator"]["class"] == "QueuedRunCoordinator"
    assert instance["run_monitoring"]["enabled"] is True


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_example_environments_hold_no_secret_and_only_known_settings(path: Path) -> None:
    found = variables(path)
    assert {name for name in found if "PASSWORD" in name} == {"DAGSTER_POSTGRES_PASSWORD"}
    assert found["DAGSTER_POSTGRES_PASSWORD"] == ""
    known = {f"GWR_{name.upper()}" for name in Settings.model_fields}
    known |= {"GWR_RAW_DIR", "GWR_DATA_DIR", "GWR_HOST_RAW", "GWR_HOST_DATA", "GWR_UID", "GWR_GID"}
    assert {name for name in found if name.startswith("GWR_")} <= known


def test_git_ignores_the_filled_in_environment() -> None:
    assert ".env" in (PROJECT_ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_password_has_no_default_in_the_compose_file() -> None:
    uses = re.findall(r"\$\{DAGSTER_POSTGRES_PASSWORD([^}]*)\}", text("docker-compose.yml"))
    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_the_lock_of_the_server_fits_that_of_the_project() -> None:
    pins = dict(PIN.findall(text("requirements.lock")))
    runtime = dict(PIN.findall((PROJECT_ROOT / "requirements" / "runtime.lock").read_text(encoding="utf-8")))
    assert set(pins) == {"dagster-postgres", "psycopg2-binary"}
    # Dagster's libraries are versioned 0.(16 + minor).patch beside its own 1.minor.patch.
    _, minor, patch = version("dagster").split(".")
    assert pins["dagster-postgres"] == f"0.{int(minor) + 16}.{patch}"
    assert runtime["dagster-dbt"] == pins["dagster-postgres"]
    assert not set(pins) & set(runtime) or all(
        runtime[name] == pins[name] for name in set(pins) & set(runtime)
    )


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_is_confined(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    service = parser["Service"]
    assert service["User"] == "gwr"
    for option in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictSUIDSGID", "PrivateDevices"):
        assert service[option] == "yes", option
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    writes = service.get("ReadWritePaths", "").split()
    assert set(writes) <= {"/srv/gwr/raw", "/srv/gwr/data"}
    assert ("/srv/gwr/raw" in writes) == (
        unit.name in {"gwr-code.service", "gwr-build.service", "gwr-worker@.service"}
    )


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_runs_a_program_of_the_project_on_loopback(unit: Path) -> None:
    pyproject = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    services = {"dagster-webserver", "dagster-daemon", "dagster-celery"}
    programs = {"python", *services, *pyproject["project"]["scripts"]}
    commands = re.findall(
        r"^ExecStart(?:Pre)?=-?/opt/gwr/\.venv/bin/(.+)$", unit.read_text("utf-8"), re.MULTILINE
    )
    assert commands
    for command in commands:
        assert command.split()[0] in programs
        assert "--host 127.0.0.1" in command or "--host" not in command


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        unit = re.sub(r"/opt/gwr/\.venv/bin/\S+", "/bin/true", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(unit, encoding="utf-8")
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    command = ["systemd-analyze", "verify", "--man=no", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ignoring" not in done.stderr, done.stderr
    assert "Unknown" not in done.stderr, done.stderr


def test_a_timer_s_unit_exists() -> None:
    for timer in (DEPLOY / "systemd").glob("*.timer"):
        assert timer.with_suffix(".service") in UNITS


def test_the_proxy_asks_for_a_login_and_talks_to_the_page_s_port() -> None:
    proxy = text("nginx.conf.example")
    assert 'auth_basic           "' in proxy
    assert "auth_basic_user_file" in proxy
    assert f"proxy_pass http://127.0.0.1:{Settings.model_fields['port'].default};" in proxy


def test_the_guide_names_only_files_that_are_there() -> None:
    guide = text("README.md")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", guide):
        assert (DEPLOY / target).resolve().exists(), target
    for name in re.findall(r"deploy/([A-Za-z][\w./-]*\w)", guide):
        assert any(DEPLOY.glob(f"{name}*")), name
