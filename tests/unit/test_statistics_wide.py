"""Wide tables: indicators one way, years the other."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl

from pipelines.seeds import catalogue
from pipelines.statistics.figures import TableFigures
from pipelines.statistics.sidecar import WideSidecar
from pipelines.statistics.tables import Table, TableRow, read_table
from pipelines.statistics.wide import read_wide

FIXTURE = Path(__file__).parent.parent / "fixtures" / "statistics" / "wide.csv"
GROWTH = {"measure": "growth", "growth_basis": "yoy"}
CONSTANTS = {
    "source_kind": "yearbook",
    "source_title": "样例年鉴",
    "measure": "level",
    "obs_status": "final",
}


def described(**changes: Any) -> WideSidecar:
    said: dict[str, Any] = {
        "title": "样例",
        "origin": "Made for this test",
        "licence": "None",
        "sha256": "0" * 64,
        "ref_area": "330200",
        "layout": "wide",
        "header_lines": (3, 4),
        "label_columns": ["A"],
        "unit_column": "B",
        "headings": {"绝对值": {}, "比上年增长": GROWTH},
        "indicators": {
            "第一产业": {"indicator": "第一产业增加值"},
            "城镇化率": {
                "measure": "share",
                "under": {"比上年增长": {"measure": "level", "unit": "百分点", "growth_basis": "yoy"}},
            },
        },
        "constants": CONSTANTS,
    }
    return WideSidecar.model_validate(said | changes)


def grid(*rows: tuple[str, ...]) -> Table:
    return Table(tuple(TableRow(line, cells) for line, cells in enumerate(rows, start=1)))


def told(found: TableFigures, *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(figure.fields.get(name) for name in names) for figure in found.figures]


def test_csv_with_a_header_over_two_rows() -> None:
    found = read_wide(read_table(FIXTURE.read_bytes(), ".csv", described()), described(), catalogue())
    assert found.misfits == []
    assert told(found, "indicator", "year", "value", "unit", "measure", "growth_basis") == [
        ("地区生产总值", "2023", "17,146.6", "亿元", "level", None),
        ("地区生产总值", "2023", "5.5", "%", "growth", "yoy"),
        ("地区生产总值", "2024", "18,147.7", "亿元", "level", None),
        ("地区生产总值", "2024", "5.4", "%", "growth", "yoy"),
        ("第一产业增加值", "2023", "421.9", "亿元", "level", None),
        ("第一产业增加值", "2023", "3.9", "%", "growth", "yoy"),
        ("第一产业增加值", "2024", "451.1", "亿元", "level", None),
        ("第一产业增加值", "2024", "3.6", "%", "growth", "yoy"),
        ("城镇化率", "2023", "79.9", "%", "share", None),
        ("城镇化率", "2024", "80.9", "%", "share", None),
        ("城镇化率", "2024", "1.0", "百分点", "level", "yoy"),
        ("常住人口", "2023", "969.7", "万人", "level", None),
        ("常住人口", "2024", "977.7", "万人", "level", None),
        ("常住人口", "2024", "0.8", "%", "growth", "yoy"),
    ]
    assert [(f.line, f.cell, f.marks) for f in found.figures[-2:]] == [(10, "E", "①"), (10, "F", "①")]


def workbook() -> bytes:
    """A yearbook sheet: merged title, years merged over their columns, names merged over rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "1-1"
    rows: list[list[object]] = [
        ["1-1 国民经济主要指标（样例）", None, None, None, None, None],
        ["指　　标", None, "2023 年", None, "2024 年（初步）", None],
        [None, None, "绝对值", "增长（%）", "绝对值", "增长（%）"],
        ["工　业（亿元）", "增加值", 6681.7, 0.033, 7012.35, 5.9],
        [None, "#规上②", 4865, 11.9, "…", "—"],
        ["全社会用电量(亿千瓦时)", None, 1034.56, -2.1, 1100, 6.3],
    ]
    for row in rows:
        sheet.append(row)
    for merged in ("A1:F1", "A2:B3", "C2:D2", "E2:F2", "A4:A5", "A6:B6"):
        sheet.merge_cells(merged)
    sheet["D4"].number_format = "0.0%"
    sheet["E4"].number_format = "#,##0.0"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_workbook_with_merged_cells() -> None:
    sidecar = described(
        sheet="1-1",
        header_lines=(2, 3),
        label_columns=["A", "B"],
        unit_column=None,
        headings={"绝对值": {}, "增长": GROWTH},
        indicators={
            "工业/增加值": {"indicator": "工业增加值"},
            "工业/规上": {"indicator": "规上工业增加值"},
        },
    )
    found = read_wide(read_table(workbook(), ".xlsx", sidecar), sidecar, catalogue())
    assert found.misfits == []
    assert told(found, "indicator", "year", "value", "unit", "measure", "remark") == [
        ("工业增加值", "2023", "6681.7", "亿元", "level", None),
        ("工业增加值", "2023", "3.3%", "%", "growth", None),
        ("工业增加值", "2024", "7012.4", "亿元", "level", "初步"),
        ("工业增加值", "2024", "5.9", "%", "growth", "初步"),
        ("规上工业增加值", "2023", "4865", "亿元", "level", None),
        ("规上工业增加值", "2023", "11.9", "%", "growth", None),
        ("全社会用电量", "2023", "1034.56", "亿千瓦时", "level", None),
        ("全社会用电量", "2023", "-2.1", "%", "growth", None),
        ("全社会用电量", "2024", "1100", "亿千瓦时", "level", "初步"),
        ("全社会用电量", "2024", "6.3", "%", "growth", "初步"),
    ]
    assert [f.marks for f in found.figures if f.line == 5] == ["②", "②"]


def test_years_down_and_indicators_across() -> None:
    sidecar = described(
        header_lines=(1, 2),
        unit_column=None,
        indicators_in="columns",
        headings={"绝对值": {}, "增长": GROWTH},
        indicators={},
    )
    found = read_wide(
        grid(
            ("年份", "地区生产总值", "", "常住人口（万人）"),
            ("", "绝对值(亿元)", "增长(%)", ""),
            ("2022年", "15704.3", "3.5", "961.8"),
            ("2023年上半年", "7809.5", "...", ""),
        ),
        sidecar,
        catalogue(),
    )
    assert found.misfits == []
    assert told(found, "indicator", "year", "sub_period", "value", "unit", "measure") == [
        ("地区生产总值", "2022", None, "15704.3", "亿元", "level"),
        ("地区生产总值", "2022", None, "3.5", "%", "growth"),
        ("常住人口", "2022", None, "961.8", "万人", "level"),
        ("地区生产总值", "2023", "H1", "7809.5", "亿元", "level"),
    ]


def test_unit_of_the_year_before_that_of_the_title_and_after_that_of_the_name() -> None:
    sidecar = described(header_lines=(2, 2), unit_column=None, headings={}, indicators={})
    found = read_wide(
        grid(
            ("", "", "单位：元"),
            ("指标", "2022", "2023年（亿元）"),
            ("出口", "1", "2"),
            ("常住人口（万人）", "3", "4"),
        ),
        sidecar,
        catalogue(),
    )
    assert told(found, "indicator", "year", "unit") == [
        ("出口", "2022", "元"),
        ("出口", "2023", "亿元"),
        ("常住人口", "2022", "万人"),
        ("常住人口", "2023", "万人"),
    ]


def test_a_heading_that_nobody_explained_costs_its_column_only() -> None:
    sidecar = described(header_lines=(1, 1), unit_column=None, headings={}, indicators={})
    found = read_wide(grid(("指标", "2023", "排名", "2024"), ("出口", "1", "2", "3")), sidecar, catalogue())
    assert told(found, "year", "value") == [("2023", "1"), ("2024", "3")]
    assert [(m.line, m.problem.code, m.problem.column) for m in found.misfits] == [
        (1, "heading_unknown", "C")
    ]


def test_a_figure_under_no_heading_is_not_lost() -> None:
    sidecar = described(header_lines=(1, 1), unit_column=None, headings={}, indicators={})
    found = read_wide(grid(("指标", "2023", ""), ("出口", "1", "2"), ("进口", "3")), sidecar, catalogue())
    assert told(found, "indicator", "value") == [("出口", "1"), ("进口", "3")]
    assert [(m.line, m.problem.code, m.problem.column) for m in found.misfits] == [
        (2, "heading_missing", "C")
    ]


def test_a_column_may_be_left_out_by_name() -> None:
    sidecar = described(
        header_lines=(1, 1), unit_column=None, headings={}, indicators={}, unread_columns=["B"]
    )
    found = read_wide(grid(("指标", "排名", "2024"), ("出口", "2", "3")), sidecar, catalogue())
    assert told(found, "year", "value") == [("2024", "3")]
    assert found.misfits == []


def test_a_row_label_that_is_no_period_costs_its_row_only() -> None:
    sidecar = described(
        header_lines=(1, 1), unit_column=None, headings={}, indicators={}, indicators_in="columns"
    )
    found = read_wide(
        grid(("年份", "出口"), ("2023", "1"), ("年均增长", "2"), ("2024", "3")), sidecar, catalogue()
    )
    assert told(found, "year", "value") == [("2023", "1"), ("2024", "3")]
    assert [(m.line, m.problem.code) for m in found.misfits] == [(3, "heading_unknown")]
