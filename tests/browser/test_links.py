"""What stands in the files of a site, without a browser: links that lead somewhere, and no code from data."""

from __future__ import annotations

from collections import Counter
from functools import cache
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.browser.conftest import Sites
from tests.browser.site_folder import SiteFolder

NAMES = ("one", "several", "figures")
OUTSIDE = {"http", "https", "mailto"}


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, sites: Sites) -> SiteFolder:
    return sites(request.param)


@cache
def parsed(file: Path) -> LexborHTMLParser:
    return LexborHTMLParser(file.read_text(encoding="utf-8"))


@cache
def ids(file: Path) -> frozenset[str]:
    return frozenset(node.attributes["id"] or "" for node in parsed(file).css("[id]"))


def target_of(page: Path, address: str) -> Path:
    """The file that a relative address names, as a browser reads it."""
    path = unquote(urlsplit(address).path)
    return Path(normpath(page.parent / path)) if path else page


def problem(site: SiteFolder, page: Path, address: str) -> str | None:
    """What is wrong with an address on a page."""
    asked = urlsplit(address)
    if asked.scheme in OUTSIDE:
        return None
    if asked.scheme or asked.netloc:
        return "is no address for a link"
    target = target_of(page, address)
    if not target.is_relative_to(site.published):
        return "leads out of the published folder"
    if not target.is_file():
        return "leads to no file"
    if asked.fragment and target.suffix == ".html" and unquote(asked.fragment) not in ids(target):
        return "leads to no part of its page"
    return None


def test_every_link_leads_somewhere(site: SiteFolder) -> None:
    problems = []
    for page in site.pages:
        file = site.root / page
        for node in parsed(file).css("a[href]"):
            address = node.attributes["href"] or ""
            wrong = problem(site, file, address)
            if wrong:
                problems.append(f"{page}: {address} {wrong}")
    assert problems == []


def test_every_page_is_reached_from_the_first(site: SiteFolder) -> None:
    pages = {site.root / page for page in site.pages}
    seen: set[Path] = set()
    waiting = {site.root / "index.html"}
    while waiting:
        file = waiting.pop()
        seen.add(file)
        links = [node.attributes["href"] or "" for node in parsed(file).css("a[href]")]
        targets = {target_of(file, link) for link in links if not urlsplit(link).scheme}
        waiting |= (targets & pages) - seen
    assert {file.relative_to(site.root).as_posix() for file in pages - seen} == set()


def executable(node: LexborNode) -> bool:
    """Whether an element or one of its attributes is code."""
    attributes = node.attributes
    inline = node.tag == "script" and "src" not in attributes and attributes.get("type") != "application/json"
    return inline or any(name.startswith("on") for name in attributes) or "srcdoc" in attributes


def test_pages_hold_no_code_of_their_own(site: SiteFolder) -> None:
    problems = []
    for page in site.pages:
        found = [node for node in parsed(site.root / page).css("*") if executable(node)]
        scripts = [node.attributes.get("src") or "" for node in parsed(site.root / page).css("script[src]")]
        root = "../" * page.count("/")
        foreign = [source for source in scripts if not source.startswith(f"{root}assets/")]
        problems += [f"{page}: {(node.html or '')[:120]}" for node in found]
        problems += [f"{page}: script of {source}" for source in foreign]
    assert problems == []


def test_ids_are_given_once(site: SiteFolder) -> None:
    problems = []
    for page in site.pages:
        counted = Counter(node.attributes["id"] for node in parsed(site.root / page).css("[id]"))
        problems += [f"{page}: #{name} {count} times" for name, count in counted.items() if count > 1]
    assert problems == []


def test_every_page_has_a_title_and_one_heading(site: SiteFolder) -> None:
    problems = []
    for page in site.pages:
        tree = parsed(site.root / page)
        title = tree.css_first("title")
        if title is None or not title.text().strip():
            problems.append(f"{page}: no title")
        headings = tree.css("h1")
        if len(headings) != 1 or not headings[0].text().strip():
            problems.append(f"{page}: {len(headings)} h1")
    assert problems == []
