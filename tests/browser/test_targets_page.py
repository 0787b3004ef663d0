"""Promised and delivered: the list sorts, filters and searches, and the file holds the rows that are shown."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import Visitor

SHOWN = "#targets > tbody:visible"


@pytest.fixture
def path(one: SiteFolder) -> str:
    """The heaviest list of targets."""
    return one.kinds["targets/*"]


@pytest.fixture
def page(one: SiteFolder, path: str, visitor: Visitor) -> Page:
    return visitor.open(one.address(path), language="en")


def shown(page: Page) -> list[str]:
    """The targets that are shown, in their order."""
    ids = page.eval_on_selector_all(SHOWN, "all => all.map((one) => one.id.slice(2))")
    return [str(one) for one in ids]


def downloaded(page: Page) -> list[dict[str, str]]:
    """The rows of the file that the button gives."""
    with page.expect_download() as waiting:
        page.click("#download")
    assert waiting.value.suggested_filename.endswith(".csv")
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel reads a CSV without the mark as another encoding"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_list_is_that_of_the_tables(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.context().new_page()
    found: list[str] = []
    for path in one.pages:
        if path.startswith("targets/") and not path.endswith("index.html"):
            visitor.go(page, one.address(path))
            found += shown(page)
    with duckdb.connect(str(one.published / "warehouse.duckdb"), read_only=True) as connection:
        targets = connection.execute("select target_id from fct_target_outcomes").fetchall()
    assert sorted(found) == sorted(target for (target,) in targets)


def test_the_file_holds_all_that_is_shown(page: Page) -> None:
    rows = downloaded(page)
    assert [row["target_id"] for row in rows] == shown(page)
    assert len(rows) > 20
    assert all(row["outcome"] for row in rows)


@pytest.mark.parametrize("field", ["outcome", "sector", "commitment", "due"])
def test_a_filter_leaves_what_it_names_in_list_and_file(page: Page, visitor: Visitor, field: str) -> None:
    everything = shown(page)
    choice = page.locator(f"#filters [name={field}] option").nth(1).get_attribute("value") or ""
    page.select_option(f"#filters [name={field}]", choice)
    left = shown(page)
    assert 0 < len(left) < len(everything)
    column = {"due": "year"}.get(field, field)
    rows = downloaded(page)
    assert [row["target_id"] for row in rows] == left
    assert {row[column] for row in rows} == {choice}
    assert str(len(left)) in page.inner_text("#count")
    visitor.go(page, page.url)
    assert shown(page) == left
    page.click("#filters [type=reset]")
    expect(page.locator(SHOWN)).to_have_count(len(everything))


def test_a_search_leaves_the_rows_with_the_words(page: Page) -> None:
    page.fill("#filters [name=q]", "地区生产总值")
    left = shown(page)
    assert left
    assert all("地区生产总值" in text for text in page.locator(SHOWN).all_text_contents())
    assert [row["target_id"] for row in downloaded(page)] == left
    page.fill("#filters [name=q]", "no such words anywhere")
    assert shown(page) == []
    expect(page.locator("#no-match")).to_be_visible()
    assert downloaded(page) == []


def test_a_column_sorts_up_and_down(page: Page) -> None:
    everything = shown(page)
    for name, column in (("due", "year"), ("target", "obs_value"), ("gap", "gap_share")):
        head = page.locator(f"#targets th[data-sort={name}]")
        head.locator("button").click()
        expect(head).to_have_attribute("aria-sort", "ascending")
        up = downloaded(page)
        head.locator("button").click()
        expect(head).to_have_attribute("aria-sort", "descending")
        down = downloaded(page)
        assert sorted(row["target_id"] for row in up) == sorted(everything)
        for unit in {row["unit_measure"] for row in up} if name == "target" else {None}:
            rising, falling = (
                [float(row[column]) for row in rows if row[column] and unit in {None, row["unit_measure"]}]
                for rows in (up, down)
            )
            assert rising == sorted(rising)
            assert falling == sorted(rising, reverse=True)


def test_a_promise_shows_both_sources(page: Page) -> None:
    promise = page.locator(SHOWN, has=page.locator(".sources a[href*='reports/']")).first
    promise.locator("summary").click()
    expect(promise.locator(".sources")).to_be_visible()
    expect(promise.locator(".sources blockquote").first).to_be_visible()
    promise.locator(".sources a[href*='reports/']").first.click()
    page.wait_for_url("**/reports/330200-report-2026.html#s-*")
    expect(page.locator("article .chosen").first).to_be_in_viewport()


def test_hostile_words_are_data_in_the_file(several: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(several.address("targets/330300.html"))
    rows = downloaded(page)
    assert len(rows) == page.locator(SHOWN).count() > 3
    cells = [cell for row in rows for cell in row.values() if cell]
    assert any("<script>" in cell for cell in cells)
    assert [cell for cell in cells if cell[0] in "=+@\t"] == []
