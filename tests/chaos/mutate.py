"""Broken and hostile input, made from a seed: the same seed gives the same files.

`write_inputs` fills a raw/ with documents and tables that are damaged at random, with bombs of every
format, with sidecars that are attacks, and with entries of the file system that are no files.
"""

from __future__ import annotations

import hashlib
import io
import os
import socket
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random

import docx
import openpyxl
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipelines.paths import PROJECT_ROOT

FIXTURES = PROJECT_ROOT / "tests" / "fixtures"
SPECIMEN = FIXTURES / "raw" / "reports" / "330200-ningbo" / "2026.txt"
REPORTS = "reports/330200-ningbo"
TABLES = "statistics/330200-ningbo"
TABLE_SIDECAR = """\
title: 测试
origin: 测试
licence: 测试
ref_area: "330200"
layout: long
columns: {indicator: 指标, year: 年份, value: 数值, unit: 单位}
constants: {measure: level, obs_status: preliminary, source_kind: media, source_title: 测试报}
"""
ROWS = [("指标", "年份", "数值", "单位"), ("地区生产总值", "2024", "18147.7", "亿元")]

Input = tuple[str, bytes]
"""Suffix and bytes of a file."""


def zipped(members: dict[str, bytes], names: Callable[[str], str] = str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(names(name), content)
    return data.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def text() -> str:
    return SPECIMEN.read_text(encoding="utf-8")


@cache
def pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    data = io.BytesIO()
    canvas = Canvas(data, invariant=True)
    lines = [line for line in text().splitlines() if line.strip()][:60]
    for first in range(0, len(lines), 20):
        canvas.setFont("STSong-Light", 9)
        for row, line in enumerate(lines[first : first + 20]):
            canvas.drawString(40, 800 - 30 * row, line[:55])
        canvas.showPage()
    canvas.save()
    return data.getvalue()


@cache
def word() -> bytes:
    document = docx.Document()
    for line in text().splitlines()[:60]:
        document.add_paragraph(line)
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "粮食产量"
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


@cache
def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS * 5:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@cache
def table() -> bytes:
    return "".join(",".join(row) + "\n" for row in [ROWS[0], *ROWS[1:] * 20]).encode()


@cache
def originals() -> tuple[Input, ...]:
    """Good input of every format, of which the damaged input is made."""
    page = (FIXTURES / "documents" / "page.html").read_bytes()
    return (
        (".txt", text().encode()),
        (".txt", text().encode("gb18030")),
        (".txt", text().encode("utf-16")),
        (".html", page),
        (".pdf", pdf()),
        (".docx", word()),
        (".xlsx", workbook()),
        (".csv", table()),
    )


def damaged(rng: Random) -> Input:
    """A good file with one to four kinds of damage."""
    suffix, data = rng.choice(originals())
    for _ in range(rng.randint(1, 4)):
        data = rng.choice(DAMAGES)(data, rng)
    if rng.random() < 0.05:
        suffix = rng.choice([".txt", ".html", ".pdf", ".docx", ".xlsx", ".csv", ".exe", ""])
    return suffix, data


def _flip(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 8, 64]) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, rng: Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def _splice(data: bytes, rng: Random) -> bytes:
    _, other = rng.choice(originals())
    at, first = rng.randint(0, len(data)), rng.randint(0, len(other))
    return data[:at] + other[first : first + rng.randint(0, 4000)] + data[at:]


def _repeat(data: bytes, rng: Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + data[at : at + rng.randint(1, 500)] * rng.choice([2, 50, 500]) + data[at:]


def _insert(data: bytes, rng: Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + rng.choice(INSERTS) + data[at:]


def _blank(data: bytes, rng: Random) -> bytes:
    at, length = rng.randint(0, len(data)), rng.randint(1, 2000)
    return data[:at] + b"\x00" * length + data[at + length :]


def _numbers(data: bytes, rng: Random) -> bytes:
    """Every copy of one digit becomes another: lengths, offsets and object numbers no longer fit."""
    one, other = rng.sample(b"0123456789", 2)
    return data.replace(bytes([one]), bytes([other]))


DAMAGES = (_flip, _flip, _truncate, _splice, _repeat, _insert, _blank, _numbers)
INSERTS = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b[2J\x1b]0;x\x07"),
    *("\u202e".encode(), "\u2028".encode(), "《".encode("gb18030"), b"9" * 10_000, b"(" * 10_000),
    *("“（".encode() * 5_000, b"<div>" * 2_000, b"&#xD800;&#0;&#x110000;", b"1 0 obj", b"\r" * 1000),
    *(b"<script>alert(1)</script>", b"=cmd|' /C calc'!A0,", b"{{ 1/0 }}", b"'; drop table x; --"),
    "，".encode() * 5000,
)


def _html_deep(rng: Random) -> Input:
    tag = rng.choice(["div", "b", "table><tr><td", "a href=x", "nav", "svg", "ul><li"])
    return ".html", f"<{tag}>".encode() * 100_000 + text().encode()


def _html_attributes(rng: Random) -> Input:
    if rng.random() < 0.5:
        return ".html", b'<p title="' + b"a" * 5_000_000 + b'">' + text().encode()
    many = " ".join(f"a{number}=1" for number in range(40_000))
    return ".html", f"<p {many}>{text()}".encode()


def _html_entities(rng: Random) -> Input:
    return ".html", b"<p>" + rng.choice([b"&amp;", b"&#x4e00;", b"&nbsp;", b"&"]) * 2_000_000


def _html_charset(rng: Random) -> Input:
    name = rng.choice(["punycode", "idna", "zip", "unicode_escape", "utf-7", "x" * 40, "undefined", "hz"])
    return ".html", f"<meta charset={name}><p>".encode() + text().encode("gb18030")


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is the catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)


def _one_page(stream: bytes, filters: bytes) -> bytes:
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources"
            b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
            b"<</Length %d/Filter%b>>\nstream\n%b\nendstream" % (len(stream), filters, stream),
        ]
    )


def _pdf_stream(rng: Random) -> Input:
    """A stream that unpacks to a thousand times its size, once or several times over."""
    content = b"BT /F1 9 Tf (report) Tj ET\n" * rng.choice([2_000_000, 6_000_000])
    times = rng.choice([1, 2, 3])
    for _ in range(times):
        content = zlib.compress(content, 9)
    return ".pdf", _one_page(content, b"[" + b"/FlateDecode " * times + b"]")


def _pdf_operators(rng: Random) -> Input:
    content = rng.choice(
        [b"q " * 500_000, b"[" * 200_000, b"<<" * 100_000, b"(" * 500_000, b"1 " * 1_000_000]
    )
    return ".pdf", _one_page(zlib.compress(b"BT /F1 9 Tf " + content), b"/FlateDecode")


def _pdf_loop(rng: Random) -> Input:
    catalogue = b"<</Type/Catalog/Pages 2 0 R>>"
    loops = [
        [catalogue, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"],
        [catalogue, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Pages/Kids[2 0 R]/Parent 3 0 R>>"],
        [catalogue, b"3 0 R", b"2 0 R"],
        [b"<</Type/Catalog/Pages 1 0 R>>"],
        [catalogue, b"<</Type/Pages/Count 99999999/Kids[" + b"3 0 R " * 3000 + b"]>>", b"<</Type/Page>>"],
        [catalogue, b"[" * 50_000],
    ]
    data = pdf_of(rng.choice(loops))
    if rng.random() < 0.3:
        data = data.replace(b"/Root", b"/Prev %d/Root" % data.rindex(b"xref\n0"))
    return ".pdf", data


def _pdf_pages(rng: Random) -> Input:
    """A tree of ten levels of ten children each, that stand for the same few objects."""
    width = rng.choice([10, 3000])
    levels = [
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (width, b"%d 0 R " % (number + 3) * width)
        for number in range(9)
    ]
    return ".pdf", pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", *levels, b"<</Type/Page>>"])


def _office(rng: Random) -> tuple[str, dict[str, bytes], str]:
    if rng.random() < 0.5:
        return ".docx", members(word()), "word/document.xml"
    return ".xlsx", members(workbook()), "xl/worksheets/sheet1.xml"


def _zip_dense(rng: Random) -> Input:
    suffix, parts, main = _office(rng)
    size = rng.choice([30_000_000, 150_000_000, 300_000_000])
    name = rng.choice([main, "word/media/image1.png", "xl/sharedStrings.xml"])
    parts[name] = parts.get(name, b"")[:-20] + b" " * size
    return suffix, zipped(parts)


def _zip_members(rng: Random) -> Input:
    suffix, parts, _ = _office(rng)
    return suffix, zipped(parts | {f"word/{number}.xml": b"" for number in range(rng.choice([4000, 6000]))})


def _zip_nested(rng: Random) -> Input:
    suffix, parts, main = _office(rng)
    inner = zipped({"0": b"\x00" * 50_000_000})
    return suffix, zipped(parts | {"word/embeddings/a.zip": inner, main + ".zip": inner})


def _zip_lie(rng: Random) -> Input:
    """The directory declares a size of ten bytes for what is far larger."""
    suffix, parts, main = _office(rng)
    parts[main] = parts[main] + b" " * 40_000_000
    data = zipped(parts)
    return suffix, data.replace(len(parts[main]).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def _zip_paths(rng: Random) -> Input:
    suffix, parts, _ = _office(rng)
    tricks = ["../../canary", "/tmp/gwr-canary", "..\\..\\canary", "C:\\canary", "a\x00b", "\n"]
    return suffix, zipped(parts | dict.fromkeys(rng.sample(tricks, 3), b"escaped"))


def _xml_entities(rng: Random) -> Input:
    suffix, parts, main = _office(rng)
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    outside = '<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://127.0.0.1:9/x"> %y;'
    body = rng.choice(["\n".join(lines), outside, "<!-- " + " " * 5000 + " -->" + "\n".join(lines)])
    use = rng.choice([b"&a9;", b"&x;"])
    xml = parts[main]
    start = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    place = max(xml.find(b"<w:t>") + 5, 5) if suffix == ".docx" else xml.rindex(b"</")
    doctype = f"<!DOCTYPE r [{body}]>".encode()
    changed = xml[:start] + doctype + xml[start:place] + use + xml[place:]
    if rng.random() < 0.3:
        changed = changed.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")
    return suffix, zipped(parts | {main: changed})


def _xml_deep(rng: Random) -> Input:
    suffix, parts, main = _office(rng)
    xml = parts[main]
    at = xml.rindex(b"</")
    tag = b"w:tbl><w:tr><w:tc" if suffix == ".docx" else b"row"
    return suffix, zipped(parts | {main: xml[:at] + b"<%b>" % tag * rng.choice([200, 50_000]) + xml[at:]})


def _xlsx_wide(rng: Random) -> Input:
    parts = members(workbook())
    name = "xl/worksheets/sheet1.xml"
    far = rng.choice(
        [
            b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
            b'<row r="2"><c r="A2" s="99999"><v>1e999</v></c></row>',
            b'<row r="%d"><c r="A2"><v>%b</v></c></row>' % (10**30, b"9" * 5000),
        ]
    )
    merges = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>' if rng.random() < 0.5 else b""
    changed = parts[name].replace(b"</sheetData>", far + b"</sheetData>" + merges)
    return ".xlsx", zipped(parts | {name: changed})


def _docx_text(rng: Random) -> Input:
    parts = members(word())
    name = "word/document.xml"
    end = parts[name].index(b"<w:sectPr")
    paragraph = "<w:p><w:r><w:t>增长5%。</w:t></w:r></w:p>".encode()
    return ".docx", zipped(parts | {name: parts[name][:end] + paragraph * 150_000 + parts[name][end:]})


def _text_long(rng: Random) -> Input:
    line = rng.choice(["增长5%、", "9", "（", "“", "1,", "A", "二〇二六", "\u3000", "\x1b[31m", "由5到"])
    return ".txt", (line * 70_000_000)[: rng.choice([100_000, 1_100_000, 70_000_000])].encode()[:66_000_000]


def _text_brackets(rng: Random) -> Input:
    one = rng.choice(["（", "“", "《", "（“", "(", "【", "一、（一）1．①", "。", "；", "\n", "1\n"])
    return ".txt", (text() + one * 100_000).encode()


def _table_large(rng: Random) -> Input:
    row = rng.choice([b"\n", b",,,\n", b",", "地区生产总值,2024,1,亿元\n".encode(), b'"', b"x,y,z,w\n"])
    return ".csv", table() + row * rng.choice([10_000, 1_200_000])


def _table_hostile(rng: Random) -> Input:
    cells = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "x\x1b[2J",
        "'; drop table x;--",
        "|",
        "<b>",
    ]
    rows = [[rng.choice([*cells, "地区生产总值", "2024", "1e999", "NaN", "9" * 400]) for _ in range(4)]]
    return ".csv", table() + "".join(",".join(row) + "\n" for row in rows * 20).encode()


BOMBS = (
    *(_html_deep, _html_attributes, _html_entities, _html_charset),
    *(_pdf_stream, _pdf_operators, _pdf_loop, _pdf_pages),
    *(_zip_dense, _zip_members, _zip_nested, _zip_lie, _zip_paths, _xml_entities, _xml_deep),
    *(_xlsx_wide, _docx_text, _text_long, _text_brackets, _table_large, _table_hostile),
)


def hostile_sidecar(rng: Random, good: bytes, canary: Path) -> bytes:
    """The sidecar of a file, turned into an attack."""
    laughs = b"a0: &a0 [x]\n" + b"".join(
        b"a%d: &a%d [%b]\n" % (n, n, b"*a%d," % (n - 1) * 9) for n in range(1, 12)
    )
    fields = b"".join(b"  n%d: {indicator: x}\n" % n for n in range(500))
    quadratic = (
        b"under: &u\n" + fields + b"indicators:\n" + b"".join(b"  i%d: {under: *u}\n" % n for n in range(500))
    )
    attacks: list[bytes] = [
        laughs,
        quadratic,
        b"title: &a [*a]\n" + good,
        b'title: !!python/object/apply:os.system ["touch %b"]\n' % bytes(canary),
        b'!!python/object/apply:subprocess.check_output [["touch", "%b"]]\n' % bytes(canary),
        b"notes: " + b"[" * 100_000,
        b"notes: " + b"{a: " * 100_000,
        b"- " * 100_000,
        b"? " * 50_000,
        good.replace(b"title:", b'title: "\\u0000\\e[2J" #'),
        good.replace(b"title:", b"title: '=cmd|x' #"),
        good.replace(b"ref_area:", b"ref_area: '../../../etc' #"),
        good + b"year: " + b"9" * 5000 + b"\n",
        good + b"published: 2026-02-31\n",
        good + b"sha256: " + b"a" * 64 + b"\n",
        good + b"<<: {title: x}\n",
        good + b"encoding: punycode\n",
        good + b"encoding: zip\n",
        good + b"sheet: '../x'\n",
        good + "text_version: \u202e\n".encode(),
        good.decode().encode("utf-16"),
        b"\xff\xfe" + good,
        b"",
        b"\x00" * 100,
        b"x" * 1_100_000,
        b"".join(b"k%d: 1\n" % number for number in range(60_000)),
    ]
    choice = rng.randrange(len(attacks) + 6)
    if choice < len(attacks):
        return attacks[choice]
    return rng.choice(DAMAGES)(good, rng)


def _sidecar(suffix: str, data: bytes) -> bytes:
    digest = hashlib.sha256(data).hexdigest()
    if suffix in (".csv", ".xlsx"):
        return f"{TABLE_SIDECAR}sha256: {digest}\n".encode()
    return f'title: 政府工作报告\nref_area: "330200"\nyear: 2026\nsha256: {digest}\n'.encode()


def write_inputs(raw: Path, seed: int, count: int) -> None:
    """Fill a raw/ with `count` files: seven of ten damaged, two of ten bombs, one of ten with a sidecar
    that is an attack."""
    rng = Random(seed)
    bombs = list(BOMBS)
    for number in range(count):
        kind = number % 10
        if kind in (3, 6):
            suffix, data = bombs[(number // 5) % len(bombs)](rng)
        elif kind == 9:
            suffix, data = rng.choice(originals())
        else:
            suffix, data = damaged(rng)
        folder = raw / (TABLES if suffix in (".csv", ".xlsx") else REPORTS)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"2026-m{number:04d}{suffix}"
        path.write_bytes(data)
        said = _sidecar(suffix, data)
        attack = hostile_sidecar(rng, said, raw.parent / "canary") if kind == 9 else said
        (folder / f"2026-m{number:04d}.yml").write_bytes(attack)


def write_good(raw: Path) -> set[str]:
    """A good file of every format beside the bad ones; returns their paths below raw/."""
    written = set()
    for number, (suffix, data) in enumerate(originals()):
        folder = TABLES if suffix in (".csv", ".xlsx") else REPORTS
        path = raw / folder / f"2026-good{number}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.with_suffix(".yml").write_bytes(_sidecar(suffix, data))
        written.add(path.relative_to(raw).as_posix())
    return written


def write_tricks(raw: Path, outside: Path) -> list[bytes]:
    """Entries of raw/ that are no plain files, or whose names are traps; returns their paths below raw/.

    Args:
        raw: the folder to fill.
        outside: a folder with `secret.txt`, which links lead to.
    """
    for folder in (REPORTS, TABLES):
        (raw / folder).mkdir(parents=True, exist_ok=True)
    reports, tables = raw / REPORTS, raw / TABLES
    made: list[Path] = []

    def add(path: Path, make: Callable[[Path], object]) -> None:
        make(path)
        made.append(path)

    def link(target: Path | str) -> Callable[[Path], object]:
        return lambda path: path.symlink_to(target)

    def listen(path: Path) -> None:
        # The path of a socket is short: it is bound from within its folder.
        before = Path.cwd()
        os.chdir(path.parent)
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(path.name)
        finally:
            os.chdir(before)

    data = text().encode()
    for folder, suffix in ((reports, ".txt"), (tables, ".csv")):
        add(folder / f"2026-out{suffix}", link(outside / "secret.txt"))
        add(folder / f"2026-up{suffix}", link(f"../../../{outside.name}/secret.txt"))
        add(folder / f"2026-loop{suffix}", link(f"2026-loop{suffix}"))
        add(folder / f"2026-dangling{suffix}", link("nowhere"))
        add(folder / f"2026-null{suffix}", link("/dev/null"))
        add(folder / f"2026-zero{suffix}", link("/dev/zero"))
        add(folder / f"2026-memory{suffix}", link("/proc/self/mem"))
        add(folder / f"2026-fifo{suffix}", os.mkfifo)
        add(folder / f"2026-socket{suffix}", listen)
        add(folder / "linked", link(outside))
        add(folder / "circle", link("."))
        for name in (
            b"2026\n.txt",
            b"2026-\x1b[2J.txt",
            b"\xff\xfe2026.txt",
            b"x" * 251 + b".txt",
            b"-rf .txt",
            "２０２６-a.txt".encode(),
            "2026\u202etxt.exe".encode(),
            b"2026'; drop table x;--.txt",
        ):
            add(folder / os.fsdecode(name), lambda path: path.write_bytes(data))
    for stem, make in (
        ("fifo-side", os.mkfifo),
        ("link-side", link(outside / "secret.txt")),
        ("loop-side", link("2026-loop-side.yml")),
        ("folder-side", Path.mkdir),
    ):
        add(reports / f"2026-{stem}.txt", lambda path: path.write_bytes(data))
        make(reports / f"2026-{stem}.yml")
    deep = reports
    with suppress(OSError):
        for _ in range(20):
            deep /= "d" * 200
            deep.mkdir()
    add(deep.parent.parent / "2026.txt", lambda path: path.write_bytes(data))
    return [os.fsencode(path.relative_to(raw)) for path in made]
