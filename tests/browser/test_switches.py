"""Language and colours: switched on one page, kept on the next, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import Visitor

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MENU = ".top nav"


def background(page: Page) -> str:
    value = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert isinstance(value, str)
    return value


def drawing(page: Page) -> str:
    """The first chart as it is drawn; nothing where the page has none."""
    return str(page.evaluate("document.querySelector('figure[data-chart] .drawing')?.innerHTML ?? ''"))


@pytest.mark.parametrize(("language", "is_chinese"), [("zh", True), ("en", False)])
def test_a_reader_starts_in_the_language_of_the_browser(
    one: SiteFolder, visitor: Visitor, language: str, is_chinese: bool
) -> None:
    page = visitor.open(one.address("index.html"), language=language)
    assert bool(CHINESE.search(page.inner_text(MENU))) == is_chinese


def test_a_language_is_kept_on_the_next_page(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("index.html"), language="zh")
    title = page.title()
    page.click("#switch-language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert not CHINESE.search(page.inner_text(MENU))
    assert page.title() != title
    assert not CHINESE.search(page.get_attribute("#switch-theme", "aria-label") or "")
    for path in one.kinds.values():
        visitor.go(page, one.address(path))
        assert not CHINESE.search(page.inner_text(MENU)), path
        assert not CHINESE.search(page.get_attribute(MENU, "aria-label") or ""), path
    page.click("#switch-language")
    page.reload()
    assert CHINESE.search(page.inner_text(MENU))


def test_dark_is_kept_and_charts_are_drawn_again(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("index.html"))
    light, drawn = background(page), drawing(page)
    assert "<svg" in drawn
    page.click("#switch-theme")
    page.wait_for_function(
        "before => document.querySelector('figure[data-chart] .drawing svg') &&"
        " document.querySelector('figure[data-chart] .drawing').innerHTML !== before",
        arg=drawn,
    )
    dark = background(page)
    assert dark != light
    for path in one.kinds.values():
        visitor.go(page, one.address(path))
        assert background(page) == dark, path
    page.click("#switch-theme")
    assert background(page) == light


def test_a_dark_system_gets_dark_pages(one: SiteFolder, visitor: Visitor) -> None:
    light = background(visitor.open(one.address("index.html"), theme="light"))
    dark = visitor.open(one.address("index.html"), theme="dark")
    assert background(dark) != light
    dark.click("#switch-theme")
    assert background(dark) == light


def test_a_chart_speaks_the_language_of_the_page(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("index.html"), language="zh")
    drawn = drawing(page)
    assert CHINESE.search(drawn)
    page.click("#switch-language")
    page.wait_for_function(
        "before => document.querySelector('figure[data-chart] .drawing svg') &&"
        " document.querySelector('figure[data-chart] .drawing').innerHTML !== before",
        arg=drawn,
    )
    words = page.locator("figure[data-chart] .drawing svg").first.text_content() or ""
    assert not CHINESE.search(words), words
