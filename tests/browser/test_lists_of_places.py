"""The lists of places: what is typed leaves the rows of the places with that name, code or year."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import Visitor

ROWS = "tr[data-words]"


def names(page: Page) -> list[str]:
    """The places that are shown."""
    return page.locator(f"{ROWS}:visible > th").all_inner_texts()


@pytest.mark.parametrize("path", ["targets/index.html", "indicators/index.html", "reports/index.html"])
def test_a_place_is_found_by_its_names_and_its_code(several: SiteFolder, visitor: Visitor, path: str) -> None:
    page = visitor.open(several.address(path), language="zh")
    every, said = page.locator(ROWS).count(), page.locator("form.find output")
    assert every > 1
    assert len(names(page)) == every
    expect(said).to_have_text(f"{every} / {every} 个地区")
    first = page.locator(ROWS).first
    for word in str(first.get_attribute("data-words")).split():
        page.fill("#find", word.upper())
        assert 1 <= len(names(page)) <= every
        expect(first).to_be_visible()
        expect(said).to_have_text(f"{len(names(page))} / {every} 个地区")
    page.fill("#find", "no place of this name")
    assert names(page) == []
    expect(said).to_have_text(f"0 / {every} 个地区")
    page.fill("#find", "")
    assert len(names(page)) == every


def test_a_year_leaves_the_reports_of_that_year(several: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(several.address("reports/index.html"), language="zh")
    years = page.locator(f"{ROWS} li > a").all_inner_texts()
    for year in set(years):
        page.fill("#find", year)
        assert page.locator(f"{ROWS} li:visible > a").all_inner_texts() == [year] * years.count(year)
