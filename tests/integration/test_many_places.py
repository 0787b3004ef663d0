"""Several places and years in one build: a target stands in one report, its outcome in the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.documents.add import add_document
from pipelines.paths import Paths
from tests.conftest import Built, RunGwr
from tests.several_places import OWN_TEXTS

SHARED = Path(__file__).parents[3] / "shared" / "corpus" / "reports"


@pytest.fixture(scope="module")
def places(several: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse of several places, two provinces among them with two reports each."""
    assert several.process.returncode == 0, several.process.stdout + several.process.stderr
    with duckdb.connect(str(several.paths.published_database), read_only=True) as connection:
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
