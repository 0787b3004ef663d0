"""Set Superset up in its folder, start it on the loopback address, stop it."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bi.superset.bundle import zip_bundle
from bi.superset.environment import BIN
from bi.superset.home import Home

HOST = "127.0.0.1"
USER = "admin"
DASHBOARD = "/superset/dashboard/promised-and-delivered/"
_PROVISION = Path(__file__).resolve().parent / "provision.py"
_START_SECONDS = 180
_STOP_SECONDS = 15


class SupersetError(RuntimeError):
    """Superset could not be set up or did not start."""


def provision(home: Home, database: Path, *, new_password: bool = False) -> str | None:
    """Bring Superset's own database up to date and import the bundle against a warehouse.

    Returns:
        The administrator's password where it was made now; Superset keeps only its hash.

    Raises:
        FileNotFoundError: there is no warehouse.
        SupersetError: Superset refused.
    """
    bundle = zip_bundle(database)
    home.prepare()
    password = secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(bundle)
        order = {"bundle": str(path), "user": USER, "new_password": password, "reset": new_password}
        done = subprocess.run(
            [BIN / "python", _PROVISION],
            input=json.dumps(order),
            env=home.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SupersetError(f"{home.folder}: Superset could not be set up:\n{done.stderr[-3000:]}")
    created = json.loads(done.stdout.splitlines()[-1])["created"]
    return password if created or new_password else None


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/health", timeout=5, trust_env=False).text.strip() == "OK":
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise SupersetError(f"{log}: Superset did not start:\n{tail}")


@contextmanager
def running(home: Home, port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Superset on a port of the loopback address: its address and process. Stopped on leaving.

    Raises:
        SupersetError: the port is taken, or Superset does not answer in time.
    """
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise SupersetError(f"Port {port} is taken. Name another with --port; nothing was started.")
    command = [
        str(BIN / "gunicorn"),
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "1",
        "--worker-class",
        "gthread",
    ]
    command += ["--threads", "8", "--timeout", "120", "superset.app:create_app()"]
    with home.log.open("wb") as log:
        process = subprocess.Popen(command, env=home.environment(), stdout=log, stderr=log, cwd=home.folder)
    address = f"http://{HOST}:{port}"
    try:
        _wait(process, address, home.log)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
