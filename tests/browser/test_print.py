"""On paper: the whole text of a report, and nothing that only a screen can use."""

from __future__ import annotations

import io
import unicodedata

import duckdb
from pypdf import PdfReader

from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import Visitor

# One glyph serves a character and the radical of the same form; the PDF may name the radical. Those of the block
# CJK Radicals Supplement have no normal form in Unicode.
RADICALS = str.maketrans(
    "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻥⻦⻩⻬⻮⻰", "母民西见角贝车长门青页风飞食马骨鱼鸟黄齐齿龙"
)


def plain(text: str) -> str:
    """A text as it can be compared: a PDF breaks lines anywhere and may name a character by its look-alike."""
    return "".join(unicodedata.normalize("NFKC", text).translate(RADICALS).split())


def test_a_printed_report_has_every_sentence(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("reports/330200-report-2026.html"))
    pdf = PdfReader(io.BytesIO(page.pdf(format="A4")))
    printed = plain("".join(sheet.extract_text() for sheet in pdf.pages))
    with duckdb.connect(str(one.published / "warehouse.duckdb"), read_only=True) as connection:
        sentences = [text for (text,) in connection.execute("select text from dim_sentences").fetchall()]
    missing = [text for text in sentences if plain(text) not in printed]
    # A sentence that goes over to the next sheet may have a page's edge inside.
    assert len(missing) <= len(pdf.pages), missing[:5]


def test_paper_has_no_menu_and_no_switches(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.context().new_page()
    for path in one.kinds.values():
        visitor.go(page, one.address(path))
        page.emulate_media(media="print")
        assert page.locator(".top:visible, .switches:visible, .skip:visible").count() == 0, path
        assert page.locator("h1:visible").count() == 1, path
        page.emulate_media(media="screen")


def test_paper_is_white_in_the_dark(one: SiteFolder, visitor: Visitor) -> None:
    page = visitor.open(one.address("index.html"), theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ink in {"rgb(27, 29, 33)", "rgb(0, 0, 0)"}, "light ink on white paper cannot be read"
