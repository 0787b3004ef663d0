"""Reports of several places, and of two of them for two years: a target stands in one, its outcome in the next."""

from __future__ import annotations

from pathlib import Path

from pipelines.documents.add import add_document
from pipelines.paths import PROJECT_ROOT

GOLD_TEXTS = PROJECT_ROOT / "tests" / "gold" / "texts"
GOLD = (("100000", 2025), ("420000", 2024))
OWN_TEXTS = {
    ("330000", 2025): """政府工作报告（示例文本）
一、2024年工作回顾
全省地区生产总值9万亿元，增长5.5%。一般公共预算收入增长1.3%。城镇调查失业率4.3%。
二、2025年总体要求和主要目标
今年经济社会发展的主要预期目标是：地区生产总值增长5.5%左右，城镇新增就业100万人以上，城镇调查失业率5%以内，粮食产量128亿斤以上，居民收入增长与经济增长同步。
""",
    ("330000", 2026): """政府工作报告（示例文本）
一、2025年工作回顾
全省地区生产总值9.5万亿元，增长5.4%。城镇新增就业112万人，城镇调查失业率4.6%，粮食产量130亿斤。
二、2026年总体要求和主要目标
今年经济社会发展的主要预期目标是：地区生产总值增长5%—5.5%，城镇新增就业90万人以上。
""",
    ("320000", 2025): """政府工作报告（示例文本）
一、2024年工作回顾
地区生产总值13.7万亿元，增长5.8%。
二、2025年目标任务
今年全省发展主要预期目标为：地区生产总值增长5%以上，城镇新增就业120万人以上，一般公共预算收入增长2%左右。
""",
    ("320000", 2026): """政府工作报告（示例文本）
一、2025年工作回顾
地区生产总值14.2万亿元，增长4.8%。城镇新增就业135万人，一般公共预算收入增长1.8%。
二、2026年目标任务
今年全省发展主要预期目标为：地区生产总值增长5%左右。
""",
}


def add_several(raw: Path, work: Path) -> None:
    """Put them into a raw/; `work` is a folder for what is copied from."""
    for (code, year), text in OWN_TEXTS.items():
        file = work / f"{code}-{year}.txt"
        file.write_text(text, encoding="utf-8")
        add_document(raw, file, code, year, title=f"示例 {code} {year}")
    for code, year in GOLD:
        add_document(raw, GOLD_TEXTS / f"{code}-{year}-specimen.txt", code, year, title=f"示例 {code} {year}")
