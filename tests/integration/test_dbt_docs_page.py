"""The page of this dbt project: what it says, that it is the same everywhere, and that it works in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from playwright.sync_api import Browser, sync_playwright

from pipelines.cli.site_server import site_server
from pipelines.paths import PROJECT_ROOT
from pipelines.publication.dbt_docs import catalog_of, dbt_docs, write_dbt_docs
from pipelines.publication.dbt_manifest import shown_manifest
from pipelines.warehouse import load_manifest
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def page_file(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dbt_docs(dbt_docs(load_manifest(built.paths)), tmp_path_factory.mktemp("docs") / "dbt")


def test_the_page_is_the_same_wherever_the_data_lies(page_file: Path, second: Built) -> None:
    elsewhere = load_manifest(second.paths)
    written = {file.name: file.read_text(encoding="utf-8") for file in page_file.parent.iterdir()}
    assert dbt_docs(elsewhere) == written


def test_the_page_holds_nothing_of_this_machine_and_no_clock(page_file: Path, built: Built) -> None:
    page = "".join(file.read_text(encoding="utf-8") for file in page_file.parent.iterdir())
    for word in (str(built.paths.data), str(PROJECT_ROOT), "invocation_id", "generated_at", '"created_at"'):
        assert word not in page, word
    assert "cloudfront" not in page


def test_the_declared_columns_are_the_built_ones(built: Built) -> None:
    catalog = catalog_of(shown_manifest(load_manifest(built.paths)))
    with duckdb.connect(str(built.paths.build_database), read_only=True) as database:
        columns = database.execute(
            "select schema_name, table_name, column_name, lower(data_type) from duckdb_columns()"
            " where not internal order by schema_name, table_name, column_index"
        ).fetchall()
    of_tables: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, table, column, data_type in columns:
        of_tables.setdefault((schema, table), []).append((column, data_type))
    compared = 0
    for node in catalog["nodes"].values():
        relation = (node["metadata"]["schema"], node["metadata"]["name"])
        if relation[0] in {"main", "seeds"}:
            declared = [(column["name"], column["type"]) for column in node["columns"].values()]
            assert declared == of_tables[relation], relation
            compared += len(declared)
    assert compared > 500


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is not there"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )


@pytest.fixture(scope="module")
def served(page_file: Path) -> Iterator[str]:
    """The page on the web server that shows the site, which forbids what a page does not need."""
    server = site_server(page_file.parent.parent, "127.0.0.1", 0)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/dbt/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["file", "server"])
def address(request: pytest.FixtureRequest, page_file: Path) -> str:
    return page_file.as_uri() if request.param == "file" else request.getfixturevalue("served")


def test_the_page_works_and_fetches_nothing(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    noticed: list[str] = []
    page.on("request", lambda request: noticed.append(f"asks for {request.url}"))
    page.on("console", lambda said: noticed.append(f"says {said.text}"))
    page.on("pageerror", lambda error: noticed.append(f"fails with {error}"))
    page.goto(address)
    page.get_by_text("The dbt project behind the tables").wait_for()
    # A model: meaning, columns with their types, icons, and the picture of where it comes from.
    page.goto(f"{address}#!/model/model.gov_work_reports.fct_target_outcomes")
    page.get_by_role("heading", name="fct_target_outcomes").wait_for()
    assert "Whether each target was met" in page.inner_text("body")
    assert page.locator("tr:has-text('obs_value_upper') >> text=double").count() >= 1
    assert page.locator(".menu-icon-on use[href='#icn-doc-on']").count() > 0
    page.locator(".launcher a").first.click()
    page.wait_for_function("[...document.querySelectorAll('.launcher canvas')].some(c => c.width > 100)")
    # Who uses it.
    page.goto(f"{address}#!/exposure/exposure.gov_work_reports.researchers_panel")
    page.get_by_role("heading", name="The researcher's panel").wait_for()
    assert page.get_by_role("link", name="rpt_panel_targets").count() >= 1
    assert noticed == [f"asks for {address}", f"asks for {address.replace('index.html', 'docs.js')}"]
    page.close()
