"""The example notebook: it runs, its pictures hold the rows of the warehouse, and the committed copy is in step."""

from __future__ import annotations

import base64
import io
import json
import runpy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import jupytext
import nbformat
import polars as pl
import pytest
import vl_convert
from PIL import Image

from examples.execute import NOTEBOOK, SOURCE, executed
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

Names = dict[str, Any]


def outputs(notebook: nbformat.NotebookNode, kind: str) -> list[str]:
    """What its cells printed or drew, of one media type."""
    return [
        output.data[kind]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]


def said(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(outputs(notebook, "text/markdown"))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Names]:
    """Run the cells in this process, and look at what they leave."""

    def run(published: Path) -> Names:
        monkeypatch.setenv("GWR_PUBLISHED", str(published))
        return runpy.run_path(str(SOURCE))

    return run


@pytest.fixture
def changed(built: Built, tmp_path: Path) -> Callable[..., Path]:
    """The published Parquet files, some of them with other rows."""

    def change(**tables: Callable[[pl.DataFrame], pl.DataFrame]) -> Path:
        shutil.copytree(built.paths.published / "parquet", tmp_path / "parquet")
        for name, rows in tables.items():
            file = tmp_path / "parquet" / f"{name}.parquet"
            file.chmod(0o644)
            rows(pl.read_parquet(file)).write_parquet(file)
        return tmp_path

    return change


@pytest.fixture(scope="module")
def notebook(built: Built) -> nbformat.NotebookNode:
    return executed(built.paths.published)


def test_it_draws_three_pictures_and_says_what_they_are_made_from(
    notebook: nbformat.NotebookNode, built: Built
) -> None:
    pictures = [Image.open(io.BytesIO(base64.b64decode(png))) for png in outputs(notebook, "image/png")]
    assert len(pictures) == 3
    for picture in pictures:
        assert min(picture.size) > 400
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 8
    version = json.loads((built.paths.published / "manifest.json").read_text())["version"]
    assert version in said(notebook)
    assert "**Specimen.**" in said(notebook)
    assert "Nothing to draw" not in said(notebook)


def test_the_committed_notebook_is_the_source_executed() -> None:
    committed, source = nbformat.read(NOTEBOOK, as_version=4), jupytext.read(SOURCE)
    assert [(cell.cell_type, cell.source) for cell in committed.cells] == [
        (cell.cell_type, cell.source) for cell in source.cells
    ], "make example writes it again"
    assert len(outputs(committed, "image/png")) == 3
    assert "**Specimen.**" in said(committed)
    assert NOTEBOOK.stat().st_size < 500_000


def test_targets_by_word_are_all_the_targets(
    names: Callable[[Path], Names], built: Built, warehouse: duckdb.DuckDBPyConnection
) -> None:
    words = names(built.paths.published)
    [[total, ranges, striving]] = warehouse.execute("""
        select count(*), count(*) filter (where bound = 'range'), count(*) filter (where commitment = 'strive')
        from fct_target_outcomes""").fetchall()
    rows = words["by_word"]
    assert rows["targets"].sum() == total > 50
    assert rows.filter(bound="区间 range")["targets"].sum() == ranges > 0
    assert rows.filter(commitment="力争 strive")["targets"].sum() == striving > 0
    assert set(rows["commitment"]) <= set(words["COMMITMENTS"])


def test_gaps_are_those_of_the_warehouse_and_bounds_are_open(
    names: Callable[[Path], Names], built: Built, warehouse: duckdb.DuckDBPyConnection
) -> None:
    gaps = names(built.paths.published)["gaps"]
    expected = warehouse.execute("""
        select target_id, if(unit = 'percent', gap, gap_share * 100) from fct_target_outcomes
        where is_settled and measure != 'rank' order by all""").fetchall()
    assert gaps.select("target_id", "gap").sort("target_id").rows() == expected
    growth = gaps.row(by_predicate=pl.col("target").str.starts_with("地区生产总值增速"), named=True)
    assert growth["target"] == "地区生产总值增速 > 5.5 % (2025)"
    assert (growth["low"], growth["high"], growth["happened"]) == (0.0, None, "4.9 %")
    level = gaps.row(by_predicate=pl.col("target").str.contains("17,000 亿元"), named=True)
    assert (round(level["low"], 6), level["high"], level["gap"]) == (-2.0, None, 10.0)
    enterprises = gaps.row(by_predicate=pl.col("target").str.starts_with("高新技术企业"), named=True)
    assert enterprises["actual"] == "下限 a floor"


def test_a_ceiling_and_a_target_to_be_hit_have_their_bands(
    names: Callable[[Path], Names], built: Built
) -> None:
    band = names(built.paths.published)["band"]
    assert band({"good_side": "down", "tolerance": None}, 1.0) == (None, 0.0)
    assert band({"good_side": "both", "tolerance": 0.3}, 1.0) == (-0.3, 0.3)
    assert band({"good_side": "up", "tolerance": 2.0}, 0.5) == (-4.0, None)


def test_the_way_that_is_left_grows_at_the_required_pace(
    names: Callable[[Path], Names], built: Built, warehouse: duckdb.DuckDBPyConnection
) -> None:
    left = names(built.paths.published)
    goal = left["goals"].row(0, named=True)
    assert (goal["indicator_key"], goal["year"]) == ("gdp", 2030)
    [[required]] = warehouse.execute("""
        select required_growth from fct_target_paths
        where indicator_key = 'gdp' and measure = 'level' and year = 2030""").fetchall()
    way = left["straight_way"](goal)
    assert way["year"].to_list() == [2025, 2026, 2027, 2028, 2029, 2030]
    assert way["value"][-1] == pytest.approx(goal["target_value"])
    paces = (way["value"] / way["value"].shift(1) - 1).drop_nulls() * 100
    assert paces.to_list() == pytest.approx([required] * 5)
    assert left["pace"](goal) == f"{required:+.1f} % a year to 2030 (current prices)"
    panel = left["points"]("gdp", "growth", "percent").filter(year=2026)
    assert panel.select("value", "upper", "reading").rows() == [(5.0, 5.5, "区间 range")]


def axes(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """Every quantitative x and y of a chart."""
    found = [chart[key] for key in ("x", "y") if isinstance(chart.get(key), dict)]
    for value in chart.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                found += axes(part)
    return [axis for axis in found if axis.get("type") == "quantitative"]


def test_no_picture_has_two_scales_and_each_says_its_unit(
    names: Callable[[Path], Names], built: Built
) -> None:
    drawn = names(built.paths.published)
    pictures = [
        drawn["words_picture"](drawn["by_word"]),
        drawn["gaps_picture"](drawn["gaps"]),
        drawn["paths_picture"](drawn["goals"]),
    ]
    titles = set()
    for picture in pictures:
        chart = picture.to_dict()
        assert '"independent"' not in json.dumps(chart)
        titles |= {axis["title"] for axis in axes(chart) if axis.get("title")}
    assert {"目标数 targets", "百分点 percentage points", "目标的 % per cent of the target"} < titles
    assert {"亿元", "%", "万人"} < titles


def test_without_a_report_it_says_so(names: Callable[[Path], Names], changed: Callable[..., Path]) -> None:
    published = changed(
        dim_documents=pl.DataFrame.clear,
        fct_target_outcomes=lambda rows: rows.filter(target_kind="observation"),
    )
    notebook = executed(published)
    assert "There is no work report in this warehouse" in said(notebook)
    assert "Specimen" not in said(notebook)
    assert len(outputs(notebook, "image/png")) >= 2
    assert names(published)["by_word"]["targets"].sum() == 11


def test_without_any_target_it_draws_nothing(
    names: Callable[[Path], Names], changed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    tables = ("dim_documents", "fct_target_outcomes", "fct_target_paths", "rpt_indicator_history")
    drawn = names(changed(**dict.fromkeys(tables, pl.DataFrame.clear)))
    assert drawn["place"] is None
    assert all(drawn[rows].is_empty() for rows in ("by_word", "gaps", "goals"))
    assert "alt." not in capsys.readouterr().out


def test_chinese_is_drawn_and_no_empty_boxes() -> None:
    fonts = (
        shutil.which("fc-list")
        and subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=True).stdout
    )
    if not fonts:
        pytest.skip("not installed: a Chinese font (Debian: fonts-noto-cjk)")

    def drawn(text: str) -> bytes:
        mark = {"type": "text", "fontSize": 40, "font": "Noto Sans CJK SC, sans-serif"}
        encoding = {"text": {"value": text}}
        return bytes(
            vl_convert.vegalite_to_png(
                {"data": {"values": [{}]}, "mark": mark, "encoding": encoding, "width": 60, "height": 60}
            )
        )

    assert drawn("亿") != drawn("元")
