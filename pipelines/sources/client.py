"""One page over HTTP: redirects followed by hand, conditional, polite, bounded, retried where that helps."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx
import stamina

from pipelines.settings import FetchSettings
from pipelines.sources.addresses import AddressRule, checked_url, is_public, is_public_or_private
from pipelines.sources.bodies import ACCEPTED_ENCODING, read_body, too_large
from pipelines.sources.errors import SourceError, TemporaryError
from pipelines.sources.transport import CheckedNetwork, Deadline

REDIRECTS = frozenset((301, 302, 303, 307, 308))
TEMPORARY = frozenset((408, 425, 429))
"""Statuses below 500 that may be another one a little later."""

Notify = Callable[[str], None]
"""Told, in words, of each thing a person may want to see."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What lets a server say "unchanged": the headers of an earlier answer, and the URL that gave it."""

    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with a body: the bytes as the author wrote them (unpacked, not decoded), the media type
    that the server claims, and the validators for the next time."""

    body: bytes
    content_type: str
    validators: Validators


class Client:
    """Fetches one page after another, no host faster than it is polite."""

    def __init__(
        self,
        settings: FetchSettings,
        max_bytes: int,
        notify: Notify,
        allowed: AddressRule | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Prepare; nothing is connected to yet.

        Args:
            settings: timeouts, retries, politeness.
            max_bytes: largest page.
            notify: told when a page is asked for again.
            allowed: which addresses may be connected to, where the settings do not decide it.
            ssl_context: which certificates are trusted, certifi's by default.
        """
        self._settings = settings
        self._max_bytes = max_bytes
        self._notify = notify
        self._allowed = allowed or (is_public_or_private if settings.allow_private else is_public)
        self._ssl_context = ssl_context or httpcore.default_ssl_context()
        self._asked: dict[str, float] = {}

    def get(self, url: str, validators: Validators | None = None) -> Page | None:
        """Fetch a page; None where the server says that it is unchanged since the validators were made.

        Raises:
            SourceError: it can't be had; `TemporaryError` where every attempt failed.
        """
        retries = stamina.retry_context(
            on=self._seconds_to_wait,
            attempts=self._settings.attempts,
            timeout=None,
            wait_initial=self._settings.wait_seconds,
            wait_max=self._settings.wait_max_seconds,
            wait_jitter=self._settings.wait_seconds / 2,
        )
        reason = ""
        for attempt in retries:
            with attempt:
                if attempt.num > 1:
                    self._notify(f"attempt {attempt.num} of {self._settings.attempts}: {reason}")
                try:
                    return self._attempt(url, validators)
                except TemporaryError as error:
                    reason = error.reason
                    raise
        raise AssertionError("stamina raises the last error")

    def _seconds_to_wait(self, error: Exception) -> bool | float:
        if not isinstance(error, TemporaryError):
            return False
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= self._settings.wait_max_seconds else False

    def _attempt(self, url: str, validators: Validators | None) -> Page | None:
        deadline = Deadline(self._settings.total_seconds)
        current = checked_url(url)
        for _ in range(self._settings.max_redirects + 1):
            deadline.extend(self._wait_politely(current.host))
            known = validators if validators is not None and validators.url == str(current) else None
            with self._answer(current, known, deadline) as answer:
                headers = httpx.Headers(answer.headers)
                if answer.status in REDIRECTS and "location" in headers:
                    current = _target(current, headers["location"])
                    continue
                if answer.status == 304 and known is not None:
                    return None
                _check_status(answer.status, headers)
                return Page(
                    body=self._body(answer, headers),
                    content_type=headers.get("content-type", ""),
                    validators=Validators(str(current), headers.get("etag"), headers.get("last-modified")),
                )
        raise SourceError(f"more than {self._settings.max_redirects} redirects, the last to {current}")

    def _wait_politely(self, host: str) -> float:
        """Wait until the host was left alone long enough; returns the seconds that took."""
        now = time.monotonic()
        wait = max(0.0, self._asked.get(host, now) - now)
        time.sleep(wait)
        self._asked[host] = now + wait + self._settings.host_seconds
        return wait

    @contextmanager
    def _answer(
        self, url: httpx.URL, known: Validators | None, deadline: Deadline
    ) -> Iterator[httpcore.Response]:
        """Ask for a URL; what goes wrong with the connection or while reading becomes a SourceError."""
        headers = {
            "User-Agent": self._settings.user_agent,
            "Accept": "text/html, application/pdf, text/plain, */*;q=0.5",
            "Accept-Encoding": ACCEPTED_ENCODING,
            "Connection": "close",
        }
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        timeouts = {
            "connect": self._settings.connect_seconds,
            "read": self._settings.read_seconds,
            "write": self._settings.read_seconds,
            "pool": self._settings.connect_seconds,
        }
        network = CheckedNetwork(self._allowed, deadline)
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            with (
                httpcore.ConnectionPool(self._ssl_context, network_backend=network) as pool,
                pool.stream(
                    "GET", target, headers=_with_host(headers, url), extensions={"timeout": timeouts}
                ) as answer,
            ):
                yield answer
        except httpcore.TimeoutException as error:
            raise TemporaryError(f"{url.host} is too slow ({_said(error)})") from error
        except httpcore.UnsupportedProtocol as error:
            raise SourceError(f"{url.host}: {_said(error)}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            if isinstance(error.__cause__ or error.__context__, ssl.SSLCertVerificationError):
                raise SourceError(f"{url.host} shows no valid certificate ({_said(error)})") from error
            raise TemporaryError(f"{url.host} broke off ({_said(error)})") from error

    def _body(self, answer: httpcore.Response, headers: httpx.Headers) -> bytes:
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._max_bytes:
            raise too_large(self._max_bytes)
        return read_body(answer.iter_stream(), headers.get("content-encoding", ""), self._max_bytes)


def _with_host(headers: dict[str, str], url: httpx.URL) -> list[tuple[bytes, bytes]]:
    host = [(b"Host", url.netloc)]
    return host + [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


def _target(current: httpx.URL, location: str) -> httpx.URL:
    try:
        return checked_url(str(current.join(location)))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"redirected to {location}, which is no URL") from error
    except SourceError as error:
        raise SourceError(f"redirected: {error.reason}", error.hint) from error


def _check_status(status: int, headers: httpx.Headers) -> None:
    """Take 200, refuse the rest.

    Raises:
        SourceError: the answer holds no page; `TemporaryError` where it may later.
    """
    if status == 200:
        return
    if status in TEMPORARY or status >= 500:
        raise TemporaryError(f"the server answers {status}", retry_after=_retry_after(headers))
    hint = "Correct the entry, or remove it." if status in {404, 410} else ""
    raise SourceError(f"the server answers {status}", hint)


def _retry_after(headers: httpx.Headers) -> float | None:
    """The seconds that a server asks to be left alone, given as a number or a date."""
    said: str = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
