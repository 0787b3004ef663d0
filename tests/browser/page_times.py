"""How long until a page is shown: `python -m tests.browser.page_times DATA/published` prints the times."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext

from tests.browser.chromium import chromium
from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import Visitor

LOADS = 3
_WATCH = """
  const note = () => {
    if (document.documentElement?.classList.contains("charts-drawn")) window.__drawn ??= performance.now();
  };
  new MutationObserver(note).observe(document, {attributes: true, childList: true, subtree: true});
"""
_TIMES = """() => Math.max(
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  window.__drawn ?? 0,
)"""


def watching(visitor: Visitor) -> BrowserContext:
    """A profile whose pages note when their charts are drawn."""
    context = visitor.context()
    context.add_init_script(_WATCH)
    return context


def shown_after(visitor: Visitor, context: BrowserContext, address: str) -> float:
    """Milliseconds until the text is painted, the scripts have run and the charts are drawn."""
    page = context.new_page()
    visitor.go(page, address)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    milliseconds = float(page.evaluate(_TIMES))
    page.close()
    return milliseconds


def main(published: Path) -> None:
    """Print size and median time of the heaviest page of each kind."""
    site = SiteFolder("published", published)
    with chromium() as browser:
        visitor = Visitor(browser, "http://127.0.0.1")
        context = watching(visitor)
        for path in site.kinds.values():
            times = [shown_after(visitor, context, site.address(path)) for _ in range(LOADS)]
            print(f"{path:<60} {site.size(path) / 1000:>6.0f} kB {median(times):>6.0f} ms")
        visitor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
