"""Every page of every site in a real browser: nothing complains, nothing comes from outside, nothing overflows."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Sites
from tests.browser.site_folder import SiteFolder, kind_of
from tests.browser.visitor import HEIGHT, NARROW, WIDE, Language, Visitor

HEAVIEST = 1_500_000
ALL_LOOKS_OF_A_KIND = 3
"""So many pages of a kind are looked at in every width and language, the others in one of each."""

LOOK = """() => {
  const root = document.documentElement, width = root.clientWidth;
  const shown = (element) => element.checkVisibility() && element.innerText.trim();
  const clipped = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return up !== document.body && up !== root;
    }
    return false;
  };
  const wide = root.scrollWidth <= width ? [] : [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > width + 1 && !clipped(element))
    .slice(-3).map((element) => element.outerHTML.slice(0, 120));
  return {
    lang: root.lang, title: document.title.trim(), width, scroll: root.scrollWidth, wide,
    headings: [...document.querySelectorAll("h1")].filter(shown).length,
    undrawn: [...document.querySelectorAll("figure[data-chart]")].filter(
      (figure) => figure.checkVisibility() && !figure.querySelector(".drawing svg, .drawing canvas")).length,
    pwned: "__pwned" in window,
    code: [...document.querySelectorAll("*")].filter((element) =>
      (element.tagName === "SCRIPT" && !element.src && element.type !== "application/json") ||
      element.getAttributeNames().some((name) => name.startsWith("on"))).length,
  };
}"""


def faults(seen: dict[str, Any], language: Language) -> list[str]:
    """What is wrong with a page as it is shown."""
    wrong = []
    if seen["scroll"] > seen["width"]:
        wrong.append(f"scrolls sideways, {seen['scroll']} at {seen['width']}: {seen['wide']}")
    if not seen["title"]:
        wrong.append("has no title")
    if seen["headings"] != 1:
        wrong.append(f"shows {seen['headings']} headings of the first level")
    if seen["lang"] != {"zh": "zh-Hans", "en": "en"}[language]:
        wrong.append(f"says it is in {seen['lang']}")
    if seen["undrawn"]:
        wrong.append(f"has {seen['undrawn']} charts that are not drawn")
    if seen["pwned"] or seen["code"]:
        wrong.append("ran or holds code of its own")
    return wrong


def weight(requested: list[str]) -> int:
    """Bytes on disk of everything that a page loaded."""
    files = {Path(unquote(urlsplit(address).path)) for address in requested if address.startswith("file:")}
    return sum(file.stat().st_size for file in files)


def switch(page: Page, language: Language) -> None:
    """Switch to a language, as a reader does."""
    if page.evaluate("document.documentElement.dataset.lang") != language:
        page.click("#switch-language")


@pytest.mark.parametrize("name", ["one", "several", "figures"])
def test_every_page_opens(name: str, sites: Sites, visitor: Visitor) -> None:
    site = sites(name)
    page = visitor.context(width=NARROW).new_page()
    problems: list[str] = []
    for _, members in groupby(sorted(site.pages, key=kind_of), kind_of):
        for number, path in enumerate(members):
            problems += visit(visitor, site, page, path, number)
    assert problems == []


def visit(visitor: Visitor, site: SiteFolder, page: Page, path: str, number: int) -> list[str]:
    """Open a page and look at it in every width and language, or in one of each."""
    widths = (NARROW, WIDE) if number % 2 == 0 else (WIDE, NARROW)
    looks: list[tuple[int, Language]] = [(width, language) for width in widths for language in ("zh", "en")]
    if number >= ALL_LOOKS_OF_A_KIND:
        looks = [looks[0], looks[3]]
    visitor.requested.clear()
    page.set_viewport_size({"width": looks[0][0], "height": HEIGHT})
    visitor.go(page, site.address(path))
    problems = []
    for width, language in looks:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        switch(page, language)
        seen = page.evaluate(LOOK)
        problems += [f"{path} at {width} in {language}: {fault}" for fault in faults(seen, language)]
    if weight(visitor.requested) > HEAVIEST:
        problems.append(f"{path}: weighs {weight(visitor.requested):,} bytes")
    return problems


def test_pages_are_the_same_from_a_server(one: SiteFolder, visitor: Visitor, origin: str) -> None:
    page = visitor.context(language="en").new_page()
    for path in one.kinds.values():
        visitor.go(page, f"{origin}/site/{path}")
        assert faults(page.evaluate(LOOK), "en") == [], path
