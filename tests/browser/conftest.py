"""Chromium for the tests of this folder, and three sites: one report, several places, figures alone."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.cli.site_server import site_server
from pipelines.paths import PROJECT_ROOT
from tests.browser.chromium import CHROMIUM, MISSING, chromium
from tests.browser.site_folder import SiteFolder, site_of
from tests.browser.visitor import Visitor
from tests.conftest import StartBuild

Sites = Callable[[str], SiteFolder]


@pytest.fixture(scope="session")
def installed() -> Path:
    """Debian's Chromium. Missing where CI is set is a failure and no reason to skip."""
    if not CHROMIUM.is_file():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return CHROMIUM


# For a module, not for the session: while Playwright runs, no other test of this process could run an event
# loop. A folder without __init__.py has no scope of its own.
@pytest.fixture(scope="module")
def browser(installed: Path) -> Iterator[Browser]:
    """Chromium, closed with the module."""
    assert installed
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def figures_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw/ as it is shipped: figures and no report."""
    folder = tmp_path_factory.mktemp("figures") / "raw"
    shutil.copytree(PROJECT_ROOT / "raw" / "statistics", folder / "statistics")
    return folder


@pytest.fixture(scope="session")
def sites(
    installed: Path,
    raw: Path,
    several_raw: Path,
    figures_raw: Path,
    start_build: StartBuild,
) -> Sites:
    """The site of a name: `one` report of one place, `several` places (one is hostile), `figures` alone."""
    assert installed
    building = {
        name: start_build(folder)
        for name, folder in {"one": raw, "several": several_raw, "figures": figures_raw}.items()
    }
    made: dict[str, SiteFolder] = {}

    def site(name: str) -> SiteFolder:
        if name not in made:
            made[name] = site_of(name, building[name].result())
        return made[name]

    return site


@pytest.fixture
def one(sites: Sites) -> SiteFolder:
    """The site of one specimen report, with the shipped figures of its place."""
    return sites("one")


@pytest.fixture
def several(sites: Sites) -> SiteFolder:
    """The site of several places, one of them hostile."""
    return sites("several")


@pytest.fixture(scope="session")
def origin(sites: Sites) -> Iterator[str]:
    """Address at which `gwr site --serve` would show the published folder of one report."""
    with site_server(sites("one").published, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[Visitor]:
    """A reader; the test fails when the browser had anything to complain about."""
    reader = Visitor(browser, origin)
    yield reader
    reader.close()
    assert reader.problems == []
