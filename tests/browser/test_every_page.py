"""Every page of every site in a real browser: nothing complains, nothing comes from outside, nothing overflows."""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import Sites
from tests.browser.site_folder import SiteFolder, kind_of
from tests.browser.visitor import DRAWN, HEIGHT, NARROW, WIDE, Language, Visitor

HEAVIEST = 1_500_000
MANY = 12
LOOKS: list[tuple[int, Language]] = [(NARROW, "zh"), (WIDE, "en"), (NARROW, "en"), (WIDE, "zh")]
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
OPEN_ALL = "for (const part of document.querySelectorAll('details')) part.open = true"

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
    cut: [...document.querySelectorAll("figure[data-chart] .drawing svg")].filter((chart) => chart.checkVisibility())
      .flatMap((chart) => {
        const frame = chart.getBoundingClientRect();
        return [...chart.querySelectorAll("text")].filter((text) => {
          const box = text.getBoundingClientRect();
          return box.width && text.textContent.trim() && (box.left < frame.left - 2 || box.right > frame.right + 2);
        }).map((text) => text.textContent.slice(0, 60));
      }),
    squeezed: [...document.querySelectorAll("figure[data-chart]")].filter((figure) => {
      const plot = figure.querySelector(".drawing svg .role-frame .background");
      return plot?.checkVisibility() && plot.getBBox().width < 0.4 * figure.querySelector(".drawing").clientWidth;
    }).map((figure) => figure.dataset.chart),
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
    if seen["cut"]:
        wrong.append(f"cuts words of a chart off: {seen['cut']}")
    if seen["squeezed"]:
        wrong.append(f"leaves no room to draw in: {seen['squeezed']}")
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


def members(site: SiteFolder, step: int) -> list[list[str]]:
    """The pages of each kind; of a kind with many, every `step`th."""
    kinds = [list(found) for _, found in groupby(sorted(site.pages, key=kind_of), kind_of)]
    return [pages[:MANY] + pages[MANY::step] for pages in kinds]


# The pages of an indicator are made alike: where one site has all of them opened, the others show the rest.
@pytest.mark.parametrize(("name", "step"), [("one", 1), ("several", 5), ("figures", 10)])
def test_every_page_opens(name: str, step: int, sites: Sites, visitor: Visitor) -> None:
    """Each in one of four looks by turns, two at a time."""
    site = sites(name)
    readers = [visitor.context(width=width, language=language).new_page() for width, language in LOOKS]
    problems: list[str] = []
    for pages in members(site, step):
        for first in range(0, len(pages), len(readers)):
            batch = list(zip(pages[first : first + len(readers)], readers, LOOKS, strict=False))
            for path, page, _ in batch:
                page.goto(site.address(path), wait_until="commit")
            for path, page, (width, language) in batch:
                page.wait_for_load_state()
                page.wait_for_function(DRAWN)
                found = faults(page.evaluate(LOOK), language)
                problems += [f"{path} at {width} in {language}: {fault}" for fault in found]
    assert problems == []


@pytest.mark.parametrize("name", ["one", "several", "figures"])
def test_every_kind_of_page_keeps_its_width_and_weight(name: str, sites: Sites, visitor: Visitor) -> None:
    """The heaviest of each kind, in every look, switched and turned while it is open."""
    site = sites(name)
    page = visitor.context(width=WIDE).new_page()
    problems = []
    for path in site.kinds.values():
        visitor.requested.clear()
        visitor.go(page, site.address(path))
        if weight(visitor.requested) > HEAVIEST:
            problems.append(f"{path}: weighs {weight(visitor.requested):,} bytes")
        for width, language in LOOKS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            switch(page, language)
            page.evaluate(OPEN_ALL)
            # Charts take their new width a moment after the window has it.
            with suppress(PlaywrightTimeout):
                page.wait_for_function(FITS, timeout=2000)
            found = faults(page.evaluate(LOOK), language)
            problems += [f"{path} at {width} in {language}: {fault}" for fault in found]
    assert problems == []


def test_pages_are_the_same_from_a_server(one: SiteFolder, visitor: Visitor, origin: str) -> None:
    page = visitor.context(language="en").new_page()
    for path in one.kinds.values():
        visitor.go(page, f"{origin}/site/{path}")
        assert faults(page.evaluate(LOOK), "en") == [], path
