"""A reader's browser, and what a reader must never meet in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
    WebError,
)

Language = Literal["zh", "en"]
Theme = Literal["light", "dark"]

WIDE, NARROW = 1280, 375
HEIGHT = 800
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
TIMEOUT_MS = 10_000
LOCAL = ("file:", "data:", "blob:")

DRAWN = (
    "() => !document.querySelector('figure[data-chart]') || document.documentElement.matches('.charts-drawn')"
)


@dataclass
class Visitor:
    """Opens pages and writes down every complaint of the browser, page by page.

    Attributes:
        browser: the browser that is shared by all.
        origin: the one address, beside the local disk, that may be asked.
        problems: what went wrong.
        requested: every address that was asked since the last look.
    """

    browser: Browser
    origin: str
    problems: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def context(
        self,
        *,
        width: int = WIDE,
        language: Language = "zh",
        theme: Theme = "light",
        script: bool = True,
    ) -> BrowserContext:
        """A profile of its own, with nothing kept from another one."""
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale=LOCALES[language],
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(TIMEOUT_MS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        self._contexts.append(context)
        return context

    def open(self, address: str, **look: Any) -> Page:
        """A page in a profile of its own, once its charts are drawn; `look` as in `context`."""
        page = self.context(**look).new_page()
        return self.go(page, address)

    def go(self, page: Page, address: str) -> Page:
        """Lead a page to an address and wait until its charts are drawn."""
        page.goto(address)
        if page.evaluate("document.documentElement.matches('.scripted')"):
            page.wait_for_function(DRAWN)
        return page

    def close(self) -> None:
        """Close every profile."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            where = message.page.url if message.page else "?"
            self.problems.append(f"{where}: console {message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"{error.page.url if error.page else '?'}: uncaught: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"{dialog.page.url if dialog.page else '?'}: dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.requested.append(request.url)
        if not request.url.startswith((*LOCAL, f"{self.origin}/")):
            self.problems.append(f"{request.frame.url}: asks {request.url}")

    def _failed(self, request: Request) -> None:
        self.problems.append(f"{request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.url}: status {response.status}")
