"""axe-core on a page of each kind: contrast, labels, headings, landmarks, in light and dark, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Sites
from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import NARROW, WIDE, Language, Theme, Visitor

RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "resultTypes": ["violations"],
    # It would ask for the style sheets again, which a page from a folder may not.
    "preload": False,
}


# The rows of a long list are made alike; the first ones have all that the others have.
FIRST_ROWS = {
    "exclude": [["tr:nth-child(n+15)"], ["tbody:nth-of-type(n+15)"], ["article > p:nth-of-type(n+15)"]]
}
# A page in the dark is the same page: what may differ is what is seen.
IN_THE_DARK = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
OPEN_SOME = "for (const part of [...document.querySelectorAll('details')].slice(0, 5)) part.open = true"


def violations(axe: Axe, page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Each rule that is broken, with the first places where it is."""
    page.evaluate(OPEN_SOME)
    found = axe.run(page, context=FIRST_ROWS, options=rules).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}), {len(rule['nodes'])} times: {rule['help']}: "
        + "; ".join(f"{node['html'][:150]} [{node['failureSummary'][:200]}]" for node in rule["nodes"][:2])
        for rule in found
    ]


def looked_at(sites: Sites) -> Iterator[tuple[SiteFolder, str]]:
    """A page of each kind; of the other sites what differs: lists, comparisons, pages with nothing to show."""
    one = sites("one")
    for path in one.kinds.values():
        yield one, path
    for site in (sites("several"), sites("figures")):
        for kind, path in site.kinds.items():
            if not kind.startswith("data/") and (kind.endswith("index.html") or kind not in one.kinds):
                yield site, path


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "zh", NARROW), ("dark", "en", WIDE)])
def test_no_rule_is_broken(
    sites: Sites, visitor: Visitor, theme: Theme, language: Language, width: int
) -> None:
    page = visitor.context(theme=theme, language=language, width=width).new_page()
    axe, rules = Axe(), RULES if theme == "light" else IN_THE_DARK
    problems = []
    for site, path in looked_at(sites):
        visitor.go(page, site.address(path))
        problems += [f"{site.name} {path}: {fault}" for fault in violations(axe, page, rules)]
    assert problems == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_rule_is_broken_by_what_a_click_shows(one: SiteFolder, visitor: Visitor, theme: Theme) -> None:
    """The row of a statement, a faded text, numbers that were not taken, a list without a match."""
    page = visitor.open(one.address("reports/330200-report-2026.html"), theme=theme, language="en")
    page.select_option("form.filters [name=kind]", "annual_target")
    page.check("form.filters [name=refused]")
    page.locator("article mark:not(.faded) a").first.click()
    page.locator(".panel .card").first.wait_for()
    axe = Axe()
    problems = violations(axe, page)
    visitor.go(page, one.address(one.kinds["targets/*"]))
    page.fill("#filters [name=q]", "no such words anywhere")
    assert problems + violations(axe, page) == []
