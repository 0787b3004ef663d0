"""Fixtures of the tests of targets: a built version, for each module a copy of its own to publish more in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.paths import Paths
from tests.conftest import Built
from tests.integration.published_versions import copy_of, published


@pytest.fixture(scope="module")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where DuckDB keeps its extensions."""
    return tmp_path_factory.mktemp("extensions")


@pytest.fixture(scope="module")
def paths(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A copy of what the shared build published."""
    return copy_of(built.paths, tmp_path_factory.mktemp("targets") / "data")


@pytest.fixture(scope="module")
def first(paths: Paths) -> Path:
    """The version of the shared build."""
    return published(paths)
