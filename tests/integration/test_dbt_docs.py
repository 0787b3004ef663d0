"""The page of this dbt project: what it says, that it is the same everywhere, and that it works in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, sync_playwright

from pipelines.paths import PROJECT_ROOT
from pipelines.publication.dbt_docs import catalog_of, dbt_docs_page, write_dbt_docs
from pipelines.publication.dbt_manifest import shown_manifest
from pipelines.warehouse import load_manifest
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def page_file(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dbt_docs(load_manifest(built.paths), tmp_path_factory.mktemp("docs") / "index.html")


def test_the_page_is_the_same_wherever_the_data_lies(page_file: Path, second: Built) -> None:
    elsewhere = load_manifest(second.paths)
    assert dbt_docs_page(elsewhere) == page_file.read_text(encoding="utf-8")


def test_the_page_holds_nothing_of_this_machine_and_no_clock(page_file: Path, built: Built) -> None:
    page = page_file.read_text(encoding="utf-8")
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
def browser_page(page_file: Path) -> Iterator[tuple[Page, list[str]]]:
    """The page, opened from its folder; and all that it asked for or complained of."""
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is not there"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        noticed: list[str] = []
        page.on("request", lambda request: noticed.append(f"asks for {request.url}"))
        page.on("console", lambda said: noticed.append(f"says {said.text}"))
        page.on("pageerror", lambda error: noticed.append(f"fails with {error}"))
        page.goto(page_file.as_uri())
        yield page, noticed
        browser.close()


def test_the_page_shows_a_model_its_columns_and_its_lineage(
    browser_page: tuple[Page, list[str]], page_file: Path
) -> None:
    page, noticed = browser_page
    page.get_by_text("The dbt project behind the tables").wait_for()
    page.goto(f"{page_file.as_uri()}#!/model/model.gov_work_reports.fct_target_outcomes")
    page.get_by_role("heading", name="fct_target_outcomes").wait_for()
    assert "Whether each target was met" in page.inner_text("body")
    assert page.locator("tr:has-text('obs_value_upper') >> text=double").count() >= 1
    assert page.locator(".menu-icon-on use[href='#icn-doc-on']").count() > 0
    page.locator(".launcher .launcher-btn, .launcher a").first.click()
    page.wait_for_function("[...document.querySelectorAll('.launcher canvas')].some(c => c.width > 100)")
    assert noticed == [f"asks for {page_file.as_uri()}"]


def test_the_page_shows_who_uses_what(browser_page: tuple[Page, list[str]], page_file: Path) -> None:
    page, noticed = browser_page
    page.goto(f"{page_file.as_uri()}#!/exposure/exposure.gov_work_reports.researchers_panel")
    page.get_by_role("heading", name="The researcher's panel").wait_for()
    assert page.get_by_role("link", name="rpt_panel_targets").count() >= 1
    assert noticed == [f"asks for {page_file.as_uri()}"]
