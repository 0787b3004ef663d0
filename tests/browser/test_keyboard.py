"""Without a mouse: everything that can be clicked is reached with Tab, is seen to be, and answers to Enter."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import NARROW, WIDE, Visitor

MOST_STEPS = 200
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  if (!element || element === document.body) return null;
  element.dataset.walk ||= String(document.querySelectorAll("[data-walk]").length + 1);
  const box = element.getBoundingClientRect();
  return {
    walk: Number(element.dataset.walk), tag: element.tagName, id: element.id,
    text: (element.getAttribute("aria-label") || element.innerText || element.textContent || element.labels?.[0]?.innerText || "").trim(),
    outlined: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
      || [...element.querySelectorAll("rect")].some((box) => parseFloat(getComputedStyle(box).strokeWidth) >= 4),
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
MISSED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0'], [role='button']")]
  .filter((element) => element.checkVisibility({visibilityProperty: true}) && !element.disabled
    && element.tabIndex >= 0 && !element.dataset.walk && !(element.type === "radio"))
  .map((element) => element.outerHTML.slice(0, 120))"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the page is left or begins anew; what was focused on the way."""
    steps: list[dict[str, Any]] = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step is None or step["walk"] <= len(steps):
            break
        steps.append(step)
    return steps


def test_everything_is_reached_and_seen(one: SiteFolder, visitor: Visitor) -> None:
    """Wide and narrow by turns; of a page with hundreds of links the first ones."""
    readers = cycle([visitor.context(width=width).new_page() for width in (WIDE, NARROW)])
    for path, page in zip(one.kinds.values(), readers, strict=False):
        visitor.go(page, one.address(path))
        steps = walk(page)
        assert steps[0]["tag"] == "A", path
        assert {"switch-language", "switch-theme"} <= {step["id"] for step in steps}, path
        assert [step for step in steps if not step["outlined"]] == [], path
        assert [step for step in steps if not step["inside"]] == [], path
        assert [step for step in steps if not step["text"]] == [], path
        if len(steps) < MOST_STEPS:
            assert page.evaluate(MISSED) == [], path


def test_the_first_tab_skips_to_the_content(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("index.html"))
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_enter_works_the_switches(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("index.html"), language="zh")
    page.focus("#switch-language")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.focus("#switch-theme")
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
