"""A connection to a Ray cluster, or a cluster of one node for as long as it is needed."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.paths import PROJECT_ROOT, SEEDS_DIR
from pipelines.settings import Settings

CONNECT_SECONDS = 5.0
OBJECT_STORE_BYTES = 512_000_000
"""Shared memory of a cluster of our own: more than all tasks under way hold."""

_ADDRESS = re.compile(r"(?:ray://)?(?P<host>[^:/\s]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LIMITS = ("GWR_MAX_", "GWR_READER_")


class RayUnavailableError(RuntimeError):
    """Ray is not installed, or its cluster can't be reached or used: no fault of any document."""


def load_ray(host: str | None = None) -> Any:
    """The package `ray`, without its usage reports.

    Args:
        host: of the cluster that it is for; None: one of our own.

    Raises:
        RayUnavailableError: it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if host is None or host in _LOOPBACK:
        # It is off on macOS and Windows only; off, all of Ray listens on the loopback address alone.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise RayUnavailableError(
            "Ray is not installed. Install the extra: pip install 'gov-work-reports[ray]', or from a checkout"
            " make ray"
        ) from error


def check_ray(address: str | None) -> None:
    """See that Ray is installed and something listens at the address, before anything is built.

    Raises:
        RayUnavailableError: it says which of both.
    """
    if address is None:
        load_ray()
        return
    found = _ADDRESS.fullmatch(address)
    load_ray(found and found["host"])
    if found is None:
        raise RayUnavailableError(f"{address} is no address of a Ray cluster; give host:port")
    try:
        with socket.create_connection((found["host"].strip("[]"), int(found["port"])), CONNECT_SECONDS):
            pass
    except (OSError, OverflowError) as error:
        raise RayUnavailableError(
            f"no Ray cluster answers at {address} ({error}). Start its head there: ray start --head, or"
            " correct --address (GWR_RAY_ADDRESS)"
        ) from error


@contextmanager
def connected(address: str | None) -> Iterator[Any]:
    """Ray, connected to the cluster at an address or to one of its own on this machine, which ends with it.

    The nodes get the code and the rules of this process; of its environment only the limits of reading.

    Raises:
        RayUnavailableError: Ray is not installed, or the cluster can't be reached.
    """
    check_ray(address)
    ray = importlib.import_module("ray")
    with tempfile.TemporaryDirectory(prefix="gwr-ray-", ignore_cleanup_errors=True) as folder:
        # A short path: sockets lie in it.
        own = {
            "num_cpus": Settings().workers,
            "include_dashboard": False,
            "object_store_memory": OBJECT_STORE_BYTES,
            "_node_ip_address": "127.0.0.1",
            "_temp_dir": f"{folder}/ray",
        }
        try:
            with _own_signals():
                ray.init(
                    **({"address": address} if address else own),
                    log_to_driver=False,
                    logging_level="ERROR",
                    runtime_env={
                        "working_dir": str(_code(Path(folder) / "code")),
                        "env_vars": _environment(),
                    },
                )
        except (ConnectionError, OSError, RuntimeError, TimeoutError, ValueError) as error:
            ray.shutdown()
            # Ray puts tracebacks into messages: what matters is said by then.
            raise RayUnavailableError(why_not(address, str(error))) from None
        try:
            yield ray
        finally:
            ray.shutdown()


def why_not(address: str | None, said: str) -> str:
    """Why a cluster can't be used, and what to do, from what Ray said on several lines."""
    where = f"the Ray cluster at {address}" if address else "a Ray cluster on this machine"
    if "AuthenticationError" in said or "InvalidAuthToken" in said:
        return (
            f"{where} wants a token, and this process has none or another one. Set RAY_AUTH_MODE=token and"
            " RAY_AUTH_TOKEN here to what its head was started with (docs/ray.md)"
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"{where} can't be used: {lines[-1] if lines else 'Ray gave no reason'}"


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep what this process does on Ctrl-C and SIGTERM: Ray takes SIGTERM for itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def live_nodes(ray: Any) -> tuple[int, int]:
    """The nodes of the cluster that live and have cores, and all their cores."""
    cores = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    return sum(map(bool, cores)), sum(cores)


def _code(folder: Path) -> Path:
    """A copy of what reads: the package and the seeds, where the package looks for them."""
    for source in (PROJECT_ROOT / "pipelines", SEEDS_DIR):
        target = folder / source.relative_to(PROJECT_ROOT)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    return folder


def _environment() -> dict[str, str]:
    limits = {name: value for name, value in os.environ.items() if name.startswith(_LIMITS)}
    # One process a core: threads of their own would only wait for each other.
    return {**limits, "POLARS_MAX_THREADS": "1"}
