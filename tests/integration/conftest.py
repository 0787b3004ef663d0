"""What the tests that look at a build share beside the build itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.paths import Paths
from tests.conftest import Built, RunGwr
from tests.integration.postgres import postgres_server
from tests.integration.ray_nodes import ray_nodes
from tests.integration.target_versions import extensions, first, paths

__all__ = ["Built", "extensions", "first", "paths", "postgres_server", "ray_nodes"]


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
