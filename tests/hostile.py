"""A report and a table whose words try to become part of the page; any that succeeds sets `__pwned`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

from pipelines.documents.add import add_document

PLACE = "330300"
YEAR = 2026
RUN = "window.__pwned=1"
SCRIPT = f"<script>{RUN}</script>"
LONG_WORD = "Wort" * 1250
HEBREW = "שלום עולם"
FAMILY = "👩‍👩‍👧‍👦"
"""One emoji of seven code points, joined by characters of no width."""

TITLE = f"\"></title>{SCRIPT}'&amp;{{{{7*7}}}}政府工作报告"
PUBLISHER = f'<img src=x onerror="{RUN}">日报'
URL = f"javascript:{RUN}//https://example.invalid/"
HEADING = f"一、2025年<svg onload={RUN}>工作回顾"

LINES = (
    "政府工作报告（示例文本）",
    HEADING,
    f"全市{SCRIPT}总产值9000亿元，增长5.5%。",
    f'" onmouseover="{RUN}" x="产量600万吨，增长7.5%。',
    f"</script>{SCRIPT}<!--出口额300亿元，增长8.5%。",
    "地区生产总值9.1千亿元&amp;增长5.4%；&lt;b&gt;进口额&lt;/b&gt;增长3.1%。",
    f"{LONG_WORD}增长7%。{LONG_WORD}",
    f"{HEBREW}产值\u202e增长6.2%\u202c，{FAMILY}家庭\u200b户数\u200b20万户，🏭工厂数300家。",
    "{unit}产值增长4%，${alert(1)}产值增长3%，--ink产值增长2%，constructor产值增长1%。",
    "二、2026年目标任务\"'&amp;",
    f"今年全市发展主要预期目标为：地区生产总值增长5%左右，<b onclick={RUN}>就业</b>人数10万人以上，"
    f"{SCRIPT}总产值9500亿元，城镇新增就业12万人以上，研发经费投入强度3.6%。",
    f"确保[x]({URL})数量超过100家。",
)

INDICATORS = (
    f"</script>{SCRIPT}",
    f"<img src=x onerror={RUN}>",
    '"><svg onload=window.__pwned=1>',
    "__proto__",
    "constructor",
    "{unit}",
    "--ink",
    "zh:一|en:one",
    "../../etc/passwd",
    "index",
    FAMILY,
    HEBREW,
    LONG_WORD[:2000],
)
"""Names of what a table measures; several are also names that a path or a script could stumble over."""

SIDECAR = {
    "title": TITLE,
    "origin": SCRIPT,
    "licence": SCRIPT,
    "ref_area": PLACE,
    "layout": "long",
    "columns": {"indicator": "指标", "year": "年份", "value": "数值", "unit": "单位"},
    "constants": {
        "measure": "level",
        "obs_status": "preliminary",
        "source_kind": "media",
        "source_title": TITLE,
        "publisher": PUBLISHER,
        "source_url": URL,
    },
}


def add_hostile(raw: Path, work: Path) -> None:
    """Put the report and the table into a raw/; `work` is a folder for what is copied from."""
    report = work / "hostile.txt"
    report.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    add_document(raw, report, PLACE, YEAR, title=TITLE, publisher=PUBLISHER, url=URL)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["指标", "年份", "数值", "单位"])
    for number, name in enumerate(INDICATORS, 1):
        rows.writerows([name, year, number * 10 + year - 2022, "万人"] for year in (2022, 2023, 2024))
    table = raw / "statistics" / f"{PLACE}-wenzhou" / "hostile.csv"
    table.parent.mkdir(parents=True)
    table.write_text(out.getvalue(), encoding="utf-8")
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    # JSON is YAML: nothing in it has to be quoted by hand.
    table.with_suffix(".yml").write_text(json.dumps({**SIDECAR, "sha256": digest}), encoding="utf-8")
