"""A report whose words are tags, quotes, addresses of code and very long words: all of it is shown as text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import NARROW, Language, Visitor
from tests.hostile import FAMILY, INDICATORS, LINES, LONG_WORD, PLACE, PUBLISHER, TITLE, YEAR

REPORT = f"reports/{PLACE}-report-{YEAR}.html"
INTRUDERS = (
    "script:not([src]):not([type='application/json']), main svg[onload], main b[onclick], [onerror], [onload],"
    " [onclick], [onmouseover], img[src='x'], a[href^='javascript:' i], main title"
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def is_harmless(page: Page) -> bool:
    return page.locator(INTRUDERS).count() == 0 and not page.evaluate("'__pwned' in window")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_is_shown_as_it_is(several: SiteFolder, visitor: Visitor, language: Language) -> None:
    page = visitor.open(several.address(REPORT), language=language, width=NARROW)
    shown = squeezed(page.inner_text("main"))
    assert [line[:80] for line in LINES if squeezed(line) not in shown] == []
    assert squeezed(TITLE) in shown
    assert squeezed(PUBLISHER) in shown
    assert is_harmless(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_every_statement_of_it_can_be_opened(several: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(several.address(REPORT))
    marks = page.locator("article mark")
    assert marks.count() >= 15
    for mark in marks.all():
        mark.hover()
        mark.click()
    assert is_harmless(page)


def test_every_page_of_the_place_is_harmless(several: SiteFolder, visitor: Visitor) -> None:
    page = visitor.context().new_page()
    pages = [path for path in several.pages if PLACE in path]
    assert pages
    for path in (*pages, *several.kinds.values()):
        visitor.go(page, several.address(path))
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        for part in page.locator("figure[data-chart] .drawing svg").all():
            part.hover()
        assert is_harmless(page), path


def test_names_of_figures_are_shown_as_they_are(several: SiteFolder, visitor: Visitor) -> None:
    """Those that carry a space or a quotation mark are kept without by the reader of tables."""
    page = visitor.context().new_page()
    shown = set()
    for path in several.pages:
        if path.startswith(f"indicators/{PLACE}/"):
            page.goto(several.address(path))
            shown.add(squeezed(page.inner_text("h1")))
    everything = "\n".join(shown)
    plain = [name for name in INDICATORS if name not in {LONG_WORD, FAMILY} and '"' not in name]
    assert [name for name in plain if squeezed(name) not in everything] == []


def test_a_link_to_code_is_no_link(several: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(several.address(REPORT))
    addresses = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)")
    assert [one for one in addresses if not one.startswith(("file:", "http:", "https:"))] == []
