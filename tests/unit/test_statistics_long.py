"""Long tables: one figure a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.seeds import catalogue
from pipelines.statistics.figures import TableError
from pipelines.statistics.long import read_long
from pipelines.statistics.sidecar import LongSidecar
from pipelines.statistics.tables import Table, TableRow, read_table, text_of

FIXTURE = Path(__file__).parent.parent / "fixtures" / "statistics" / "long.csv"
COLUMNS = {
    "indicator": "指标",
    "year": "年份",
    "value": "数值",
    "unit": "计量单位",
    "measure": "类别",
    "growth_basis": "增长基础",
    "obs_status": "状态",
    "remark": "备注",
}


def described(**changes: Any) -> LongSidecar:
    said: dict[str, Any] = {
        "title": "样例",
        "origin": "Made for this test",
        "licence": "None",
        "sha256": "0" * 64,
        "ref_area": "330200",
        "layout": "long",
        "columns": COLUMNS,
        "unread": ["制表"],
        "header_lines": (3, 3),
        "constants": {"source_kind": "yearbook", "source_title": "样例年鉴"},
    }
    return LongSidecar.model_validate(said | changes)


def table(*rows: tuple[str, ...]) -> Table:
    return Table(tuple(TableRow(line, cells) for line, cells in enumerate(rows, start=1)))


@pytest.fixture
def fixture_figures() -> list[tuple[int, dict[str, str], str]]:
    read = read_table(FIXTURE.read_bytes(), ".csv", described())
    found = read_long(read, described(), catalogue())
    assert found.misfits == []
    return [(figure.line, figure.fields, figure.marks) for figure in found.figures]


def test_every_figure_and_nothing_else(fixture_figures: list[tuple[int, dict[str, str], str]]) -> None:
    assert [(line, fields.get("indicator"), fields["value"]) for line, fields, _ in fixture_figures] == [
        (4, "地区生产总值", "１6，452.8"),
        (5, None, "18,147.7"),
        (6, None, "5.4"),
        (8, "常住人口", "977.7*"),
        (10, "集装箱吞吐量", "3930"),
    ]


def test_own_unit_before_that_of_the_name_before_that_of_the_title(
    fixture_figures: list[tuple[int, dict[str, str], str]],
) -> None:
    assert [fields["unit"] for _, fields, _ in fixture_figures] == ["亿元", "亿元", "%", "万人", "万标箱"]


def test_marks_leave_the_name_and_are_kept(fixture_figures: list[tuple[int, dict[str, str], str]]) -> None:
    assert fixture_figures[0][2] == "①"
    assert fixture_figures[0][1]["remark"] == "初步"


def test_constants_hold_for_every_row(fixture_figures: list[tuple[int, dict[str, str], str]]) -> None:
    assert {fields["source_title"] for _, fields, _ in fixture_figures} == {"样例年鉴"}


def test_unit_in_a_bracket_stays_where_the_unit_has_a_column() -> None:
    columns = {"indicator": "指标", "value": "数值", "unit": "单位"}
    rows = table(("指标", "数值", "单位"), ("人均地区生产总值(美元)", "26171", "美元"))
    sidecar = described(
        columns=columns,
        unread=[],
        header_lines=(1, 1),
        constants={"source_kind": "yearbook", "source_title": "样例", "year": 2024, "measure": "level"},
    )
    (figure,) = read_long(rows, sidecar, catalogue()).figures
    assert figure.fields["indicator"] == "人均地区生产总值(美元)"


def test_merged_name_speaks_for_its_rows_but_a_merged_value_for_one() -> None:
    rows = table(
        ("指标", "年份", "数值", "单位", "类别"),
        ("出口", "2023", "100", "亿元", "level"),
        ("", "2024", "", "亿元", "level"),
        ("", "2025", "120", "亿元", "level"),
    )
    spans = {(line, 0): "出口" for line in (2, 3, 4)} | {(line, 2): "100" for line in (2, 3)}
    columns = {"indicator": "指标", "year": "年份", "value": "数值", "unit": "单位", "measure": "类别"}
    sidecar = described(columns=columns, unread=[], header_lines=(1, 1))
    found = read_long(Table(rows.rows, spans), sidecar, catalogue())
    assert [(f.fields["indicator"], f.fields["year"], f.fields["value"]) for f in found.figures] == [
        ("出口", "2023", "100"),
        ("出口", "2025", "120"),
    ]


def test_last_line_ends_the_table() -> None:
    read = read_table(FIXTURE.read_bytes(), ".csv", described())
    assert [f.line for f in read_long(read, described(last_line=6), catalogue()).figures] == [4, 5, 6]


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"unread": []}, "column_unmapped", "制表"),
        ({"unread": ["制表", "审核"]}, "column_missing", "审核"),
        ({"columns": {**COLUMNS, "year": "年度"}}, "column_missing", "年度"),
        ({"header_lines": (1, 1)}, "column_missing", "指标"),
        ({"header_lines": (900, 900)}, "column_missing", "指标"),
    ],
)
def test_headings_must_agree_with_the_sidecar(changes: dict[str, Any], code: str, named: str) -> None:
    sidecar = described(**changes)
    with pytest.raises(TableError) as caught:
        read_long(read_table(FIXTURE.read_bytes(), ".csv", sidecar), sidecar, catalogue())
    assert caught.value.problem.code == code
    assert named in caught.value.problem.reason


def test_one_heading_twice_is_an_error() -> None:
    sidecar = described(header_lines=(1, 1))
    with pytest.raises(TableError) as caught:
        read_long(table(("指标", "数值", "数值")), sidecar, catalogue())
    assert caught.value.problem.code == "header_repeated"


def test_a_column_without_a_heading_goes_by_its_letter() -> None:
    rows = table(("指标", "年份", "数值", "单位", "类别", ""), ("出口", "2024", "1", "亿元", "level", "核"))
    columns = {"indicator": "指标", "year": "年份", "value": "数值", "unit": "单位", "measure": "类别"}
    with pytest.raises(TableError) as caught:
        read_long(rows, described(columns=columns, unread=[], header_lines=(1, 1)), catalogue())
    assert (caught.value.problem.code, caught.value.problem.reason) == (
        "column_unmapped",
        "the sidecar says nothing of F",
    )
    told = described(columns={**columns, "remark": "F"}, unread=[], header_lines=(1, 1))
    assert read_long(rows, told, catalogue()).figures[0].fields["remark"] == "核"


def test_a_row_with_more_cells_than_headings_is_a_misfit_and_the_next_one_is_read() -> None:
    header = tuple(COLUMNS.values())
    good = ("出口", "2024", "1", "亿元", "level", "", "final", "")
    sidecar = described(unread=[], header_lines=(1, 1))
    found = read_long(table(header, (*good, "多余"), (*good, " ")), sidecar, catalogue())
    assert [(m.line, m.problem.code) for m in found.misfits] == [(2, "row_ragged")]
    assert [f.line for f in found.figures] == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_statistics_offices(encoding: str) -> None:
    text = FIXTURE.read_text(encoding="utf-8")
    assert text_of(text.encode(encoding), None) == text


def test_encoding_named_in_the_sidecar_is_the_one_used() -> None:
    assert text_of("臺北市".encode("big5"), "big5") == "臺北市"
    for encoding in ("utf-8", "no-such-encoding"):
        with pytest.raises(TableError) as caught:
            text_of("臺北市".encode("big5"), encoding)
        assert caught.value.problem.code == "unknown_encoding"


def test_bytes_in_no_encoding_are_an_error() -> None:
    with pytest.raises(TableError) as caught:
        text_of(bytes(range(128, 256)) * 20 + b"\xff\xfe\xfd\x00", None)
    assert caught.value.problem.code == "unknown_encoding"


def test_lines_are_those_of_the_file_also_after_a_cell_of_two_lines() -> None:
    read = read_table('a,b\n"一\n二",1\n三,2\n'.encode(), ".csv", described())
    assert [row.line for row in read.rows] == [1, 2, 4]


def test_an_open_quotation_mark_is_an_error() -> None:
    with pytest.raises(TableError) as caught:
        read_table('a,b\n"一,1\n'.encode(), ".csv", described())
    assert caught.value.problem.code == "file_unreadable"
