"""What tests of several folders share."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.paths import PROJECT_ROOT, Paths
from tests.hostile import add_hostile
from tests.several_places import add_several

GWR = Path(sys.executable).parent / "gwr"

RunGwr = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Built:
    """A finished `gwr build`: its folders, and what it said."""

    paths: Paths
    process: subprocess.CompletedProcess[str]


StartBuild = Callable[[Path], "Future[Built]"]


@pytest.fixture(scope="session")
def run_gwr() -> RunGwr:
    """Run `gwr` as a user does, in a process of its own."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(GWR), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture(scope="session")
def specimen() -> Path:
    """A report of our own, in the language of the genre; its sidecar lies beside it."""
    return PROJECT_ROOT / "tests" / "fixtures" / "raw" / "reports" / "330200-ningbo" / "2026.txt"


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw/ of the specimen report and the shipped statistics. Not to be changed by a test."""
    folder = tmp_path_factory.mktemp("input") / "raw"
    shutil.copytree(PROJECT_ROOT / "tests" / "fixtures" / "raw", folder)
    shutil.copytree(PROJECT_ROOT / "raw" / "statistics", folder / "statistics", dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def start_build(run_gwr: RunGwr, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartBuild]:
    """Start the build of a raw/, once however often it is asked for; two run at a time."""
    started: dict[Path, Future[Built]] = {}
    pool = ThreadPoolExecutor(max_workers=2)

    def build(paths: Paths) -> Built:
        return Built(paths, run_gwr("build", "--raw", paths.raw, "--data", paths.data))

    def start(raw: Path) -> Future[Built]:
        if raw not in started:
            paths = Paths(raw=raw, data=tmp_path_factory.mktemp("built") / "data")
            started[raw] = pool.submit(build, paths)
        return started[raw]

    yield start
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def built(raw: Path, start_build: StartBuild) -> Built:
    """A build of the specimen report and the shipped statistics. Not to be changed by a test."""
    return start_build(raw).result()


@pytest.fixture(scope="session")
def several_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw/ of several places, one of them hostile. Not to be changed by a test."""
    folder = tmp_path_factory.mktemp("several")
    add_several(folder / "raw", folder)
    add_hostile(folder / "raw", folder)
    return folder / "raw"


@pytest.fixture(scope="session")
def several(several_raw: Path, start_build: StartBuild) -> Built:
    """A build of several places, one of them hostile. Not to be changed by a test."""
    return start_build(several_raw).result()
