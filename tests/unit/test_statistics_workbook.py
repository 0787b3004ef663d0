"""Excel cells as Excel shows them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from pipelines.statistics.figures import TableError
from pipelines.statistics.workbook import displayed, read_sheet


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def refusal(data: bytes, sheet: str | None = None) -> str:
    with pytest.raises(TableError) as caught:
        read_sheet(data, sheet)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (None, "General", ""),
        ("文字", "General", "文字"),
        (2024, "General", "2024"),
        (2024, '0"年"', "2024"),
        (16452.8, "General", "16452.8"),
        (0.1 + 0.2, "General", "0.3"),
        (45.8767123287671, "General", "45.87671233"),
        (123456789012345.0, "General", "123456789012345"),
        (1e-7, "General", "0.0000001"),
        (100.0, "General", "100"),
        (16452.8, "#,##0.00", "16452.80"),
        (5.45, "0.0", "5.5"),
        (5.4, "0.0_ ", "5.4"),
        (-5.4, "0.00_);[Red]\\(0.00\\)", "-5.40"),
        (5.4, "0.##", "5.4"),
        (5.0, "0.##", "5"),
        (0.054, "0.0%", "5.4%"),
        (1234567.0, "#,##0.0,", "1234.6"),
        (5.4, "0.0E+00", "5.4"),
        (True, "General", "True"),
        (datetime(2025, 3, 20, 8, 30), "yyyy-mm-dd", "2025-03-20"),
        (date(2025, 3, 20), "yyyy-mm-dd", "2025-03-20"),
    ],
)
def test_displayed(value: object, number_format: str, shown: str) -> None:
    assert displayed(value, number_format) == shown


def test_merged_cell_speaks_for_all_it_covers() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B1"] = "2024年"
    sheet.merge_cells("B1:C1")
    sheet["B2"] = "绝对值"
    rows, spans = read_sheet(saved(book), None)
    assert rows[0] == ("", "2024年", "")
    assert spans == {(1, 1): "2024年", (1, 2): "2024年"}


def test_formula_without_a_result_is_not_an_empty_cell() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=SUM(B1:B3)"
    assert read_sheet(saved(book), None)[0][0][0] == "=SUM(B1:B3)"


def test_sheet_by_name() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("第二张")["A1"] = "这里"
    assert read_sheet(saved(book), "第二张")[0] == [("这里",)]
    assert refusal(saved(book), "第三张") == "sheet_missing"


@pytest.mark.parametrize("data", [b"no workbook at all", b"PK\x03\x04 broken"])
def test_damaged_file(data: bytes) -> None:
    assert refusal(data) == "file_unreadable"


def test_truncated_workbook() -> None:
    data = saved(openpyxl.Workbook())
    assert refusal(data[: len(data) // 2]) == "file_unreadable"


def test_merging_a_whole_sheet_is_refused_before_it_is_loaded() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "标题"
    book.active.merge_cells("A1:B2")
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as source, zipfile.ZipFile(bomb, "w") as target:
        for member in source.infolist():
            target.writestr(member, source.read(member).replace(b"A1:B2", b"A1:XFD1048576"))
    assert refusal(bomb.getvalue()) == "file_too_large"


def test_a_cell_far_away_is_refused() -> None:
    book = openpyxl.Workbook()
    book.active.cell(row=1_000_000, column=100, value="远")
    assert refusal(saved(book)) == "file_too_large"


def test_unpacked_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_MAX_UNPACKED_MB", "1")
    data = io.BytesIO(saved(openpyxl.Workbook()))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/media/picture.png", bytes(2_000_000))
    assert refusal(data.getvalue()) == "file_too_large"
