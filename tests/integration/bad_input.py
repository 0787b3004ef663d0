"""One raw/ with every kind of bad input, beside good input that must still be taken."""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

TEXT = "政府工作报告\n一、2026年工作安排\n地区生产总值增长5%左右。\n".encode()
REPORTS = "reports/330300-wenzhou"
TABLE = "statistics/330300-wenzhou/figures.csv"

ROWS = """\
indicator,year,value,unit
地区生产总值,2024,9718.8,亿元
地区生产总值,2023,8730.6,亿贝
地区生产总值,2022,约八千,亿元
常住人口,2024,985.5,万人
"""
TABLE_SIDECAR = """\
title: 测试
origin: 测试
licence: 测试
ref_area: "330300"
layout: long
columns: {{indicator: indicator, year: year, value: value, unit: unit}}
constants: {{measure: level, obs_status: preliminary, source_kind: media, source_title: 测试报}}
sha256: {sha256}
"""

BULLETIN = "统计公报\n一、综合\n全年地区生产总值9718.8亿元。\n".encode()
CORRECTIONS = "corrections/2026.yml"
ORPHAN = """\
- statement_id: "0123456789abcdef"
  expect: {source_text: 5%}
  set: {indicator_text: 工业增加值}
  reason: 测试
  by: 测试
  date: 2026-02-01
"""

SET_ASIDE = {
    (f"{REPORTS}/2020.txt", "sidecar_missing"),
    (f"{REPORTS}/2021.yml", "sidecar_invalid"),
    (f"{REPORTS}/2022.txt", "file_empty"),
    (f"{REPORTS}/2023.pdf", "no_text_layer"),
    (f"{REPORTS}/2024.txt", "unknown_encoding"),
    (f"{REPORTS}/notes.txt", "file_misplaced"),
    (CORRECTIONS, "correction_orphaned"),
    (TABLE, "unit_unknown"),
    (TABLE, "value_not_number"),
}
"""File and code of the reason of everything that is set aside."""


def _put(path: Path, content: bytes, sidecar: str | None = None) -> None:
    """A document and its sidecar; an empty text is no sidecar."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    if sidecar is None:
        sidecar = f'title: 测试\nref_area: "330300"\nyear: {path.stem}\nsha256: {sha256}\n'
    if sidecar:
        path.with_suffix(".yml").write_text(sidecar.format(sha256=sha256), encoding="utf-8")


def _pdf_without_text() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    return buffer.getvalue()


def make_bad_raw(good: Path, target: Path) -> None:
    """Copy a good raw/ and add bad input of each kind, and a good report and bulletin of the same place."""
    shutil.copytree(good, target)
    reports = target / REPORTS
    _put(reports / "2026.txt", TEXT)
    _put(target / "bulletins" / "330300-wenzhou" / "2024.txt", BULLETIN)
    _put(reports / "2020.txt", TEXT + b"\n", sidecar="")
    _put(reports / "2021.txt", TEXT + b"\n\n", sidecar="title: [测试\n")
    _put(reports / "2022.txt", b"")
    _put(reports / "2023.pdf", _pdf_without_text())
    _put(reports / "2024.txt", bytes(range(128, 256)) * 20 + b"\xff\x00\xfe")
    _put(reports / "notes.txt", TEXT + b"\n\n\n", sidecar="")
    _put(target / TABLE, ROWS.encode(), sidecar=TABLE_SIDECAR)
    (target / CORRECTIONS).parent.mkdir(exist_ok=True)
    (target / CORRECTIONS).write_text(ORPHAN, encoding="utf-8")
