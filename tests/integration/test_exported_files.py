"""Exported files of a built warehouse hold what its tables hold."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipelines.export.cells import fitting_text
from pipelines.export.rules import about
from pipelines.export.source import open_published, published_marts
from pipelines.export.workbook import write_xlsx
from tests.conftest import GWR, RunGwr
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def book(built: Built, run_gwr: RunGwr, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """A workbook of every table, opened again."""
    target = tmp_path_factory.mktemp("export") / "all.xlsx"
    done = run_gwr("export", "--all", "--output", target, "--data", built.paths.data)
    assert done.returncode == 0, done.stderr
    return openpyxl.load_workbook(target)


def as_cell(value: Any) -> Any:
    """A value of the warehouse as openpyxl gives it back."""
    if isinstance(value, str):
        return fitting_text(value)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


def test_a_workbook_of_everything_holds_every_value(
    book: openpyxl.Workbook, built: Built, warehouse: duckdb.DuckDBPyConnection
) -> None:
    with open_published(built.paths.published_database) as connection:
        marts = list(published_marts(connection))
    assert book.sheetnames == ["about", "columns", *marts]
    compared = 0
    for mart in marts:
        rows = warehouse.table(mart).fetchall()
        header, *found = book[mart].iter_rows(values_only=True)
        assert header == tuple(warehouse.table(mart).columns)
        assert len(found) == len(rows), mart
        for expected, got in zip(rows, found, strict=True):
            for value, cell in zip(map(as_cell, expected), got, strict=True):
                assert cell == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value), mart
                compared += 1
    assert compared > 50_000


def test_no_cell_of_a_workbook_is_a_formula(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_the_first_sheet_names_version_grain_and_question_of_every_table(
    book: openpyxl.Workbook, built: Built
) -> None:
    rows = list(book["about"].iter_rows(values_only=True))
    manifest = json.loads((built.paths.published / "manifest.json").read_text(encoding="utf-8"))
    assert rows[2][1] == manifest["version"]
    tables = {row[0]: row for row in rows if row[0] in manifest["rows"]}
    assert {name: row[1] for name, row in tables.items()} == manifest["rows"]
    for name, (_, _, holds, grain, answers) in tables.items():
        assert holds, name
        assert grain, name
        assert answers.endswith("?"), name
    package = json.loads((built.paths.published / "datapackage.json").read_text(encoding="utf-8"))
    assert rows[0][0] == package["title"] == about().title


def test_numbers_are_shown_by_their_kind(built: Built, tmp_path: Path) -> None:
    """Years are plain, shares have decimals, amounts have thousands separators."""
    write_xlsx(
        built.paths.published_database,
        ["agg_sector_year_targets", "fct_indicators", "fct_indicator_statements"],
        tmp_path / "book.xlsx",
    )
    read = openpyxl.load_workbook(tmp_path / "book.xlsx")

    def number_formats(sheet: str, column: str) -> set[str]:
        index = [cell.value for cell in read[sheet][1]].index(column) + 1
        return {
            cell.number_format
            for [cell] in read[sheet].iter_rows(min_row=2, min_col=index, max_col=index)
            if cell.value is not None
        }

    assert number_formats("fct_indicators", "year") == {"0"}
    assert number_formats("agg_sector_year_targets", "share_with_value") == {"0.0%"}
    assert number_formats("fct_indicator_statements", "confidence") == {"0.0%"}
    assert number_formats("fct_indicators", "obs_value") == {"#,##0", "#,##0.0#####"}
    assert number_formats("fct_indicators", "candidate_count") == {"#,##0"}
    assert number_formats("fct_indicators", "vintage_date") == {"yyyy-mm-dd"}


def test_csv_holds_every_row_of_a_table(
    built: Built, run_gwr: RunGwr, warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    target = tmp_path / "facts.csv"
    run_gwr(
        *("export", "--mart", "fct_indicators", "--format", "csv", "--verbatim"),
        *("--output", target, "--data", built.paths.data),
    )
    types = {name: str(kind) for name, kind, *_ in warehouse.execute("describe fct_indicators").fetchall()}
    read = duckdb.from_csv_auto(str(target), header=True, dtype=types).fetchall()
    assert read == warehouse.table("fct_indicators").fetchall()


def test_sdmx_csv_holds_the_observations_of_the_view(
    built: Built, run_gwr: RunGwr, warehouse: duckdb.DuckDBPyConnection
) -> None:
    shown = run_gwr(
        *("export", "--format", "sdmx", "--output", "-", "--data", built.paths.data),
        *("--where", "\"INDICATOR\" = 'GDP'"),
    )
    assert shown.returncode == 0, shown.stderr
    rows = list(csv.DictReader(shown.stdout.splitlines()))
    expected = warehouse.execute(
        'select "DATAFLOW", "REF_AREA", "TIME_PERIOD", "OBS_VALUE" from rpt_sdmx_observations'
        " where \"INDICATOR\" = 'GDP'"
    ).fetchall()
    assert len(rows) > 10
    assert [
        (row["STRUCTURE_ID"], row["REF_AREA"], row["TIME_PERIOD"], float(row["OBS_VALUE"])) for row in rows
    ] == expected
    assert {(row["STRUCTURE"], row["ACTION"]) for row in rows} == {("dataflow", "I")}
    assert "DATAFLOW" not in rows[0]


def test_a_reader_who_has_enough_is_no_failure_with_a_traceback(built: Built) -> None:
    command = f"{GWR} export --mart dim_places --format csv --output - --data {built.paths.data} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.startswith("ref_area,")
    assert done.stderr == ""
