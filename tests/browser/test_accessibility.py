"""axe-core on a page of each kind: contrast, labels, headings, landmarks, in light and dark, in both languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Sites
from tests.browser.visitor import Language, Theme, Visitor

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "resultTypes": ["violations"],
    # It would ask for the style sheets again, which a page from a folder may not.
    "preload": False,
}


def violations(axe: Axe, page: Page) -> list[str]:
    """Each rule that is broken, with the first places where it is."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    found = axe.run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}), {len(rule['nodes'])} times: {rule['help']}: "
        + "; ".join(f"{node['html'][:150]} [{node['failureSummary'][:200]}]" for node in rule["nodes"][:2])
        for rule in found
    ]


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "zh", 375), ("dark", "en", 1280)])
def test_no_rule_is_broken(
    sites: Sites, visitor: Visitor, theme: Theme, language: Language, width: int
) -> None:
    page = visitor.context(theme=theme, language=language, width=width).new_page()
    axe = Axe()
    problems = []
    for site in (sites("one"), sites("several"), sites("figures")):
        seen: set[str] = set()
        for kind, path in site.kinds.items():
            if site.name != "one" and kind in sites("one").kinds and not kind.endswith("index.html"):
                continue
            visitor.go(page, site.address(path))
            problems += [f"{site.name} {path}: {fault}" for fault in violations(axe, page)]
            seen.add(kind)
        assert seen
    assert problems == []
