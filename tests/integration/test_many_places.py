"""Several places and years in one build: a target stands in one report, its outcome in the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.documents.add import add_document
from pipelines.paths import Paths
from tests.conftest import RunGwr

SHARED = Path(__file__).parents[3] / "shared" / "corpus" / "reports"
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


@pytest.fixture(scope="module")
def places(run_gwr: RunGwr, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse of two provinces with two reports each."""
    root = tmp_path_factory.mktemp("places")
    paths = Paths(raw=root / "raw", data=root / "data")
    for (code, year), text in OWN_TEXTS.items():
        file = root / f"{code}-{year}.txt"
        file.write_text(text, encoding="utf-8")
        add_document(paths.raw, file, code, year, title=f"示例 {code} {year}")
    process = run_gwr("build", "--raw", paths.raw, "--data", paths.data)
    assert process.returncode == 0, process.stdout + process.stderr
    with duckdb.connect(str(paths.published_database), read_only=True) as connection:
        yield connection


def outcomes(places: duckdb.DuckDBPyConnection, ref_area: str, year: int) -> dict[str, str]:
    """Indicator -> outcome of the targets of a place for a year."""
    return dict(
        places.execute(
            "select indicator_key, outcome from fct_target_outcomes where ref_area = ? and year = ?",
            [ref_area, year],
        ).fetchall()
    )


def test_a_target_is_settled_by_the_next_report(places: duckdb.DuckDBPyConnection) -> None:
    assert outcomes(places, "330000", 2025) == {
        "gdp": "met_within_tolerance",
        "urban_new_jobs": "met",
        "surveyed_unemployment_rate": "met",
        "grain_output": "met",
        "disposable_income_per_capita": "not_comparable",
    }
    assert outcomes(places, "320000", 2025) == {
        "gdp": "missed",
        "urban_new_jobs": "met",
        "general_budget_revenue": "met_within_tolerance",
    }


def test_the_newest_targets_are_pending(places: duckdb.DuckDBPyConnection) -> None:
    assert set(outcomes(places, "330000", 2026).values()) == {"pending"}
    assert set(outcomes(places, "320000", 2026).values()) == {"pending"}


def test_the_panel_has_a_row_for_each_place_and_year(places: duckdb.DuckDBPyConnection) -> None:
    rows = places.execute("select ref_area, year from rpt_panel_targets order by all").fetchall()
    assert {(code, year) for code, year in OWN_TEXTS} <= set(rows)


def test_what_was_not_promised_is_told_apart(places: duckdb.DuckDBPyConnection) -> None:
    coverage = dict(
        places.execute(
            "select headline, coverage from fct_target_coverage where ref_area = '330000' and year = 2025"
        ).fetchall()
    )
    assert coverage["urban_jobs"] == "stated"
    assert coverage["income"] == "relative"
    assert coverage["retail_sales"] == "absent_in_text"


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/corpus, which is not part of the project")
def test_the_shared_reports_settle_each_other(run_gwr: RunGwr, tmp_path: Path) -> None:
    paths = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    for file in sorted(SHARED.glob("*.txt")):
        code, year, place = file.stem.split("-", 2)
        add_document(paths.raw, file, code, int(year), title=f"{place}政府工作报告 {year}")
    process = run_gwr("build", "--raw", paths.raw, "--data", paths.data)
    assert process.returncode in {0, 3}, process.stdout + process.stderr
    with duckdb.connect(str(paths.published_database), read_only=True) as connection:
        settled = connection.execute(
            "select count(*) from fct_target_outcomes"
            " where outcome in ('met', 'met_within_tolerance', 'missed') and target_type = 'annual_target'"
        ).fetchone()
    assert settled is not None
    assert settled[0] > 0
