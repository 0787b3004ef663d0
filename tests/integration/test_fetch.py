"""Fetching listed pages from a server that behaves and one that does not, into a raw/ of its own."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import stamina
import yaml

from pipelines.assets.sources import ASSET, CHECK, sources_asset
from pipelines.definitions import build_definitions
from pipelines.documents.read import read_documents
from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.settings import FetchSettings
from pipelines.sources.addresses import Address, is_public
from pipelines.sources.client import Client
from pipelines.sources.errors import FetchInProgressError, SourceError, TemporaryError
from pipelines.sources.fetch import Outcome, SourceResult, fetch_sources
from tests.conftest import GWR
from tests.integration.conftest import Built
from tests.integration.page_server import PageServer, drip, page_server, send

pytestmark = pytest.mark.integration

TODAY = date(2026, 2, 3)
MEGABYTE = 1_000_000
QUICK = FetchSettings(
    connect_seconds=0.5,
    read_seconds=0.6,
    total_seconds=1.2,
    attempts=2,
    wait_seconds=0.01,
    wait_max_seconds=0.05,
    host_seconds=0,
    max_redirects=3,
)
SENTENCES = "".join(
    f"<p>第{number}项工作：全市生产总值增长{number}.5%左右，粮食总产量稳定。</p>" for number in range(1, 30)
)


def report(extra: str = "", counter: int = 1) -> bytes:
    """A page of a report, in UTF-8."""
    page = f"<html><head><title>宁波市政府工作报告</title></head><body data-visits={counter}>"
    return f"{page}{SENTENCES}<p>{extra}</p><p>浏览次数：{counter}</p></body></html>".encode()


def loopback_or_public(address: Address) -> bool:
    """The rule as it is by default, but that this machine stands for a host of the public internet."""
    return address == ip_address("127.0.0.1") or is_public(address)


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with page_server() as server:
        yield server


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    folders = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    folders.raw.mkdir()
    return folders


@pytest.fixture(autouse=True)
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that is connected to; none but this machine's own is let through."""
    addresses: list[str] = []
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        addresses.append(address[0])
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError(f"a test connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    return addresses


@pytest.fixture(autouse=True)
def no_retry_logs() -> Iterator[None]:
    stamina.instrumentation.set_on_retry_hooks([])
    yield
    stamina.instrumentation.set_on_retry_hooks(None)


def listed(paths: Paths, *urls: str, **keys: Any) -> None:
    """List pages: the reports of 2026, 2025, ... of one place."""
    entries = [
        {"place": "330200", "year": 2026 - number, "kind": "report", "url": url, **keys}
        for number, url in enumerate(urls)
    ]
    (paths.raw / "sources.yml").write_text(yaml.safe_dump(entries), encoding="utf-8")


def fetch(paths: Paths, **keys: Any) -> list[SourceResult]:
    return fetch_sources(paths, QUICK, TODAY, progress=lambda _: None, allowed=loopback_or_public, **keys)


def client(**changes: Any) -> Client:
    return Client(QUICK.model_copy(update=changes), MEGABYTE, lambda _: None, loopback_or_public)


def files(paths: Paths) -> list[str]:
    return sorted(path.relative_to(paths.raw).as_posix() for path in paths.raw.rglob("*.*") if path.is_file())


# What a good page becomes


def test_a_page_is_stored_as_received_with_its_origin(paths: Paths, pages: PageServer) -> None:
    url = pages.serve("/report", report())
    listed(paths, url, publisher="宁波市人民政府", published="2026-01-22")
    (result,) = fetch(paths)
    assert (result.outcome, result.file_path) == (Outcome.ADDED, "reports/330200-ningbo/2026.html")
    assert (paths.raw / "reports/330200-ningbo/2026.html").read_bytes() == report()
    assert yaml.safe_load((paths.raw / "reports/330200-ningbo/2026.yml").read_text()) == {
        "title": "宁波市政府工作报告",
        "ref_area": "330200",
        "year": 2026,
        "publisher": "宁波市人民政府",
        "url": url,
        "published": date(2026, 1, 22),
        "sha256": hashlib.sha256(report()).hexdigest(),
        "accessed": TODAY,
    }
    assert pages.requests[0].headers["User-Agent"] == QUICK.user_agent
    assert pages.requests[0].headers["Host"] == url.split("/")[2]


def test_bytes_decide_what_a_page_is_and_its_own_words_how_it_is_read(
    paths: Paths, pages: PageServer
) -> None:
    gbk = ("<html><head><meta charset=gbk></head><body>" + SENTENCES + "</body></html>").encode("gbk")
    listed(paths, pages.serve("/gbk", gbk, Content_Type="text/plain; charset=utf-8"))
    assert fetch(paths)[0].outcome is Outcome.ADDED
    assert (paths.raw / "reports/330200-ningbo/2026.html").read_bytes() == gbk
    documents = read_documents(paths.raw).documents
    assert documents["encoding"].to_list() == ["gb18030"]
    assert "第29项工作：全市生产总值增长29.5%左右" in documents["text"][0]


def test_a_packed_page_is_unpacked(paths: Paths, pages: PageServer) -> None:
    parts = gzip.compress(report()[:500]) + gzip.compress(report()[500:])
    listed(paths, pages.serve("/gzip", parts, Content_Encoding="gzip"))
    assert fetch(paths)[0].outcome is Outcome.ADDED
    assert (paths.raw / "reports/330200-ningbo/2026.html").read_bytes() == report()


# What an unchanged and a changed page become


def test_a_server_that_says_unchanged_is_believed(paths: Paths, pages: PageServer) -> None:
    listed(
        paths, pages.serve("/report", report(), ETag='"v1"', Last_Modified="Thu, 22 Jan 2026 01:00:00 GMT")
    )
    fetch(paths)
    before = files(paths)
    pages.serve("/report", b"", 304)
    assert fetch(paths)[0].outcome is Outcome.UNCHANGED
    assert files(paths) == before
    first, second = pages.requests
    assert "If-None-Match" not in first.headers
    assert second.headers["If-None-Match"] == '"v1"'
    assert second.headers["If-Modified-Since"] == "Thu, 22 Jan 2026 01:00:00 GMT"


def test_without_the_file_nothing_counts_as_unchanged(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report(), ETag='"v1"'))
    fetch(paths)
    for file in (paths.raw / "reports").rglob("2026.*"):
        file.unlink()
    assert fetch(paths)[0].outcome is Outcome.ADDED
    assert "If-None-Match" not in pages.requests[-1].headers


@pytest.mark.parametrize("again", [report(), report(counter=2)], ids=["same bytes", "another visit count"])
def test_the_same_text_is_no_new_file(paths: Paths, pages: PageServer, again: bytes) -> None:
    listed(paths, pages.serve("/report", report(), ETag='"v1"'))
    fetch(paths)
    before = files(paths)
    pages.serve("/report", again, ETag='"v2"')
    assert fetch(paths)[0].outcome is Outcome.UNCHANGED
    assert files(paths) == before
    fetch(paths)
    assert pages.requests[-1].headers["If-None-Match"] == '"v2"'


def test_a_changed_page_is_a_new_version_and_only_that_is_read(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report()))
    fetch(paths)
    names = []
    for extra in ("城镇新增就业20万人。", "城镇新增就业21万人。"):
        changed = report(extra)
        pages.serve("/report", changed)
        (result,) = fetch(paths)
        assert result.outcome is Outcome.NEW_VERSION
        names.append(f"2026-{hashlib.sha256(changed).hexdigest()[:8]}")
        assert result.file_path == f"reports/330200-ningbo/{names[-1]}.html"
        read = read_documents(paths.raw)
        assert read.quarantined == []
        assert read.documents["document_id"].to_list() == [f"330200-report-{names[-1]}"]
        assert extra in read.documents["text"][0]
    assert (paths.raw / "reports/330200-ningbo/2026.html").read_bytes() == report()
    replaced = [
        yaml.safe_load((paths.raw / f"reports/330200-ningbo/{name}.yml").read_text())["replaces"]
        for name in names
    ]
    assert replaced == ["330200-report-2026", f"330200-report-{names[0]}"]
    assert fetch(paths)[0].outcome is Outcome.UNCHANGED


def test_a_page_that_goes_back_is_left_to_a_person(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report()))
    fetch(paths)
    pages.serve("/report", report("新的一段。"))
    newer = fetch(paths)[0].file_path
    pages.serve("/report", report())
    before = files(paths)
    (result,) = fetch(paths)
    assert result.outcome is Outcome.FAILED
    assert f"remove {newer}" in result.said
    assert files(paths) == before


def test_a_page_that_lost_its_text_replaces_nothing(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report()))
    fetch(paths)
    before = files(paths)
    pages.serve(
        "/report",
        ("<html><body>" + "<p>系统维护中，请稍后再访问本网站。</p>" * 15 + "</body></html>").encode(),
    )
    (result,) = fetch(paths)
    assert (result.outcome, files(paths)) == (Outcome.FAILED, before)
    assert "lost more than half" in result.said


def test_a_file_from_elsewhere_is_not_replaced(paths: Paths, pages: PageServer) -> None:
    other = pages.serve("/other", report("别处的文字。"))
    listed(paths, other)
    fetch(paths)
    before = files(paths)
    listed(paths, pages.serve("/report", report("另一处的文字。")))
    (result,) = fetch(paths)
    assert (result.outcome, files(paths)) == (Outcome.FAILED, before)
    assert "came from elsewhere" in result.said
    listed(paths, pages.url + "/report", version="gov")
    assert fetch(paths)[0].file_path == "reports/330200-ningbo/2026-gov.html"


# Servers that misbehave


def broken(pages: PageServer, how: str) -> str:
    """The URL of a page that can never be had."""
    page = report()

    def truncated(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Type": "text/html", "Content-Length": str(len(page) + 500)}, page)

    def dripping_body(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Type": "text/html", "Content-Length": "100000"}, b"")
        drip(handler, page * 10, 0.05)

    def dripping_head(handler: BaseHTTPRequestHandler) -> None:
        drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000, 0.05)

    def silent(_: BaseHTTPRequestHandler) -> None:
        time.sleep(1)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, {"Content-Type": "text/html"}, b"")
        while True:
            handler.wfile.write(page * 20)

    def bomb(handler: BaseHTTPRequestHandler) -> None:
        packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
        packed = b"".join(packer.compress(b"\0" * MEGABYTE) for _ in range(50)) + packer.flush()
        send(handler, 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, packed)

    def cut_gzip(handler: BaseHTTPRequestHandler) -> None:
        send(
            handler, 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(page)[:-20]
        )

    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)

    written: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
        "truncated": truncated,
        "dripping_body": dripping_body,
        "dripping_head": dripping_head,
        "silent": silent,
        "endless": endless,
        "bomb": bomb,
        "cut_gzip": cut_gzip,
        "hang_up": hang_up,
    }
    if how in written:
        return pages.answer(f"/{how}", written[how])
    status = {"404": 404, "403": 403, "500": 500, "503": 503, "429": 429, "204": 204, "304": 304}
    if how in status:
        return pages.serve(f"/{how}", b"", status[how])
    locations = {
        "loop": "/loop",
        "to_file": "file:///etc/passwd",
        "to_ftp": "ftp://127.0.0.1/report",
        "to_private": "http://10.0.0.1/report",
        "to_metadata": "http://169.254.169.254/latest/meta-data/",
        "to_ipv6": f"http://[::1]:{pages.url.rsplit(':', 1)[1]}/report",
        "to_mapped": "http://[::ffff:10.0.0.1]/report",
        "to_login": f"http://somebody:secret@127.0.0.1:{pages.url.rsplit(':', 1)[1]}/report",
    }
    if how in locations:
        return pages.redirect(f"/{how}", locations[how])
    bodies = {
        "image": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "text/html"),
        "json": (b'{"text": "' + b"a" * 500 + b'"}', "application/json"),
        "old_word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "application/msword"),
        "empty": (b"", "text/html"),
        "short": ("<html><body>页面不存在</body></html>".encode(), "text/html"),
        "deflate": (zlib.compress(page), "text/html"),
        "announced": (b"", "text/html"),
    }
    body, content_type = bodies[how]
    extra = {"deflate": {"Content_Encoding": "br"}, "announced": {"Content_Length": str(10 * MEGABYTE)}}
    return pages.serve(f"/{how}", body, Content_Type=content_type, **extra.get(how, {}))


BROKEN = {
    # how: (requests until it is given up, words of the reason)
    "truncated": (2, "broke off"),
    "dripping_body": (2, "too slow"),
    "dripping_head": (2, "too slow"),
    "silent": (2, "too slow"),
    "hang_up": (2, "broke off"),
    "cut_gzip": (2, "ends early"),
    "500": (2, "answers 500"),
    "503": (2, "answers 503"),
    "429": (2, "answers 429"),
    "404": (1, "answers 404"),
    "403": (1, "answers 403"),
    "204": (1, "answers 204"),
    "304": (1, "answers 304"),
    "endless": (1, "larger than 1,000,000 bytes"),
    "bomb": (1, "larger than 1,000,000 bytes"),
    "announced": (1, "larger than 1,000,000 bytes"),
    "deflate": (1, "packs the page as br"),
    "loop": (4, "more than 3 redirects"),
    "to_file": (1, "only http and https"),
    "to_ftp": (1, "only http and https"),
    "to_private": (1, "10.0.0.1 may not be connected to"),
    "to_metadata": (1, "169.254.169.254 may not be connected to"),
    "to_ipv6": (1, "::1 may not be connected to"),
    "to_mapped": (1, "may not be connected to"),
    "to_login": (1, "user or password"),
    "image": (1, "no text"),
    "json": (1, "of type application/json"),
    "old_word": (1, "old Office"),
    "empty": (1, "the page is empty"),
    "short": (1, "only 5 characters"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_page_that_cant_be_had_is_told_and_the_next_one_is_taken(
    paths: Paths, pages: PageServer, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_MAX_FILE_MB", "1")
    requests, reason = BROKEN[how]
    listed(paths, broken(pages, how), pages.serve("/good", report()))
    bad, good = fetch(paths)
    assert (bad.outcome, bad.file_path, good.outcome) == (Outcome.FAILED, None, Outcome.ADDED)
    assert reason in bad.said
    assert "secret" not in bad.said
    assert pages.asked(f"/{how}") == requests
    assert files(paths) == [
        "reports/330200-ningbo/2025.html",
        "reports/330200-ningbo/2025.yml",
        "sources.yml",
    ]


def test_no_refused_address_is_ever_connected_to(pages: PageServer, connected: list[str]) -> None:
    for how in ("to_private", "to_metadata", "to_ipv6", "to_mapped"):
        with pytest.raises(SourceError):
            client().get(broken(pages, how))
    assert connected == ["127.0.0.1"] * 4


def test_the_address_that_was_checked_is_the_one_connected_to(
    pages: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "10.0.0.1", "10.0.0.1"])
    real = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *arguments: Any, **keys: Any) -> Any:
        return real(next(answers) if host == "report.example" else host, port, *arguments, **keys)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port = pages.url.rsplit(":", 1)[1]
    pages.serve("/report", report())
    page = client().get(f"http://report.example:{port}/report")
    assert page is not None
    assert page.body == report()
    assert pages.requests[0].headers["Host"] == f"report.example:{port}"
    with pytest.raises(SourceError, match=r"10\.0\.0\.1"):
        client().get(f"http://report.example:{port}/report")


def test_by_default_this_machine_is_refused(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report()))
    (result,) = fetch_sources(paths, QUICK, TODAY, progress=lambda _: None)
    assert "127.0.0.1 may not be connected to" in result.said
    assert "GWR_FETCH_ALLOW_PRIVATE" in result.said
    assert pages.requests == []


def test_asking_again_helps_where_it_can(pages: PageServer) -> None:
    def first_bad(handler: BaseHTTPRequestHandler) -> None:
        bad = pages.asked("/report") < 3
        send(handler, 500 if bad else 200, {"Content-Length": "0" if bad else "4"}, b"" if bad else b"good")

    page = client(attempts=3).get(pages.answer("/report", first_bad))
    assert page is not None
    assert (page.body, pages.asked("/report")) == (b"good", 3)


def test_a_server_that_asks_for_time_gets_it_or_is_left_alone(pages: PageServer) -> None:
    url = pages.serve("/busy", b"", 429, Retry_After="1")
    with pytest.raises(TemporaryError, match="429"):
        client(attempts=2, wait_max_seconds=5).get(url)
    first, second = pages.requests
    assert 1 <= second.moment - first.moment < 1.5
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    url = pages.serve("/maintenance", b"", 503, Retry_After=in_an_hour)
    with pytest.raises(TemporaryError, match="503"):
        client(attempts=2, wait_max_seconds=5).get(url)
    assert pages.asked("/maintenance") == 1


def test_a_host_is_not_asked_faster_than_is_polite(pages: PageServer) -> None:
    pages.redirect("/one", "/two")
    url = pages.redirect("/two", "/three")
    pages.serve("/three", report())
    polite = client(host_seconds=0.4)
    assert polite.get(url) is not None
    assert polite.get(pages.url + "/one") is not None
    moments = [request.moment for request in pages.requests]
    assert len(moments) == 5
    assert all(later - earlier > 0.25 for earlier, later in pairwise(moments))


def test_silence_does_not_outlast_the_time_for_the_page(pages: PageServer) -> None:
    started = time.monotonic()
    with pytest.raises(TemporaryError, match="too slow"):
        client(read_seconds=20, total_seconds=0.2, attempts=1).get(broken(pages, "silent"))
    assert time.monotonic() - started < 0.9


def test_nobody_listens(paths: Paths) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        listed(paths, f"http://127.0.0.1:{unused.getsockname()[1]}/report")
        (result,) = fetch(paths)
    assert (result.outcome, "broke off" in result.said) == (Outcome.FAILED, True)


def test_certificates_are_checked_against_the_name_not_the_address(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with page_server(serving) as pages:
        url = pages.serve("/report", report())
        known = Client(QUICK, MEGABYTE, lambda _: None, lambda _: True, trusting)
        page = known.get(url)
        assert page is not None
        assert page.body == report()
        with pytest.raises(SourceError, match="no valid certificate"):
            known.get(url.replace("localhost", "127.0.0.1"))
        with pytest.raises(SourceError, match="no valid certificate") as told:
            client().get(url.replace("localhost", "127.0.0.1"))
        assert not isinstance(told.value, TemporaryError)


def test_proxies_of_the_environment_are_not_used(pages: PageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert client().get(pages.serve("/report", report())) is not None


# Who starts it


def test_a_build_never_waits_for_the_network(built: Built) -> None:
    definitions = build_definitions(built.paths)
    jobs = {
        name: {
            key.to_user_string()
            for key in definitions.resolve_job_def(name).asset_layer.executable_asset_keys
        }
        for name in ("build", "fetch_sources")
    }
    assert jobs["fetch_sources"] == {ASSET}
    assert ASSET not in jobs["build"]
    assert {"documents", "published_warehouse"} <= jobs["build"]
    schedule = definitions.resolve_schedule_def("nightly_fetch")
    assert (schedule.job_name, schedule.default_status) == ("fetch_sources", dg.DefaultScheduleStatus.STOPPED)


def test_two_fetches_do_not_meet(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report()))
    code = (
        "import sys, time; from pathlib import Path; from pipelines.lock import build_lock\n"
        "with build_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    python = GWR.parent / "python"
    with subprocess.Popen(
        [python, "-c", code, paths.data / "sources"], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(FetchInProgressError, match="Another process is fetching"):
            fetch(paths)
        other.kill()
    assert fetch(paths)[0].outcome is Outcome.ADDED


def test_the_command_says_what_became_of_each_page(paths: Paths, pages: PageServer) -> None:
    environment = {**os.environ, "GWR_FETCH_ALLOW_PRIVATE": "true", "GWR_FETCH_HOST_SECONDS": "0"}
    command = [GWR, "fetch", "--raw", paths.raw, "--data", paths.data]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False, timeout=60
        )

    nothing = run()
    assert (nothing.returncode, "docs/sources.md" in nothing.stderr) == (1, True)
    listed(paths, pages.url + "/missing", pages.serve("/good", report()))
    done = run()
    assert done.returncode == 3, done.stderr
    assert "added: reports/330200-ningbo/2025.html" in done.stdout
    assert (
        "failed: 330200-report-2026: the server answers 404. Correct the entry, or remove it." in done.stdout
    )
    assert "1 added, 0 new version, 0 unchanged, 1 failed\n" in done.stdout
    listed(paths, pages.serve("/missing", report("又一年。")), pages.url + "/good")
    assert run().returncode == 0
    assert run().stdout.count("unchanged: reports/330200-ningbo/") == 2


def test_the_asset_warns_of_what_it_could_not_reach_and_holds_no_build_lock(
    paths: Paths, pages: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_FETCH_ALLOW_PRIVATE", "true")
    monkeypatch.setenv("GWR_FETCH_HOST_SECONDS", "0")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with contextlib.ExitStack() as stack:
            stack.enter_context(build_lock(paths.data))
            send(handler, 200, {"Content-Type": "text/html"}, report())

    listed(paths, pages.answer("/good", answer), pages.url + "/missing")
    result = dg.materialize([sources_asset(paths)])
    assert result.success
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity) == (CHECK, False, dg.AssetCheckSeverity.WARN)
    assert "the server answers 404" in str(check.metadata["not_reached"].value)
    (event,) = result.asset_materializations_for_node(ASSET)
    counts = {key: event.metadata[key].value for key in ("dagster/row_count", "added", "failed", "unchanged")}
    assert counts == {"dagster/row_count": 2, "added": 1, "failed": 1, "unchanged": 0}


def test_state_is_kept_outside_raw_and_may_be_lost(paths: Paths, pages: PageServer) -> None:
    listed(paths, pages.serve("/report", report(), ETag='"v1"'))
    fetch(paths)
    state = paths.data / "sources" / "state.json"
    assert [seen["etag"] for seen in json.loads(state.read_text()).values()] == ['"v1"']
    state.write_text("{damaged", encoding="utf-8")
    assert fetch(paths)[0].outcome is Outcome.UNCHANGED
    assert "If-None-Match" not in pages.requests[-1].headers
    assert json.loads(state.read_text())
