"""Faults on purpose. `make chaos` runs this folder; GWR_CHAOS is short (a minute) or full (half an hour)."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.paths import Paths
from tests.chaos.support import Build, finish, kill_group, start_build, wait_for

SEED = 20261124

Say = Callable[[str], None]


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether every fault is tried as often as it takes to trust the result, not just once."""
    size = os.environ.get("GWR_CHAOS")
    if size is None:
        pytest.skip("faults of processes and disk take a minute: make chaos")
    if size not in {"short", "full"}:
        raise ValueError(f"GWR_CHAOS is {size}: it is short or full")
    return size == "full"


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> random.Random:
    """The same random moments in every run of a test."""
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Say:
    """Print a line at once: a long test shows how far it is."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def print_line(text: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"  {text}", flush=True)

    return print_line


@dataclass(frozen=True)
class FirstBuild:
    """The first build of a data folder; in the full form after one that was killed before it published."""

    paths: Paths
    killed: Build | None
    process: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test has its raw/ and data/: always the same, since dbt's manifest names the folder."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="session")
def first_build(raw: Path, bench: Path, full: bool, tmp_path_factory: pytest.TempPathFactory) -> FirstBuild:
    """What the tests start from. Not to be changed by a test."""
    paths = Paths(raw=Path(shutil.copytree(raw, bench / "raw")), data=bench / "data")
    killed = start_build(paths) if full else None
    if killed:
        wait_for(killed, paths.build_database.exists)
        kill_group(killed.process)
    build = start_build(paths)
    status, output = finish(build)
    kept = tmp_path_factory.mktemp("first") / "bench"
    shutil.move(bench, kept)
    bench.mkdir()
    return FirstBuild(
        Paths(raw=kept / "raw", data=kept / "data"),
        killed,
        subprocess.CompletedProcess(build.process.args, status, output, ""),
    )


@pytest.fixture
def paths(first_build: FirstBuild, bench: Path) -> Iterator[Paths]:
    """The built folders as they were, to be hurt."""
    yield put_back(first_build, bench)
    for folder in bench.iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()


def put_back(first_build: FirstBuild, bench: Path) -> Paths:
    """Copy the first build into the bench."""
    for folder in (first_build.paths.raw, first_build.paths.data):
        shutil.copytree(folder, bench / folder.name, symlinks=True)
    return Paths(raw=bench / "raw", data=bench / "data")
