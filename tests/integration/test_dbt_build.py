"""dbt on small lakes: the marts that come out, an empty lake, and wrong statistics."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lake_factory import Row, candidate, document, observation, sentences, statement, write_lake

from pipelines.paths import DBT_PROJECT_DIR
from pipelines.warehouse import DBT

pytestmark = pytest.mark.integration

NINGBO = document(
    "2025年地区生产总值达到1.87万亿元,城镇化率超81%,高新技术企业由3102家增加到8000家。"
    "2026年地区生产总值增长5%—5.5%,城镇登记失业率控制在3.5%以内,居民收入与经济增长同步。"
    "粮食总产量14亿斤以上,到2030年地区生产总值力争达到2.6万亿元。各区县收入均增长6%。第十五届会议。"
)
ZHEJIANG_2025 = document(
    "地区生产总值增长5.5%左右,外贸出口保稳提质。", ref_area="330000", report_year=2025, text_version="full"
)
ZHEJIANG_2026 = document("2025年地区生产总值增长5.3%。", ref_area="330000", text_version="full")

GDP: Row = {"indicator_text": "地区生产总值", "indicator_id": "gdp"}
YUAN: Row = {"unit": "yuan", "unit_text": "元"}
PERCENT: Row = {"unit": "percent", "unit_text": "%"}
GROWTH: Row = {"measure": "growth", "growth_basis": "yoy", "price_basis": "unstated"} | PERCENT
COUNT: Row = {"unit": "enterprise", "unit_text": "家"}


def ningbo_statements() -> list[Row]:
    high_tech: Row = {"indicator_text": "高新技术企业", "indicator_id": "high_tech_enterprises"} | COUNT
    trillions = YUAN | {"printed_mult": 12}
    target: Row = {"target_type": "annual_target", "year": 2026}
    return [
        statement(NINGBO, "1.87万亿元", value=1.87e12, decimals=2, **GDP, **trillions),
        statement(
            NINGBO,
            "超81%",
            indicator_text="城镇化率",
            indicator_id="urbanisation_rate",
            measure="share",
            value=81,
            bound="above",
            **PERCENT,
        ),
        statement(NINGBO, "3102家", value=3102, target_type="baseline", year=2020, **high_tech),
        statement(NINGBO, "8000家", value=8000, **high_tech),
        statement(NINGBO, "5%—5.5%", value=5, value_upper=5.5, bound="range", **GDP, **GROWTH, **target),
        statement(
            NINGBO,
            "3.5%以内",
            indicator_text="城镇登记失业率",
            indicator_id="registered_unemployment_rate",
            measure="share",
            value=3.5,
            decimals=1,
            bound="at_most",
            modifier_text="以内",
            **PERCENT,
            **target,
        ),
        statement(
            NINGBO,
            "与经济增长同步",
            indicator_text="居民收入",
            indicator_id="disposable_income_per_capita",
            measure="growth",
            relative_to="经济增长",
            bound=None,
            **target,
        ),
        statement(
            NINGBO,
            "14亿斤以上",
            indicator_text="粮食总产量",
            indicator_id="grain_output",
            value=1.4e9,
            unit="jin",
            unit_text="斤",
            printed_mult=8,
            bound="at_least",
            **target,
        ),
        statement(
            NINGBO,
            "2.6万亿元",
            value=2.6e12,
            decimals=1,
            target_type="plan_target",
            year=2030,
            commitment="strive",
            commitment_text="力争",
            **GDP,
            **trillions,
        ),
        statement(
            NINGBO, "6%", indicator_text="某某“收入”", value=6, ref_area=None, area_text="各区县", **GROWTH
        ),
    ]


def zhejiang_statements() -> list[Row]:
    target: Row = {"target_type": "annual_target", "year": 2025}
    return [
        statement(ZHEJIANG_2025, "5.5%", value=5.5, decimals=1, bound="around", **GDP, **GROWTH, **target),
        statement(ZHEJIANG_2026, "5.3%", value=5.3, decimals=1, **GDP, **GROWTH),
    ]


def statistics() -> list[Row]:
    hundred_millions = YUAN | {"printed_mult": 8}
    revised: Row = {"source_kind": "bulletin", "obs_status": "revised", "vintage_date": date(2025, 3, 20)}
    plan: Row = {"target_type": "plan_target", "set_year": 2021, "year": 2025}
    return [
        observation(1, year=2023, value=1.64528e12, decimals=1, **GDP, **hundred_millions),
        observation(2, year=2023, value=1.71466e12, decimals=1, **GDP, **hundred_millions, **revised),
        observation(
            3, year=2025, value=1.86912e12, decimals=1, source_kind="bulletin", **GDP, **hundred_millions
        ),
        observation(4, value=1.7e12, **GDP, **hundred_millions, **plan),
        observation(
            5,
            indicator_text="高新技术企业",
            indicator_id="high_tech_enterprises",
            value=6000,
            **COUNT,
            **plan,
        ),
        observation(
            6,
            indicator_text="城镇化率",
            indicator_id="urbanisation_rate",
            measure="share",
            value=80,
            **PERCENT,
            **plan,
        ),
        observation(
            7,
            year=2025,
            set_year=2025,
            target_type="annual_target",
            value=5.5,
            decimals=1,
            bound="above",
            **GDP,
            **GROWTH,
        ),
        observation(8, year=2025, value=4.9, decimals=1, source_kind="plan_report", **GDP, **GROWTH),
        observation(
            9, indicator_text="耕地", year=2024, value=1.5e6, printed_mult=4, unit="mu", unit_text="亩"
        ),
    ]


def dbt(folder: Path, lake: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "GWR_BUILD_DB": str(folder / "warehouse.duckdb"),
        "GWR_LAKE_DIR": str(lake),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
    }
    places = ("--target-path", str(folder / "target"), "--log-path", str(folder / "logs"))
    command = [str(DBT), "--no-use-colors", *arguments, *places]
    return subprocess.run(
        command, cwd=DBT_PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("marts")
    documents = [NINGBO, ZHEJIANG_2025, ZHEJIANG_2026]
    lake = write_lake(
        folder / "lake",
        documents=documents,
        sentences=[row for doc in documents for row in sentences(doc)],
        statements=[*ningbo_statements(), *zhejiang_statements()],
        candidates=[candidate(NINGBO, "第十五届", "edition")],
        observations=statistics(),
        quarantine=[
            {
                "quarantine_id": "1",
                "stage": "statistics",
                "file_path": "statistics/330200-ningbo/test.csv",
                "line": 10,
                "reason_code": "not_a_number",
                "reason": "A text stands in a number column.",
                "hint": "Write the number in digits.",
            }
        ],
    )
    done = dbt(folder, lake, "build")
    assert done.returncode == 0, done.stdout
    return duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True)


def rows(marts: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return marts.execute(sql).fetchall()


def test_the_chosen_figures(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        marts,
        """
        select year, indicator_key, measure, target_type, obs_value, obs_value_upper, unit_measure, chosen_rule
        from fct_indicators where ref_area = '330200' and is_plain_yearly
        """,
    )
    expected = {
        (2025, "gdp", "level", "actual", 1.86912e12, None, "yuan", "official_preliminary"),
        (2023, "gdp", "level", "actual", 1.71466e12, None, "yuan", "official_revised"),
        (2026, "gdp", "growth", "annual_target", 5.0, 5.5, "percent", "own_target"),
        (2030, "gdp", "level", "plan_target", 2.6e12, None, "yuan", "own_target"),
        (2020, "high_tech_enterprises", "level", "baseline", 3102.0, None, "item", "own_statement"),
        (2026, "registered_unemployment_rate", "share", "annual_target", 3.5, None, "percent", "own_target"),
        (2026, "grain_output", "level", "annual_target", 700000.0, None, "tonne", "own_target"),
    }
    assert expected <= set(found)


def test_a_part_of_a_place_never_passes_for_the_place(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, "select count(*) from fct_indicators where indicator_key = '某某收入'") == [(0,)]
    assert rows(marts, "select is_catalogued from dim_indicators where indicator_key = '某某收入'") == [
        (False,)
    ]


def test_promised_and_delivered(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        marts,
        """
        select ref_area, indicator_key, measure, year, outcome, gap, actual_bound, settled_by_rule
        from fct_target_outcomes
        """,
    )
    assert set(found) == {
        ("330200", "gdp", "level", 2025, "met", 1.6912e11, "point", "official_preliminary"),
        ("330200", "high_tech_enterprises", "level", 2025, "met", 2000.0, "point", "own_statement"),
        ("330200", "urbanisation_rate", "share", 2025, "met", 1.0, "above", "own_statement"),
        ("330200", "gdp", "growth", 2025, "missed", -0.6, "point", "other_source"),
        ("330200", "gdp", "growth", 2026, "pending", None, None, None),
        ("330200", "registered_unemployment_rate", "share", 2026, "pending", None, None, None),
        ("330200", "disposable_income_per_capita", "growth", 2026, "pending", None, None, None),
        ("330200", "grain_output", "level", 2026, "pending", None, None, None),
        ("330200", "gdp", "level", 2030, "pending", None, None, None),
        ("330000", "gdp", "growth", 2025, "met_within_tolerance", -0.2, "point", "own_statement"),
    }


def test_an_outcome_quotes_both_sides(marts: duckdb.DuckDBPyConnection) -> None:
    ((target, actual, start, end, text),) = rows(
        marts,
        """
        select o.sentence_text, o.actual_sentence_text, o.char_start, o.char_end, d.text
        from fct_target_outcomes o join dim_documents d using (document_id)
        where o.ref_area = '330000'
        """,
    )
    assert text[start:end] == "5.5%"
    assert "5.5%左右" in target
    assert "5.3%" in actual


def test_coverage_tells_silence_from_ignorance(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(marts, "select ref_area, year, headline, coverage from fct_target_coverage")
    expected = {
        ("330200", 2026, "gdp_growth", "stated"),
        ("330200", 2026, "income", "relative"),
        ("330200", 2026, "cpi", "absent_in_abridged_text"),
        ("330200", 2025, "cpi", "no_document"),
        ("330000", 2025, "gdp_growth", "stated"),
        ("330000", 2025, "cpi", "absent_in_text"),
    }
    assert expected <= set(found)


def test_the_path_to_2030(marts: duckdb.DuckDBPyConnection) -> None:
    ((growth, target, upper, same),) = rows(
        marts,
        """
        select required_growth, growth_target, growth_target_upper, is_same_price_basis
        from fct_target_paths where indicator_key = 'gdp' and year = 2030
        """,
    )
    assert growth == pytest.approx(100 * ((2.6e12 / 1.86912e12) ** 0.2 - 1), abs=1e-5)
    assert (target, upper, same) == (5.0, 5.5, False)


def test_reports_are_reconciled(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(marts, "select year, indicator_key, reconciliation, difference from fct_reconciliation")
    assert found == [(2025, "gdp", "agrees", 8.8e8)]


def test_every_table_and_column_says_what_it_is(marts: duckdb.DuckDBPyConnection) -> None:
    silent = """
        select table_name, '' from duckdb_tables() where schema_name = 'main' and comment is null
        union all
        select view_name, '' from duckdb_views() where schema_name = 'main' and not internal and comment is null
        union all
        select table_name, column_name from duckdb_columns()
        where schema_name = 'main' and not internal and comment is null
    """
    assert rows(marts, silent) == []


def test_an_empty_lake_builds_empty_marts(tmp_path: Path) -> None:
    only_data = ("--resource-type", "seed", "--resource-type", "model")
    done = dbt(tmp_path, write_lake(tmp_path / "lake"), "build", *only_data)
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as marts:
        assert rows(marts, "select count(*) from fct_indicators") == [(0,)]
        assert rows(marts, "select count(*) > 500 from dim_indicators") == [(True,)]


def test_two_finals_of_one_day_are_named(tmp_path: Path) -> None:
    final: Row = {
        "year": 2024,
        "obs_status": "final",
        "source_kind": "bulletin",
        "vintage_date": date(2025, 3, 1),
    }
    lake = write_lake(
        tmp_path / "lake",
        observations=[
            observation(1, value=1.81e12, source_title="甲", **GDP, **YUAN, **final),
            observation(2, value=1.82e12, source_title="乙", **GDP, **YUAN, **final),
        ],
    )
    done = dbt(tmp_path, lake, "build", "--select", "+statistics_finals_agree_on_their_day")
    assert done.returncode == 1, done.stdout
    assert "statistics_finals_agree_on_their_day" in done.stdout
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as marts:
        named = rows(marts, "select row_ref, other_row_ref from checks.statistics_finals_agree_on_their_day")
    assert [sorted(pair) for pair in named] == [
        ["statistics/330200-ningbo/test.csv:1", "statistics/330200-ningbo/test.csv:2"]
    ]
