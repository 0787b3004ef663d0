"""Pages to watch, without a network: the list, which addresses are refused, what bytes are."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.addresses import checked_url, is_public, is_public_or_private
from pipelines.sources.bodies import read_body
from pipelines.sources.errors import SourceError, SourcesFileError, TemporaryError
from pipelines.sources.listing import read_listing
from pipelines.sources.received import has_shrunk, wording
from pipelines.sources.sniff import extension_of

ENTRY = "- {place: 330200, year: 2026, kind: report, url: 'https://www.example.com/report.html'}\n"


def written(folder: Path, text: str) -> Path:
    (folder / "sources.yml").write_text(text, encoding="utf-8")
    return folder


def test_no_list_is_an_empty_one(tmp_path: Path) -> None:
    assert read_listing(tmp_path).sources == ()
    assert read_listing(written(tmp_path, "# none yet\n")).sources == ()


def test_an_entry_says_which_document_its_page_holds(tmp_path: Path) -> None:
    more = (
        "- {place: '330200', year: 2025, kind: bulletin, version: tjj, url: 'http://example.com/a b#top'}\n"
    )
    first, second = read_listing(written(tmp_path, ENTRY + more)).sources
    assert (first.place, first.document_id) == ("330200", "330200-report-2026")
    assert (second.document_id, second.url) == ("330200-bulletin-2025-tjj", "http://example.com/a%20b")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("{place: 330200, year: 2026, kind: report}", "url: Field required"),
        ("{place: 330200, year: 2026, kind: report, url: 'https://a.cn', page: 1}", "page: Extra inputs"),
        ("{place: 999999, year: 2026, kind: report, url: 'https://a.cn'}", "no place has the code 999999"),
        ("{place: 330200, year: 26, kind: report, url: 'https://a.cn'}", "year: Input should be greater"),
        ("{place: 330200, year: 2026, kind: speech, url: 'https://a.cn'}", "kind: Input should be 'report'"),
        ("{place: 330200, year: 2026, kind: report, url: 'file:///etc/passwd'}", "only http and https"),
        ("{place: 330200, year: 2026, kind: report, url: 'https://me:secret@a.cn'}", "user or password"),
        ("{place: 330200, year: 2026, kind: report, url: 'https:///report'}", "names no host"),
        ("{place: 330200, year: 2026, kind: report, url: 'https://a.cn', version: 'A/B'}", "version: String"),
        (
            "{place: 330200, year: 2026, kind: report, url: 'https://a.cn', text_version: half}",
            "none of full",
        ),
        ("https://a.cn", "Input should be a valid dictionary"),
    ],
)
def test_a_wrong_entry_is_named_and_the_others_stay(tmp_path: Path, entry: str, reason: str) -> None:
    other = ENTRY.replace("2026", "2025")
    listing = read_listing(written(tmp_path, f"{ENTRY}- {entry}\n{other}"))
    assert [source.year for source in listing.sources] == [2026, 2025]
    (wrong,) = listing.wrong
    assert wrong.label == "sources.yml:2: entry 2"
    assert reason in wrong.reason
    assert "secret" not in wrong.reason


def test_a_document_is_listed_once(tmp_path: Path) -> None:
    listing = read_listing(written(tmp_path, ENTRY + ENTRY))
    assert len(listing.sources) == 1
    assert "330200-report-2026 stands there twice" in listing.wrong[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- place: 330200\n  year: [\n", r"sources\.yml:3: "),
        ("place: 330200\n", r"sources\.yml: no list"),
        ("- &a [*a]\n", r"sources\.yml:1: "),
        ("- !!python/object/apply:os.getcwd []\n", r"sources\.yml:1: "),
    ],
)
def test_a_file_that_is_no_list_is_an_error_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SourcesFileError, match=reason):
        read_listing(written(tmp_path, text))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("8.8.8.8", True),
        ("10.0.0.1", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("fd12::1", True),
        ("::ffff:192.168.1.1", True),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("fe80::1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("100.100.100.200", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
    ],
)
def test_ones_own_network_is_never_the_link_local_one(address: str, allowed: bool) -> None:
    assert is_public_or_private(ip_address(address)) is allowed


@pytest.mark.parametrize(
    "url",
    [
        "",
        "report.html",
        "//a.cn/x",
        "gopher://a.cn",
        "javascript:alert(1)",
        "http://[::1",
        "https://" + "a" * 3000,
    ],
)
def test_what_is_no_page_address_is_refused(url: str) -> None:
    with pytest.raises(SourceError):
        checked_url(url)


def docx(name: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, "text")
    return held.getvalue()


@pytest.mark.parametrize(
    ("body", "claimed", "extension"),
    [
        (b"%PDF-1.7 ...", "text/html", ".pdf"),
        (docx("word/document.xml"), "application/octet-stream", ".docx"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "text/plain", ".html"),
        ("<html>".encode("utf-16"), "", ".html"),
        ("政府工作报告".encode("gbk"), "text/plain; charset=utf-8", ".txt"),
        ("政府工作报告".encode("utf-16"), "text/plain", ".txt"),
        ("政府工作报告".encode(), "text/html", ".html"),
    ],
)
def test_bytes_say_what_a_page_is(body: bytes, claimed: str, extension: str) -> None:
    assert extension_of(body, claimed) == extension


@pytest.mark.parametrize(
    ("body", "claimed"),
    [
        (b"", "text/html"),
        (b" \n", "text/html"),
        (b"GIF89a\x01\x00\x01\x00", "text/html"),
        (docx("xl/workbook.xml"), "application/octet-stream"),
        (b"PK\x03\x04 and no more", "application/zip"),
        (b"{}", "application/json"),
        (b"<rss></rss>", "application/rss+xml"),
    ],
)
def test_other_bytes_are_refused(body: bytes, claimed: str) -> None:
    with pytest.raises(SourceError):
        extension_of(body, claimed)


@given(body=st.binary(max_size=5000), size=st.integers(1, 700), packed=st.booleans())
def test_a_body_is_whole_however_it_is_cut_and_packed(body: bytes, size: int, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    chunks = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert read_body(chunks, "gzip" if packed else "", 5000) == body


@given(body=st.binary(min_size=101, max_size=5000), size=st.integers(1, 700), packed=st.booleans())
def test_no_body_is_larger_than_the_limit(body: bytes, size: int, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    chunks = [sent[at : at + size] for at in range(0, len(sent), size)]
    with pytest.raises(SourceError, match="larger than 100 bytes"):
        read_body(chunks, "gzip" if packed else "identity", 100)


def test_a_bomb_is_not_unpacked_further_than_the_limit() -> None:
    packed = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="larger than 1,000,000 bytes"):
            read_body([packed], "gzip", 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@given(body=st.binary(min_size=1, max_size=2000), lost=st.integers(1, 15))
def test_a_packed_body_that_ends_early_is_no_body(body: bytes, lost: int) -> None:
    with pytest.raises(TemporaryError):
        read_body([gzip.compress(body)[:-lost]], "gzip", 10_000)


def test_page_furniture_and_white_space_make_no_other_text() -> None:
    before = "一、主要目标\n　　生产总值增长5%左右。\n浏览次数：12\n"
    assert wording(before) == wording("一、主要目标\r\n生产总值增长5%左右。\r\n\r\n浏览次数：13")
    assert wording(before) != wording(before.replace("5%", "6%"))


def test_less_than_half_of_a_text_is_too_little() -> None:
    line = "生产总值增长5%左右。\n"
    assert has_shrunk(line * 10, line * 4)
    assert not has_shrunk(line * 10, line * 6)
