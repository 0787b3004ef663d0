"""Every format and encoding gives the text that stands in the file, or says why it can't."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipelines.documents.errors import DocumentError
from pipelines.documents.readers import pdf as pdf_reader
from pipelines.documents.readers import read_here, read_text

FIXTURES = Path(__file__).parent.parent / "fixtures" / "documents"
REPORT = "一、2025年工作回顾\r\n　　全市地区生产总值达到1250.5亿元，增长5.5%。\r\n"
FONT = "STSong-Light"


def refusal(data: bytes, extension: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_text(data, extension)
    return caught.value


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (REPORT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + REPORT.encode(), "utf-8"),
        (REPORT.encode("gb18030"), "gb18030"),
        (("㐂䶮" + REPORT * 20).encode("gb18030"), "gb18030"),
        (REPORT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + REPORT.encode("utf-16-be"), "utf-16-be"),
        (b"GDP 2025: 1250.5", "utf-8"),
    ],
)
def test_txt_is_decoded_and_otherwise_unchanged(data: bytes, encoding: str) -> None:
    found = read_text(data, ".txt")
    assert (found.encoding, found.media_type) == (encoding, "txt")
    assert found.text in (REPORT, "㐂䶮" + REPORT * 20, "GDP 2025: 1250.5")


@pytest.mark.parametrize(
    "data",
    [
        (REPORT * 20).encode("big5", errors="replace"),
        "报告第一行\n".encode() + b"\xff\xfe\xfd" + REPORT.encode() * 20,
        REPORT.encode("utf-16-le"),
        bytes(range(128, 256)) * 20,
        "Привет, отчёт правительства".encode("koi8-r") * 20,
        b"\xff\xfe" + REPORT.encode("utf-16-le") + b"\x00",
        b"a\x00b\x00c",
    ],
)
def test_unknown_encoding_is_refused(data: bytes) -> None:
    assert refusal(data, ".txt").code == "unknown_encoding"


def test_unknown_encoding_names_the_line() -> None:
    data = "第一行\n第二行\n".encode() + b"\xff\xff\n" + "第四行\n".encode()
    assert refusal(data, ".txt").line == 3


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "　\n".encode()])
def test_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data, ".txt").code == "file_empty"


def test_unknown_format_is_refused() -> None:
    error = refusal(b"x", ".doc")
    assert error.code == "format_unsupported"
    assert ".docx" in error.hint


def test_html_keeps_the_text_and_drops_the_page() -> None:
    found = read_text((FIXTURES / "page.html").read_bytes(), ".html")
    assert (found.encoding, found.media_type) == ("utf-8", "html")
    assert found.text.split("\n") == [
        "您当前的位置：首页 > 政府工作报告",
        "2026年政府工作报告",
        "来源：甲市政府办公室",
        "　　一、2025年工作回顾",
        "　　全市地区生产总值达到1250.5亿元，增长5.5%；财政收入增长3%。",
        "　　新增就业3万人。",
        "指标\t2025年",
        "粮食产量（万吨）\t26.8",
        "　　二、2026年重点工作",
        "　　新建学校\xa06\xa0所 & 幼儿园9所。",
        "尾段没有标签。",
    ]


@pytest.mark.parametrize(
    ("declared", "encoding", "used"),
    [
        ("gb2312", "gb18030", "gb18030"),
        ("GBK", "gb18030", "gb18030"),
        ("utf-8", "gb18030", "gb18030"),
        ("gb2312", "utf-8", "utf-8"),
        ("big5", "big5", "big5"),
        ("no-such-charset", "gb18030", "gb18030"),
    ],
)
def test_html_charset_that_the_bytes_bear_out_is_used(declared: str, encoding: str, used: str) -> None:
    body = (
        "<p>全市生产增加，新增就业人口三千人。</p>" * 30
        if encoding != "big5"
        else "<p>全市生產增加三千人。</p>" * 30
    )
    page = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head>{body}'
    )
    found = read_text(page.encode(encoding), ".html")
    assert found.encoding == used
    assert found.text.startswith("全市生")


def test_html_of_any_depth_is_read() -> None:
    page = "<div>" * 5000 + "全市生产总值增长5%。" + "</div>" * 5000
    assert read_text(page.encode(), ".html").text == "全市生产总值增长5%。"


def pdf(pages: list[list[str]], head: str = "") -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4, invariant=True)
    for number, lines in enumerate(pages, start=1):
        canvas.setFont(FONT, 12)
        canvas.drawString(60, 820, head)
        for row, line in enumerate(lines):
            canvas.drawString(60, 790 - 20 * row, line)
        if lines:
            canvas.drawCentredString(300, 30, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return data.getvalue()


PDF_PAGES = [
    [
        "　　一、2025年工作回顾",
        "　　一年来，全市上下团结一心、奋力拼搏，地区生产总值达到1250",
        ".5亿元，增长5.5%，财政收入增长3%，城乡居民人均可支配收入分别达",
        "到4.2万元和2.1万元，新增城镇就业3万人，改造老旧小区60个，新建和改",
        "扩建学校12所，三级医院建成投用，社会大局保持和谐稳定，人民群众",
    ],
    [
        "的获得感不断增强。粮食总产量达到26.8万吨，再获丰收，农村人居环境",
        "持续改善，建成和美乡村15个，新修农村公路320公里，绿色发展成效明",
        "显，空气质量优良天数比例达到95%。",
        "　　二、2026年重点工作",
        "　　做好今年工作，要坚持稳中求进，大力推进项目建设，全年安排重点",
    ],
    ["项目150个，完成投资320亿元，以更大的力度保障和改善民生。"],
]


def test_pdf_paragraphs_are_whole_again() -> None:
    found = read_text(pdf(PDF_PAGES, head="甲市政府工作报告"), ".pdf")
    assert (found.encoding, found.media_type) == (None, "pdf")
    lines = [line.strip() for line in found.text.split("\n")]
    assert lines[0] == "一、2025年工作回顾"
    assert lines[1].startswith("一年来，全市上下")
    assert "达到1250.5亿元" in lines[1]
    assert "人民群众的获得感不断增强。" in lines[1]
    assert lines[1].endswith("空气质量优良天数比例达到95%。")
    assert lines[2] == "二、2026年重点工作"
    assert lines[3].endswith("全年安排重点项目150个，完成投资320亿元，以更大的力度保障和改善民生。")
    assert len(lines) == 4
    assert "甲市政府工作报告" not in found.text
    assert "— 2 —" not in found.text


def test_pdf_without_text_layer_is_refused() -> None:
    error = refusal(pdf([[], []]), ".pdf")
    assert error.code == "no_text_layer"
    assert "2 pages" in error.reason


@pytest.mark.parametrize("data", [b"no pdf at all", b"%PDF-1.7\nbroken", pdf(PDF_PAGES)[:400]])
def test_damaged_pdf_is_refused(data: bytes) -> None:
    assert refusal(data, ".pdf").code == "file_unreadable"


def test_encrypted_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(PDF_PAGES))))
    writer.encrypt("secret", algorithm="RC4-128")
    data = io.BytesIO()
    writer.write(data)
    assert refusal(data.getvalue(), ".pdf").code == "file_unreadable"


def test_pdf_with_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "MAX_PAGES", 2)
    with pytest.raises(DocumentError) as caught:
        read_here(pdf(PDF_PAGES), ".pdf")
    assert caught.value.code == "file_too_large"


def test_pdf_of_meaningless_characters_is_refused() -> None:
    assert refusal(pdf([["\ue000\ue001\ue002" * 10] * 5]), ".pdf").code == "text_garbled"


def saved(document: Document) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def word_document() -> Document:
    document = docx.Document()
    document.add_heading("政府工作报告", 0)
    document.add_paragraph("一、2025年工作回顾")
    table = document.add_table(rows=2, cols=3)
    for column, words in enumerate(["指标", "2025年", "增长"]):
        table.cell(0, column).text = words
    table.cell(1, 0).text = "粮食产量\n（万吨）"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "26.8"
    document.add_paragraph("二、2026年重点工作").add_run("（节选）").bold = True
    return document


def test_docx_paragraphs_and_tables_in_order() -> None:
    found = read_text(saved(word_document()), ".docx")
    assert (found.encoding, found.media_type) == (None, "docx")
    assert found.text.split("\n") == [
        "政府工作报告",
        "一、2025年工作回顾",
        "指标\t2025年\t增长",
        "粮食产量 （万吨）\t26.8",
        "二、2026年重点工作（节选）",
    ]


@pytest.mark.parametrize("data", [b"no zip at all", saved(word_document())[:300]])
def test_damaged_docx_is_refused(data: bytes) -> None:
    assert refusal(data, ".docx").code == "file_unreadable"


def test_zip_that_is_no_docx_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refusal(data.getvalue(), ".docx").code == "file_unreadable"


def test_docx_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_MAX_UNPACKED_MB", "1")
    data = io.BytesIO(saved(word_document()))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/media/picture.png", bytes(2_000_000))
    error = refusal(data.getvalue(), ".docx")
    assert (error.code, "more than 1000000" in error.reason) == ("file_too_large", True)


def test_docx_without_text_is_refused() -> None:
    assert refusal(saved(docx.Document()), ".docx").code == "file_empty"
