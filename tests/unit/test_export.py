"""Exported files: what stands in them, byte for byte and cell by cell, and what is refused."""

from __future__ import annotations

import csv
import io
import itertools
import math
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.display import csv_text
from pipelines.export import workbook
from pipelines.export.cells import MOST_UNITS
from pipelines.export.csv_file import as_text, plain_text, stream_csv, write_csv, write_frames
from pipelines.export.errors import ExportError
from pipelines.export.sdmx import write_sdmx_csv
from pipelines.export.source import PublishedAs, open_published, open_tables, published_marts
from pipelines.export.target import whole_file
from pipelines.export.workbook import write_xlsx

FORMULAS = ("=1+1", "+86", "-5%", "@SUM(A1)", "＝1+1", "\t=1", "\n=1")
ODD = (
    '<r><t>"&</t></r>',
    "a\x1b[2Jb",
    "第一行\n第二行",
    "a,b;c",
    "_x0041_",
    'said "so"',
    " 宁波 ",
    "<r>&</r>",
)
TEXTS = (*FORMULAS, *ODD)
LONG = "宁" * 40_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with published tables: hostile texts, numbers of each kind, and an SDMX shape."""
    published = tmp_path / "data" / "published"
    published.mkdir(parents=True)
    with duckdb.connect(str(published / "warehouse.duckdb")) as database:
        database.execute("create table texts (id bigint not null, text varchar)")
        database.executemany("insert into texts values (?, ?)", list(enumerate(TEXTS)))
        database.execute(
            "create table numbers (report_year bigint, obs_value double, share_met double, place_count bigint,"
            " day date, is_plain boolean, ref_area varchar)"
        )
        database.executemany(
            "insert into numbers values (?, ?, ?, ?, ?, ?, ?)",
            [
                (2026, 1.87e12, 0.25, 1_234, date(2026, 1, 22), True, "330200"),
                (2025, -0.1, None, 10**17, date(1850, 5, 1), False, "110000"),
                (2024, 0.00002, 1.0, 0, None, None, None),
                (2023, float("nan"), 0.0, None, None, None, None),
            ],
        )
        database.execute("comment on table numbers is 'Figures. Grain: year. Rest. Answers: how many?'")
        database.execute("comment on column numbers.share_met is 'Unit - share, 0 to 1.'")
        database.execute("comment on column numbers.obs_value is 'Value in the unit that = names.'")
        database.execute("create table empty (id bigint)")
        database.execute(
            'create table observations ("DATAFLOW" varchar, "REF_AREA" varchar, "TIME_PERIOD" varchar,'
            ' "OBS_VALUE" double, "SOURCE_TITLE" varchar)'
        )
        database.execute(
            "insert into observations values ('GWR:X(1.0)', '330200', '2026', 1.87e12, '=公报, 2026'),"
            " ('GWR:X(1.0)', '330200', '2027', null, null)"
        )
    return tmp_path / "data"


@pytest.fixture
def database(data: Path) -> Path:
    return data / "published" / "warehouse.duckdb"


@pytest.fixture
def gwr(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `gwr export` in an empty folder, on those tables."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, ["export", *map(str, arguments), "--data", str(data)])

    return run


def cells(file: Path, sheet: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(file)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_texts_of_a_workbook_stay_texts(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "texts.xlsx"
    assert write_xlsx(database, ["texts"], target) == {"texts": len(TEXTS)}
    column = [row[1] for row in openpyxl.load_workbook(target)["texts"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in column} == {"s"}
    # A spreadsheet reads _x0041_ as the letter A; written like this it is what stands in the table.
    shown = {"a\x1b[2Jb": "a\\x1b[2Jb", "_x0041_": "_x005F_x0041_"}
    assert [cell.value for cell in column] == [shown.get(text, text) for text in TEXTS]


def test_a_text_too_long_for_excel_is_cut_and_says_so(database: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table long as select ? as text, ? as emoji", [LONG, "🎯" * 20_000])
    write_xlsx(database, ["long"], tmp_path / "long.xlsx")
    for text in cells(tmp_path / "long.xlsx", "long")[1]:
        assert len(text.encode("utf-16-le")) // 2 <= MOST_UNITS
        assert "CSV and Parquet hold them all]" in text
    write_csv(database, "long", tmp_path / "long.csv")
    csv.field_size_limit(10**6)
    assert LONG in (tmp_path / "long.csv").read_text(encoding="utf-8")


def test_numbers_of_a_workbook_keep_value_and_kind(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "numbers.xlsx"
    write_xlsx(database, ["numbers"], target)
    sheet = openpyxl.load_workbook(target)["numbers"]
    assert cells(target, "numbers")[1][:4] == [2026, 1.87e12, 0.25, 1234]
    assert [cell.number_format for cell in sheet[2]][:5] == ["0", "#,##0", "0.0%", "#,##0", "yyyy-mm-dd"]
    assert (sheet["B3"].value, sheet["B3"].number_format) == (-0.1, "#,##0.0#####")
    assert (sheet["B4"].value, sheet["B4"].number_format) == (0.00002, "General")
    assert sheet["B5"].value == "nan"
    # Excel would round it, and has no day before 1900.
    assert (sheet["D3"].value, sheet["E3"].value) == (str(10**17), "1850-05-01")
    assert (sheet["E2"].value.date(), sheet["F2"].value, sheet["G2"].value) == (
        date(2026, 1, 22),
        True,
        "330200",
    )
    assert sheet["C3"].value is None


def test_a_sheet_has_a_header_that_stays_a_filter_and_notes(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    write_xlsx(database, ["numbers", "empty"], target)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["about", "columns", "numbers", "empty"]
    sheet = book["numbers"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G5")
    assert all(cell.font.b for cell in sheet[1])
    assert "share, 0 to 1" in sheet["C1"].comment.text
    assert sheet.column_dimensions["B"].width > len("1,870,000,000,000")
    assert book["empty"].auto_filter.ref in {"A1:A1", "A1"}


def test_a_workbook_says_what_it_is(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    write_xlsx(
        database, ["numbers"], target, where="report_year > 2024", made_from=PublishedAs("cafe1234", "9.9.9")
    )
    about = cells(target, "about")
    said = "\n".join(str(cell) for row in about for cell in row if cell is not None)
    assert "gov-work-reports 9.9.9, data version cafe1234" in said
    assert "report_year > 2024" in said
    assert "MIT licence" in said
    assert next(row for row in about if row[0] == "numbers") == [
        "numbers",
        2,
        "Figures. Rest.",
        "year",
        "how many?",
    ]
    assert ["numbers", "share_met", "double", "no", "Unit - share, 0 to 1."] in cells(target, "columns")
    link = openpyxl.load_workbook(target)["about"]["A7"].hyperlink
    assert link.location == "'numbers'!A1"


def test_the_same_rows_give_the_same_bytes(database: Path, tmp_path: Path) -> None:
    names = ["numbers", "texts"]
    write_xlsx(database, names, tmp_path / "a.xlsx")
    # Times in a zip file count in steps of two seconds.
    time.sleep(2.1)
    write_xlsx(database, names, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_table_too_long_for_a_sheet_goes_on_in_another(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    target = tmp_path / "texts.xlsx"
    write_xlsx(database, ["texts", "empty"], target)
    sheets = ["texts", *(f"texts ({number})" for number in range(2, 6))]
    assert openpyxl.load_workbook(target).sheetnames == ["about", "columns", *sheets, "empty"]
    found = [cells(target, sheet) for sheet in sheets]
    assert [rows[0] for rows in found] == [["id", "text"]] * 5
    assert [row[0] for rows in found for row in rows[1:]] == list(range(len(TEXTS)))


def test_csv_is_rfc_4180_and_no_formula(database: Path, tmp_path: Path) -> None:
    write_csv(database, "numbers", tmp_path / "numbers.csv")
    assert (tmp_path / "numbers.csv").read_bytes().decode() == (
        "report_year,obs_value,share_met,place_count,day,is_plain,ref_area\r\n"
        "2026,1870000000000,0.25,1234,2026-01-22,true,330200\r\n"
        "2025,-0.1,,100000000000000000,1850-05-01,false,110000\r\n"
        "2024,0.00002,1,0,,,\r\n"
        "2023,NaN,0,,,,\r\n"
    )
    write_csv(database, "texts", tmp_path / "texts.csv")
    with (tmp_path / "texts.csv").open(encoding="utf-8", newline="") as handle:
        read = [text for _, text in csv.reader(handle)][1:]
    assert read == [*(f"'{text}" for text in FORMULAS), *ODD]


def test_csv_has_what_the_standard_library_writes_of_any_text_and_number() -> None:
    signs = [*",\"\n\r\t =+-@＝宁'\\#;\u2028\x0b", "", "e"]
    texts: list[str | None] = ["".join(pair) for pair in itertools.product(signs, signs, ("", "x"))]
    powers = [digit * 10.0**power for power in range(-12, 23) for digit in (1, -4.9, 1 / 3)]
    numbers: list[float | None] = [
        0.0,
        -0.0,
        math.inf,
        math.nan,
        5e-324,
        1.7e308,
        *powers,
        *map(float, range(500)),
    ]
    rows = list(itertools.zip_longest([None, *texts], [None, *numbers]))
    frame = pl.DataFrame(rows, schema={"text": pl.String, "number": pl.Float64}, orient="row")
    for part in (frame, frame.select("text"), frame.filter(pl.col("number").abs() < 100)):
        expected, found = io.StringIO(newline=""), io.StringIO(newline="")
        writer = csv.writer(expected, lineterminator="\r\n")
        writer.writerow(part.columns)
        for row in part.rows():
            writer.writerow(
                [csv_text(value) if isinstance(value, str) else plain_text(value) for value in row]
            )
        columns = [as_text(column, guarded=True) for column in part]
        write_frames(found, part.columns, [pl.DataFrame(columns)])
        assert found.getvalue() == expected.getvalue()


def test_csv_can_be_verbatim_and_begin_with_a_mark(database: Path, tmp_path: Path) -> None:
    write_csv(database, "texts", tmp_path / "texts.csv", bom=True, verbatim=True)
    content = (tmp_path / "texts.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,text\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [text for _, text in rows[1:]] == list(TEXTS)


def test_sdmx_csv_names_structure_and_action_first(database: Path, tmp_path: Path) -> None:
    assert write_sdmx_csv(database, tmp_path / "o.csv") == 2
    assert (tmp_path / "o.csv").read_bytes().decode() == (
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE,SOURCE_TITLE\r\n"
        'dataflow,GWR:X(1.0),I,330200,2026,1870000000000,"=公报, 2026"\r\n'
        "dataflow,GWR:X(1.0),I,330200,2027,,\r\n"
    )


@pytest.mark.parametrize("where", ["1=1); drop table texts; --", "nothing = 1", "id in (select", "id = 'a'"])
def test_a_condition_that_is_none_is_refused_and_leaves_no_file(
    database: Path, tmp_path: Path, where: str
) -> None:
    with pytest.raises(ExportError, match=r"texts: the filter .* does not work"):
        write_csv(database, "texts", tmp_path / "out.csv", where=where)
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


def test_a_condition_reads_no_other_file(database: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(ExportError, match="disabled"):
        write_csv(database, "texts", tmp_path / "out.csv", where=f"id in (select id from '{secret}')")


def test_several_exports_share_what_opens_the_tables(database: Path, tmp_path: Path) -> None:
    with open_tables(database) as published:
        for name in ("texts", "numbers"):
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                stream_csv(published, name, stream)
        write_xlsx(published, ["texts"], tmp_path / "a.xlsx")
    for name in ("texts", "numbers"):
        write_csv(database, name, tmp_path / "alone.csv", force=True)
        assert (tmp_path / f"{name}.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    write_xlsx(database, ["texts"], tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_process_that_has_the_tables_open_may_export_them(database: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as reader:
        assert write_csv(database, "texts", tmp_path / "out.csv") == len(TEXTS)
        assert reader.execute("select count(*) from texts").fetchone() == (len(TEXTS),)


def test_a_target_keeps_its_bytes_until_the_new_ones_are_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match="disk full"), whole_file(target, force=True) as partial:
        partial.write_text("ne", encoding="utf-8")
        raise OSError("disk full")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_workbook_that_fails_half_way_leaves_nothing(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(workbook._TableSheets, "_end", full)
    with pytest.raises(OSError, match="disk full"):
        write_xlsx(database, ["texts"], tmp_path / "out.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


def test_the_command_names_the_file_after_the_table(gwr: Callable[..., Result]) -> None:
    result = gwr("--mart", "numbers", "--where", "report_year = 2026")
    assert (result.exit_code, result.stdout) == (0, "numbers.xlsx: 1 table, 1 rows\n")
    assert cells(Path("numbers.xlsx"), "numbers")[1][0] == 2026
    assert gwr("--all").stdout == f"gov-work-reports.xlsx: 4 tables, {4 + len(TEXTS) + 2:,} rows\n"
    assert gwr("--format", "csv", "--mart", "empty").stdout == "empty.csv: 1 table, 0 rows\n"
    assert gwr("--format", "sdmx").stdout == "observations.sdmx.csv: 1 table, 2 rows\n"


def test_the_command_writes_to_standard_output(gwr: Callable[..., Result]) -> None:
    shown = gwr(
        "--format", "csv", "--mart", "numbers", "--where", "report_year = 2026", "--bom", "--output", "-"
    )
    assert shown.stdout_bytes.startswith("\ufeffreport_year,".encode())
    assert shown.stdout_bytes.endswith(b"2026,1870000000000,0.25,1234,2026-01-22,true,330200\r\n")
    shown = gwr("--format", "sdmx", "--output", "-")
    assert shown.stdout_bytes.startswith(b"STRUCTURE,STRUCTURE_ID,ACTION,")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--mart", "nope"],
            "no published table is called nope. There are: empty, numbers, observations, texts",
        ),
        ([], "which table? Give --mart NAME, or --all. There are: empty"),
        (["--all", "--mart", "texts"], "leave --mart out"),
        (["--all", "--format", "csv"], "holds one table"),
        (["--mart", "texts", "--format", "sdmx"], "texts has no SDMX shape"),
        (["--mart", "texts", "--format", "sdmx"], "These have: observations"),
        (["--mart", "texts", "--output", "-"], "a workbook can't go to standard output"),
        (["--mart", "texts", "--bom"], "--bom is for --format csv"),
        (["--format", "sdmx", "--verbatim"], "--verbatim is for --format csv"),
        (["--mart", "texts", "--output", "nowhere/out.xlsx"], "nowhere is no folder"),
        (["--mart", "texts", "--output", ".", "--force"], "is no file"),
        (["--mart", "texts", "--output", "/dev/null", "--force"], "is no file"),
    ],
)
def test_what_cannot_be_exported_is_said(
    gwr: Callable[..., Result], arguments: list[str], message: str
) -> None:
    result = gwr(*arguments)
    assert result.exit_code == 1
    assert message in flat(result.stderr)
    assert "Traceback" not in result.output
    assert list(Path().iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_with_force(gwr: Callable[..., Result]) -> None:
    Path("texts.xlsx").write_text("mine", encoding="utf-8")
    refused = gwr("--mart", "texts")
    assert (refused.exit_code, Path("texts.xlsx").read_text(encoding="utf-8")) == (1, "mine")
    assert "texts.xlsx is there already" in flat(refused.stderr)
    assert gwr("--mart", "texts", "--force").exit_code == 0
    assert cells(Path("texts.xlsx"), "texts")[0] == ["id", "text"]


def test_before_the_first_build_it_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", "--mart", "texts", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "Run: gwr build" in flat(result.stderr)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(ExportError, match="can't be opened"), open_published(file):
        pass


def test_a_description_without_a_grain_is_taken_whole(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("comment on table texts is 'Only words.'")
    with open_published(database) as connection:
        mart = published_marts(connection)["texts"]
    assert (mart.holds, mart.grain, mart.answers) == ("Only words.", "", "")
