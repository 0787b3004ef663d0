"""One build of a small raw/, shared by the tests that look at what a build makes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.paths import Paths
from tests.conftest import RunGwr
from tests.integration.postgres import postgres_server

__all__ = ["postgres_server"]


@dataclass(frozen=True)
class Built:
    """A finished `gwr build`: its folders, and what it said."""

    paths: Paths
    process: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def built(raw: Path, run_gwr: RunGwr, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A build of the specimen report and the shipped statistics. Not to be changed by a test."""
    paths = Paths(raw=raw, data=tmp_path_factory.mktemp("built") / "data")
    return Built(paths, run_gwr("build", "--raw", paths.raw, "--data", paths.data))


@pytest.fixture
def warehouse(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse of that build, as a reader opens it."""
    with duckdb.connect(str(built.paths.published_database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def second(raw: Path, run_gwr: RunGwr, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same input built into another folder."""
    paths = Paths(raw=raw, data=tmp_path_factory.mktemp("second") / "data")
    return Built(paths, run_gwr("build", "--raw", paths.raw, "--data", paths.data))
