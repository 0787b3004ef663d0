"""A small web server for the published folder, for one person on one machine.

For many readers put the folder behind a real web server: deploy/README.md.
"""

from __future__ import annotations

import http.server
import mimetypes
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""Sent with every answer. Vega compiles the expressions of a chart, hence 'unsafe-eval' for our own scripts."""


class _Pages(http.server.SimpleHTTPRequestHandler):
    """The published files; no listings, nothing hidden, the pages where no page is named."""

    def do_GET(self) -> None:
        """Answer a request for a file."""
        if self.path in {"/", "/site", "/site/"}:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", "/site/index.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if any(part.startswith(".") for part in unquote(self.path).split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        super().do_GET()

    def list_directory(self, path: Any) -> None:
        """No listing of a folder."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Add what every answer carries."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        """The type of a file by its name, texts with their encoding."""
        kind = mimetypes.guess_type(str(path))[0] or "application/octet-stream"
        if Path(str(path)).suffix == ".csv":
            kind = "text/csv"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith("javascript") else kind

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
        """Nothing: who looks at pages does not read a log."""


def site_server(published: Path, host: str, port: int) -> http.server.ThreadingHTTPServer:
    """A server of the published folder, bound and not yet running.

    Raises:
        OSError: the address can't be listened on.
    """
    handler = partial(_Pages, directory=str(published))
    try:
        return http.server.ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise OSError(
            f"{host}:{port} can't be listened on ({error.strerror}). Choose another with --port."
        ) from error
