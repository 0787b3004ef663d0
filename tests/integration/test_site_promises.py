"""The pages of promises and of indicators hold what the published tables hold."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import duckdb
import pytest

from pipelines.publication.site.pages.target_rows import CSV_COLUMNS
from tests.integration.conftest import Built

PLACE = "330200"


@pytest.fixture(scope="module")
def targets(built: Built) -> str:
    """The page of the place's targets."""
    return (built.paths.published_site / "targets" / f"{PLACE}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def indicator_pages(built: Built) -> list[Path]:
    """The pages of the place's indicators."""
    folder = built.paths.published_site / "indicators" / PLACE
    return sorted(file for file in folder.glob("*.html") if file.name != "index.html")


def test_every_target_stands_on_its_page_once(targets: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    known = warehouse.execute("select target_id from fct_target_outcomes order by 1").fetchall()
    assert sorted(re.findall(r'<tbody id="t-([^"]+)"', targets)) == [one for (one,) in known]


def test_the_download_holds_the_values_of_the_facts(
    targets: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    found = re.search(r'<script type="application/json" id="csv">(.*?)</script>', targets, re.DOTALL)
    assert found is not None
    csv = json.loads(found[1])
    assert tuple(csv["columns"]) == CSV_COLUMNS
    columns = ("target_id", "obs_value", "unit_measure", "outcome", "actual_value", "gap", "row_ref")
    places = [CSV_COLUMNS.index(name) for name in columns]
    facts = warehouse.execute(f"select {', '.join(columns)} from fct_target_outcomes").fetchall()
    assert sorted(tuple(row[place] for place in places) for row in csv["rows"]) == sorted(facts)


def test_the_number_of_each_quoted_target_is_marked(
    targets: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    quotes = re.findall(r'data-column="sentence_text">(.*?)</blockquote>', targets)
    said = warehouse.execute(
        "select source_text from fct_target_outcomes where statement_id is not null"
    ).fetchall()
    marked = [html.unescape(text) for quote in quotes for text in re.findall("<mark>(.*?)</mark>", quote)]
    assert sorted(marked) == sorted(text for (text,) in said)


def test_the_sql_of_an_indicators_page_gives_its_tables(
    indicator_pages: list[Path], warehouse: duckdb.DuckDBPyConnection
) -> None:
    shown = {}
    for file in indicator_pages:
        sql = re.search(r'<code id="sql">(.*?)</code>', file.read_text(encoding="utf-8"), re.DOTALL)
        assert sql is not None, file.name
        for row in warehouse.execute(html.unescape(sql[1])).fetchall():
            shown[file.stem, *row[:4]] = row
    assert len(shown) > 200
    keys = {key[0] for key in shown}
    history = warehouse.execute(
        "select count(*) from rpt_indicator_history where ref_area = ? and indicator_key in "
        "(select unnest(?::varchar[]))",
        [PLACE, sorted(keys)],
    ).fetchone()
    assert history is not None
    catalogued = [key for key in shown if not key[0].startswith("x")]
    assert len(catalogued) == history[0]


def test_an_indicator_has_a_page_but_for_one_figure_that_its_report_tells_alone(
    indicator_pages: list[Path], warehouse: duckdb.DuckDBPyConnection
) -> None:
    wanted = warehouse.execute(
        """
        select count(*) from (
            select indicator_key
            from fct_indicators
            where ref_area = ? and obs_value is not null
            group by indicator_key
            having count(distinct year) > 1 or (
                max(indicator_id) is not null
                and not (count(*) = 1 and max(candidate_count) = 1 and max(statement_id) is not null)
            )
        )
        """,
        [PLACE],
    ).fetchone()
    assert (len(indicator_pages),) == wanted
