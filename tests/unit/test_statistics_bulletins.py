"""A bulletin is read like a report; its figures become observations with it as source and vintage."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import yaml

from pipelines.documents.add import add_document
from pipelines.documents.read import read_documents
from pipelines.paths import DBT_PROJECT_DIR
from pipelines.schemas import Observation, violations
from pipelines.statements import extract_statements
from pipelines.statistics.bulletins import bulletin_observations
from pipelines.statistics.grain import GRAIN, one_per_grain

FACT = "models/marts/facts/fct_statistic_observations.yml"
TEXT = """示例统计公报
一、综合
初步核算，全年地区生产总值1800.5亿元，比上年增长4.9%。其中，第一产业增加值60亿元，增长3.1%。
各区县均建成文化馆12个。
"""


def observations(raw: Path, kind: str) -> pl.DataFrame:
    """The observations of one text added as a document of a kind."""
    file = raw.parent / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    add_document(raw, file, "330200", 2025, kind=kind, title="示例统计公报", published=None)
    read = read_documents(raw)
    assert read.quarantined == []
    statements = extract_statements(read.documents, read.sentences).statements
    return bulletin_observations(statements, read.documents)


def test_figures_of_a_bulletin_are_observations(tmp_path: Path) -> None:
    found = observations(tmp_path / "raw", "bulletin")
    assert violations(Observation, found).is_empty()
    gdp = found.filter(pl.col("indicator_id") == "gdp").sort("measure", descending=True)
    assert gdp.select("measure", "value", "year", "obs_status", "source_kind").rows() == [
        ("level", 180050000000.0, 2025, "preliminary", "bulletin"),
        ("growth", 4.9, 2025, "preliminary", "bulletin"),
    ]
    assert gdp["row_ref"].str.starts_with("bulletins/330200-ningbo/2025.txt:").all()


def test_a_number_about_an_unknown_part_stays_a_statement(tmp_path: Path) -> None:
    assert observations(tmp_path / "raw", "bulletin").filter(pl.col("value") == 12).is_empty()


def test_a_report_gives_no_observations(tmp_path: Path) -> None:
    assert observations(tmp_path / "raw", "report").is_empty()


def test_what_a_source_says_twice_counts_once(tmp_path: Path) -> None:
    found = observations(tmp_path / "raw", "bulletin")
    again = found.with_columns(observation_id=pl.lit("f") + pl.col("observation_id").str.slice(1))
    kept, contradicted = one_per_grain(pl.concat([found, again]))
    assert kept.equals(found)
    assert contradicted == []


def test_what_a_source_says_twice_differently_is_set_aside(tmp_path: Path) -> None:
    found = observations(tmp_path / "raw", "bulletin")
    other = found.with_columns(
        value=pl.col("value") + 1, row_ref=pl.lit("statistics/x/y.csv:7:") + pl.col("row_ref")
    )
    kept, contradicted = one_per_grain(pl.concat([found, other]))
    assert kept.equals(found)
    assert {row["reason_code"] for row in contradicted} == {"observation_contradicted"}
    assert {(row["file_path"], row["line"]) for row in contradicted} == {("statistics/x/y.csv", 7)}
    assert len(contradicted) == found.height


def test_two_vintages_of_one_figure_are_both_kept(tmp_path: Path) -> None:
    found = observations(tmp_path / "raw", "bulletin")
    later = found.with_columns(value=pl.col("value") + 1, vintage_date=pl.date(2027, 1, 1))
    kept, contradicted = one_per_grain(pl.concat([found, later]))
    assert (kept.height, contradicted) == (2 * found.height, [])


def test_the_grain_is_the_one_that_dbt_tests() -> None:
    declared = yaml.safe_load((DBT_PROJECT_DIR / FACT).read_text(encoding="utf-8"))
    (grain,) = (
        test["unique_combination"]["arguments"]["columns"]
        for model in declared["models"]
        for test in model.get("data_tests", [])
        if "unique_combination" in test
    )
    assert tuple(grain) == GRAIN
