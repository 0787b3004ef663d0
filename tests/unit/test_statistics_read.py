"""From files below raw/statistics/ to observations and quarantine."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml

from pipelines.schemas import Observation, Quarantined, frame, violations, write_parquet
from pipelines.statistics import StatisticsRead, read_statistics

FIXTURES = Path(__file__).parent.parent / "fixtures" / "statistics"
FOLDER = "statistics/330200-ningbo"
COLUMNS = [
    "ref_area", "indicator", "year", "period_start_year", "sub_period", "value", "value_upper", "unit", "measure",
    "growth_basis", "price_basis", "bound", "modifier", "obs_status", "target_type", "set_year", "source_kind",
    "source_title", "published_date",
]  # fmt: skip
GOOD = {
    "indicator": "地区生产总值",
    "year": "2024",
    "value": "18,147.7",
    "unit": "亿元",
    "measure": "level",
    "obs_status": "preliminary",
    "source_kind": "bulletin",
    "source_title": "样例公报",
}
TARGET = {**GOOD, "obs_status": "", "target_type": "plan_target", "set_year": "2021", "year": "2025"}
GROWTH = {**GOOD, "value": "5.4", "unit": "%", "measure": "growth", "growth_basis": "yoy"}
SIDECAR: dict[str, Any] = {
    "title": "样例",
    "origin": "Made for this test",
    "licence": "None",
    "ref_area": "330200",
    "layout": "long",
    "columns": {name: name for name in COLUMNS},
}


def as_csv(rows: list[dict[str, str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def place(raw: Path, data: bytes, name: str = "table.csv", folder: str = FOLDER, **changes: Any) -> Path:
    """Put a table with its sidecar below raw/; a change to None takes the key away."""
    path = raw / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    said = {**SIDECAR, "sha256": hashlib.sha256(data).hexdigest(), **changes}
    text = yaml.safe_dump(
        {key: value for key, value in said.items() if value is not None}, allow_unicode=True
    )
    path.with_suffix(".yml").write_text(text, encoding="utf-8")
    return path


def read_rows(raw: Path, *rows: dict[str, str], **changes: Any) -> StatisticsRead:
    place(raw, as_csv(list(rows)), **changes)
    return read_statistics(raw)


def reasons(read: StatisticsRead) -> list[tuple[int | None, str | None, str]]:
    return [(row["line"], row["column_name"], row["reason_code"]) for row in read.quarantined]


def check_valid(read: StatisticsRead) -> None:
    assert violations(Observation, read.observations).is_empty()
    assert violations(Quarantined, frame(Quarantined, read.quarantined)).is_empty()


def test_a_figure_becomes_a_valid_observation(tmp_path: Path) -> None:
    read = read_rows(tmp_path, {**GOOD, "published_date": "2025-03-20", "bound": "above", "modifier": "超"})
    check_valid(read)
    assert read.quarantined == []
    row = read.observations.row(0, named=True)
    assert row["value"] == 1_814_770_000_000.0
    assert (row["unit_text"], row["unit"], row["printed_mult"], row["decimals"]) == ("元", "yuan", 8, 1)
    assert (row["indicator_id"], row["match_rule"]) == ("gdp", "exact")
    assert (row["bound"], row["modifier_text"], row["target_type"]) == ("above", "超", "actual")
    assert row["vintage_date"] == date(2025, 3, 20)
    assert (row["ref_area"], row["row_ref"]) == ("330200", "statistics/330200-ningbo/table.csv:2")


def test_a_growth_without_a_price_basis_is_unstated_and_a_level_has_none(tmp_path: Path) -> None:
    observations = read_rows(tmp_path, GROWTH, {**GROWTH, "price_basis": "real"}, GOOD).observations
    assert observations["price_basis"].to_list() == ["unstated", "real", None]


def test_a_target_and_a_range(tmp_path: Path) -> None:
    span = {**TARGET, "value": "5", "value_upper": "5.5", "unit": "%", "measure": "growth"}
    read = read_rows(tmp_path, TARGET, {**span, "growth_basis": "yoy", "bound": "range"})
    check_valid(read)
    assert read.observations["set_year"].to_list() == [2021, 2021]
    assert read.observations.row(1, named=True)["value_upper"] == 5.5
    assert read.observations["decimals"].to_list() == [1, 1]


def test_an_unknown_name_stays_unknown_and_stays(tmp_path: Path) -> None:
    row = read_rows(tmp_path, {**GOOD, "indicator": "某项无人知晓之数"}).observations.row(0, named=True)
    assert (row["indicator_id"], row["match_rule"]) == (None, None)


def test_a_row_about_another_place_names_it(tmp_path: Path) -> None:
    observations = read_rows(tmp_path, {**GOOD, "ref_area": "330100"}, GOOD).observations
    assert observations["ref_area"].to_list() == ["330100", "330200"]


def test_marks_on_number_and_name_are_kept_as_remark(tmp_path: Path) -> None:
    row = read_rows(tmp_path, {**GOOD, "indicator": "地区生产总值①", "value": "18147.7*"}).observations.row(
        0, named=True
    )
    assert (row["indicator_text"], row["value"], row["remark"]) == ("地区生产总值", 1_814_770_000_000.0, "①*")


def test_a_unit_printed_with_the_number_counts_where_there_is_no_other(tmp_path: Path) -> None:
    read = read_rows(tmp_path, {**GROWTH, "unit": "", "value": "5.4％"}, {**GROWTH, "value": "5.4%"})
    assert read.quarantined == []
    assert read.observations["unit"].to_list() == ["percent", "percent"]
    assert read.observations["value"].to_list() == [5.4, 5.4]


def test_missing_marks_are_neither_rows_nor_errors(tmp_path: Path) -> None:
    read = read_rows(tmp_path, *({**GOOD, "value": mark} for mark in ("-", "—", "…", "...", "")), GOOD)
    assert read.observations["row_ref"].to_list() == ["statistics/330200-ningbo/table.csv:7"]
    assert read.quarantined == []


ROW_PROBLEMS: list[tuple[dict[str, str], str, str]] = [
    ({**GOOD, "unit": "光年"}, "unit", "unit_unknown"),
    ({**GOOD, "unit": ""}, "unit", "field_missing"),
    ({**GOOD, "value": "约18147"}, "value", "value_not_number"),
    ({**GOOD, "value": "18147.7以上"}, "value", "value_not_number"),
    ({**GOOD, "value": "1" * 400}, "value", "value_not_number"),
    ({**GOOD, "value": "18147.7%"}, "value", "unit_conflict"),
    ({**GOOD, "indicator": ""}, "indicator", "field_missing"),
    ({**GOOD, "measure": "amount"}, "measure", "code_unknown"),
    ({**GOOD, "measure": "share"}, "measure", "measure_unit_mismatch"),
    (
        {**GOOD, "unit": "百分点", "measure": "growth", "growth_basis": "yoy"},
        "measure",
        "measure_unit_mismatch",
    ),
    ({**GOOD, "unit": "倍"}, "measure", "measure_unit_mismatch"),
    ({**GROWTH, "growth_basis": ""}, "growth_basis", "field_missing"),
    ({**GROWTH, "growth_basis": "同比"}, "growth_basis", "code_unknown"),
    ({**GROWTH, "price_basis": "可比价"}, "price_basis", "code_unknown"),
    ({**GOOD, "bound": "超"}, "bound", "code_unknown"),
    ({**GOOD, "target_type": "goal"}, "target_type", "code_unknown"),
    ({**GOOD, "obs_status": "初步"}, "obs_status", "code_unknown"),
    ({**GOOD, "obs_status": ""}, "obs_status", "field_missing"),
    ({**GOOD, "source_kind": "blog"}, "source_kind", "code_unknown"),
    ({**GOOD, "source_title": ""}, "source_title", "field_missing"),
    ({**GOOD, "sub_period": "上半年"}, "sub_period", "code_unknown"),
    ({**GOOD, "year": "1924"}, "year", "year_invalid"),
    ({**GOOD, "year": "24"}, "year", "year_invalid"),
    ({**GOOD, "year": "二〇二四"}, "year", "year_invalid"),
    ({**GOOD, "period_start_year": "2025"}, "period_start_year", "period_reversed"),
    ({**GOOD, "published_date": "2025-02-30"}, "published_date", "date_invalid"),
    ({**GOOD, "ref_area": "999999"}, "ref_area", "place_unknown"),
    ({**GOOD, "ref_area": "Ningbo"}, "ref_area", "place_unknown"),
    ({**GOOD, "bound": "range"}, "value_upper", "range_incomplete"),
    ({**GOOD, "value_upper": "20000"}, "value_upper", "range_incomplete"),
    ({**GOOD, "value_upper": "18000", "bound": "range"}, "value_upper", "range_reversed"),
    ({**GOOD, "source_kind": "media", "obs_status": "final"}, "obs_status", "final_not_official"),
    ({**GOOD, "set_year": "2021"}, "set_year", "set_year_on_actual"),
    ({**TARGET, "set_year": ""}, "set_year", "field_missing"),
    ({**TARGET, "set_year": "2026"}, "set_year", "target_due_before_set"),
    ({**TARGET, "obs_status": "final"}, "obs_status", "status_on_target"),
]


@pytest.mark.parametrize(("bad", "column", "code"), ROW_PROBLEMS)
def test_a_bad_row_is_quarantined_and_the_others_go_on(
    tmp_path: Path, bad: dict[str, str], column: str, code: str
) -> None:
    read = read_rows(tmp_path, GOOD, bad, GROWTH)
    check_valid(read)
    assert reasons(read) == [(3, column, code)]
    assert read.quarantined[0]["stage"] == "statistics"
    assert read.quarantined[0]["file_path"] == "statistics/330200-ningbo/table.csv"
    assert read.observations["row_ref"].to_list() == [
        "statistics/330200-ningbo/table.csv:2",
        "statistics/330200-ningbo/table.csv:4",
    ]


def test_every_problem_of_a_row_is_told(tmp_path: Path) -> None:
    read = read_rows(tmp_path, {**GOOD, "year": "x", "measure": "y", "source_title": ""})
    check_valid(read)
    assert {code for _, _, code in reasons(read)} == {"year_invalid", "code_unknown", "field_missing"}


def test_the_schema_is_the_last_gate(tmp_path: Path) -> None:
    read = read_rows(tmp_path, {**GOOD, "value": "0.1234567890123456"}, GOOD)
    check_valid(read)
    assert reasons(read) == [(2, "decimals", "schema_violation")]
    assert read.observations.height == 1


def test_the_column_is_named_as_the_table_names_it(tmp_path: Path) -> None:
    data = "指标,年份,数值\n出口,2024,很多\n".encode()
    place(
        tmp_path,
        data,
        columns={"indicator": "指标", "year": "年份", "value": "数值"},
        constants={
            "unit": "亿元",
            "measure": "level",
            "obs_status": "final",
            "source_kind": "yearbook",
            "source_title": "样例",
        },
    )
    (bad,) = read_statistics(tmp_path).quarantined
    assert (bad["column_name"], bad["content"], bad["reason_code"]) == ("数值", "很多", "value_not_number")


def truncated_workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()[:2000]


FILE_PROBLEMS: dict[str, Callable[[Path], object]] = {
    "sidecar_missing": lambda raw: place(raw, as_csv([GOOD]), "bad.csv").with_suffix(".yml").unlink(),
    "sidecar_invalid": lambda raw: place(raw, as_csv([GOOD]), "bad.csv", colour="red"),
    "table_missing": lambda raw: place(raw, as_csv([GOOD]), "bad.csv").unlink(),
    "hash_mismatch": lambda raw: place(raw, as_csv([GOOD]), "bad.csv", sha256="0" * 64),
    "ref_area_mismatch": lambda raw: place(raw, as_csv([GOOD]), "bad.csv", ref_area="330100"),
    "file_empty": lambda raw: place(raw, b" \n", "bad.csv"),
    "file_unreadable": lambda raw: place(raw, truncated_workbook(), "bad.xlsx"),
    "file_misplaced": lambda raw: place(raw, as_csv([GOOD]), "bad.csv", "statistics/ningbo"),
    "format_unsupported": lambda raw: place(raw, b"\xd0\xcf\x11\xe0", "bad.xls"),
    "unknown_encoding": lambda raw: place(raw, as_csv([GOOD]), "bad.csv", encoding="ascii"),
    "column_missing": lambda raw: place(raw, as_csv([GOOD]).replace(b"modifier", b""), "bad.csv"),
    "column_unmapped": lambda raw: place(raw, b"extra," + as_csv([GOOD]), "bad.csv"),
}


@pytest.mark.parametrize("code", FILE_PROBLEMS)
def test_a_bad_file_is_quarantined_and_the_others_go_on(tmp_path: Path, code: str) -> None:
    FILE_PROBLEMS[code](tmp_path)
    read = read_rows(tmp_path, GOOD)
    check_valid(read)
    assert read.observations.height == 1
    assert code in {reason for line, _, reason in reasons(read) if line is None}
    assert all(row["file_path"].rpartition("/")[2].startswith("bad.") for row in read.quarantined)


def test_a_table_deeper_down_is_misplaced(tmp_path: Path) -> None:
    place(tmp_path, as_csv([GOOD]), folder=f"{FOLDER}/deeper")
    assert reasons(read_statistics(tmp_path)) == [(None, None, "file_misplaced")]


def test_a_link_out_of_raw_is_not_followed(tmp_path: Path) -> None:
    outside = place(tmp_path / "elsewhere", as_csv([GOOD]))
    inside = place(tmp_path / "raw", as_csv([GOOD]))
    inside.unlink()
    inside.symlink_to(outside)
    assert reasons(read_statistics(tmp_path / "raw")) == [(None, None, "file_misplaced")]


def test_an_oversized_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_MAX_FILE_MB", "1")
    place(tmp_path, as_csv([GOOD]) + b"\n" * 1_000_000)
    assert reasons(read_statistics(tmp_path)) == [(None, None, "file_too_large")]


def test_hidden_files_and_readmes_are_no_tables(tmp_path: Path) -> None:
    place(tmp_path, as_csv([GOOD]))
    (tmp_path / FOLDER / ".DS_Store").write_bytes(b"x")
    (tmp_path / FOLDER / "README.md").write_text("words", encoding="utf-8")
    assert read_statistics(tmp_path).quarantined == []


def test_no_statistics_at_all(tmp_path: Path) -> None:
    read = read_statistics(tmp_path)
    check_valid(read)
    assert (read.observations.height, read.quarantined) == (0, [])


def test_a_wide_table_with_its_cells(tmp_path: Path) -> None:
    place(
        tmp_path,
        (FIXTURES / "wide.csv").read_bytes().replace(b"451.1", "四百".encode()),
        "wide.csv",
        layout="wide",
        columns=None,
        header_lines=[3, 4],
        label_columns=["A"],
        unit_column="B",
        headings={"绝对值": {}, "比上年增长": {"measure": "growth", "growth_basis": "yoy"}},
        indicators={
            "第一产业": {"indicator": "第一产业增加值"},
            "城镇化率": {"measure": "share", "under": {"比上年增长": {"measure": "level", "unit": "百分点"}}},
        },
        constants={
            "source_kind": "yearbook",
            "source_title": "样例年鉴",
            "measure": "level",
            "obs_status": "final",
        },
    )
    read = read_statistics(tmp_path)
    check_valid(read)
    assert reasons(read) == [(7, "E", "value_not_number")]
    assert read.observations.height == 13
    row = read.observations.filter(pl.col("row_ref") == f"{FOLDER}/wide.csv:10:E").row(0, named=True)
    assert (row["value"], row["unit"], row["remark"]) == (9_777_000.0, "person", "①")


def test_an_unrelated_row_changes_no_id(tmp_path: Path) -> None:
    other = {**GOOD, "indicator": "常住人口", "unit": "万人", "value": "977.7"}
    twice = [GOOD, {**GOOD, "value": "18200"}]
    before = read_rows(tmp_path, *twice).observations
    after = read_rows(tmp_path, other, twice[0], other, twice[1]).observations
    kept = after.filter(pl.col("indicator_text") == "地区生产总值")
    assert kept["observation_id"].to_list() == before["observation_id"].to_list()
    assert after["observation_id"].n_unique() == 4


def test_an_id_depends_on_what_the_figure_is_about(tmp_path: Path) -> None:
    changes = [
        {"year": "2023"}, {"sub_period": "H1"}, {"source_title": "另一公报"}, {"indicator": "出口"},
        {"ref_area": "330100"}, {"period_start_year": "2021"},
    ]  # fmt: skip
    observations = read_rows(tmp_path, GOOD, *({**GOOD, **change} for change in changes)).observations
    assert observations["observation_id"].n_unique() == len(changes) + 1


def test_a_corrected_value_keeps_its_id(tmp_path: Path) -> None:
    before = read_rows(tmp_path, GOOD).observations
    after = read_rows(tmp_path, {**GOOD, "value": "18,200.0"}).observations
    assert before["observation_id"].to_list() == after["observation_id"].to_list()
    assert before["value"].to_list() != after["value"].to_list()


def test_same_files_same_bytes(tmp_path: Path) -> None:
    shuffled = [GOOD, GROWTH, TARGET, {**GOOD, "year": "x"}]
    random.Random(7).shuffle(shuffled)
    names = ["b.csv", "a.csv", "c.csv"]
    for name, order in (("one", names), ("two", reversed(names))):
        for table in order:
            place(tmp_path / name, as_csv(shuffled), table)
    one, two = read_statistics(tmp_path / "one"), read_statistics(tmp_path / "two")
    assert one.quarantined == two.quarantined
    write_parquet(Observation, one.observations, tmp_path / "one.parquet")
    write_parquet(Observation, two.observations, tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert one.observations.height == 9
