"""What tests of several folders share."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.paths import PROJECT_ROOT

GWR = Path(sys.executable).parent / "gwr"

RunGwr = Callable[..., "subprocess.CompletedProcess[str]"]


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
