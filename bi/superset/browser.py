"""The dashboard in a real browser: what each chart asks for itself, what fails, and a picture."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response, sync_playwright

from bi.superset.server import DASHBOARD, HOST

CHROMIUM = shutil.which("chromium")
_WIDTH = 1500
_WAIT_MS = 120_000


@dataclass
class Visit:
    """What happened while the dashboard was open.

    Attributes:
        rows: chart id -> rows that it got.
        failed: chart data that did not come, with the reason.
        outside: addresses other than our own that the page asked for.
        errors: what cards say instead of drawing.
        drawn: charts that the page drew.
    """

    rows: dict[int, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    drawn: int = 0

    def note_request(self, request: Request) -> None:
        """Note a request that leaves this machine; one that the page's own policy stopped does not."""
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname != HOST and request.failure != "csp":
            self.outside.append(request.url)

    def note_response(self, response: Response) -> None:
        """Note the data of a chart."""
        if urlsplit(response.url).path != "/api/v1/chart/data":
            return
        asked = json.loads(response.request.post_data or "{}").get("form_data", {})
        if not response.ok:
            self.failed.append(f"chart {asked.get('slice_id')}: {response.status} {response.text()[:300]}")
        elif "slice_id" in asked:
            # A table asks again for the number of its rows: the first query is the chart's.
            self.rows[asked["slice_id"]] = response.json()["result"][0]["rowcount"]


def _sign_in(page: Page, address: str, user: str, password: str) -> None:
    page.goto(f"{address}/login/")
    page.get_by_test_id("username-input").or_(page.locator("#username")).first.fill(user)
    page.get_by_test_id("password-input").or_(page.locator("#password")).first.fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)


def visit(address: str, user: str, password: str, charts: int, picture: Path | None = None) -> Visit:
    """Sign in, open the dashboard, scroll through it until each chart has its data.

    Args:
        address: of Superset.
        user: who signs in.
        password: of the user.
        charts: how many charts the dashboard has.
        picture: where to write a PNG of the whole dashboard.

    Raises:
        playwright.sync_api.Error: the page does not open.
    """
    seen = Visit()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": 1000}, locale="en-US")
        page.set_default_timeout(_WAIT_MS)
        page.on("requestfinished", seen.note_request)
        page.on("requestfailed", seen.note_request)
        _sign_in(page, address, user, password)
        page.on("response", seen.note_response)
        page.goto(f"{address}{DASHBOARD}?standalone=1")
        cards = page.locator(".dashboard-chart")
        cards.nth(charts - 1).wait_for(state="attached")
        # Charts below the fold are asked for only when they are scrolled to.
        for number in range(charts):
            cards.nth(number).scroll_into_view_if_needed()
            cards.nth(number).locator(".slice_container").wait_for()
            cards.nth(number).locator(".loading").wait_for(state="detached")
        page.wait_for_load_state("networkidle")
        seen.errors = cards.locator("[role=alert], [data-test=error-container]").all_inner_texts()
        seen.drawn = cards.locator(".slice_container").count()
        if picture:
            _take(page, picture)
        browser.close()
    return seen


def _take(page: Page, picture: Path) -> None:
    """A PNG of the whole dashboard."""
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.evaluate("window.scrollTo(0, 0)")
    page.set_viewport_size({"width": _WIDTH, "height": height})
    page.wait_for_timeout(3000)
    page.screenshot(path=str(picture))
