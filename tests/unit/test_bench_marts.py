"""The benchmark of readers: its file has keys that find their rows, and its questions ask about others."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.bench.marts.measure import FRESH, Waits, one_reader
from pipelines.bench.marts.questions import Question, about

SUBJECT: dict[str, str | int] = {
    "ref_area": "110101",
    "document_id": "110101-report-2020",
    "indicator_key": "cpi",
    "measure": "growth",
    "report_year": 2020,
    "year": 2019,
}


def test_what_is_asked_is_replaced_and_nothing_else() -> None:
    sql = (
        "with asked as (select '330200' as ref_area, 'gdp' as indicator_id, 2025 as from_year)"
        " select 2020 as year from t inner join asked on t.ref_area = asked.ref_area"
    )
    assert about(sql, SUBJECT) == (
        "with asked as (select '110101' as ref_area, 'cpi' as indicator_id, 2019 as from_year)"
        " select 2020 as year from t inner join asked on t.ref_area = asked.ref_area"
    )
    assert about("select 1 where \"REF_AREA\" = '330200'", SUBJECT).endswith("= '110101'")
    assert about("select 'gdp' as indicator_key from t", SUBJECT) == "select 'gdp' as indicator_key from t"


def test_the_slowest_twentieth_is_left_out() -> None:
    waits = Waits(tuple(float(i) for i in range(100)))
    assert (waits.median, waits.p95) == (49.5, 95.0)


@pytest.mark.parametrize("how", [FRESH, "kept connection", "first touch"])
def test_a_query_that_fails_is_counted(tmp_path: Path, how: str) -> None:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute("create table t as select 1 as i")
    asked = [Question("good and bad", ("select i from t", "select gone from t"))]
    waits = one_reader(file, asked, how)["good and bad"]
    assert len(waits.milliseconds) == 2
    assert waits.errors == 1
    assert min(waits.milliseconds) > 0
