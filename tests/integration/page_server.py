"""A web server on the loopback address that behaves, and misbehaves, as a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """What was asked for, when (seconds of the monotonic clock), and with which headers."""

    path: str
    headers: dict[str, str]
    moment: float


@dataclass
class PageServer:
    """Answers by path; every request is noted."""

    url: str
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(request.path == path for request in self.requests)

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Answer a path with a body; header names are written with underscores. Returns its URL."""
        said = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(handler: BaseHTTPRequestHandler) -> None:
            send(handler, status, said, body)

        return self.answer(path, answer)

    def answer(self, path: str, how: Callable[[BaseHTTPRequestHandler], None]) -> str:
        """Answer a path with a function. Returns its URL."""
        self.answers[path] = how
        return self.url + path

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        """Answer a path with a redirect."""
        return self.serve(path, b"", status, Location=location)


def send(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    """A whole answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler, body: bytes, seconds: float) -> None:
    """Write a body byte by byte, until nobody listens any more."""
    with contextlib.suppress(OSError):
        for position in range(len(body)):
            handler.wfile.write(body[position : position + 1])
            time.sleep(seconds)


@contextmanager
def page_server(context: Any = None) -> Iterator[PageServer]:
    """A server that runs while the block does; with an SSL context it speaks https."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.requests.append(Request(self.path, dict(self.headers), time.monotonic()))
            answer = pages.answers.get(self.path)
            if answer is None:
                send(self, 404, {"Content-Length": "0"}, b"")
                return
            # A client that had enough hangs up; that is what some tests are about.
            with contextlib.suppress(ConnectionError, socket.timeout):
                answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme, host = ("https", "localhost") if context is not None else ("http", "127.0.0.1")
    pages = PageServer(f"{scheme}://{host}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
