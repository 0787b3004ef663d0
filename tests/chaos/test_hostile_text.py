"""Hostile text ends as data: in linear time, and harmless on a terminal, in a spreadsheet, on a page."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path
from time import process_time

import duckdb
import polars as pl
import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipelines.assets.lake import markdown
from pipelines.build import BuildResult, Outcome
from pipelines.cli import app
from pipelines.cli.summary import print_summary
from pipelines.display import csv_text, json_line, markdown_text, message, one_line, storable, visible
from pipelines.documents.outline import outline
from pipelines.documents.read import read_documents
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.rules import engine
from pipelines.schemas import Quarantined, frame
from tests.chaos import mutate
from tests.conftest import RunGwr

ATTACKS = [
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "＝1",
    "'; drop table fct_indicators; --",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "a|b",
    "{{ 1 / 0 }}",
    "two\nlines",
]
UNSAFE = set("\x1b\x07\x9b\u202e\x00\r")


def seconds(text: str) -> float:
    """The best of three: a busy machine slows some runs down, never speeds one up."""
    key = DocumentKey("330200-report-2026", "330200", 2026)
    taken = []
    for _ in range(3):
        started = process_time()
        extract(key, outline(text, 2026).sentences, engine())
        taken.append(process_time() - started)
    return min(taken)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1",
            "9",
            "九",
            "X",
            "1,",
            "1.",
            "1 ",
            "1,1.",
            "1:",
            "1+",
            "-",
            "5%",
            "（",
            "“",
            "（“",
            "【",
            "《",
            "由5到",
            "分别",
            "5家企业、",
        ),
        *(
            "增长5%；",
            "1亿元、",
            "一、1．（1）",
            "。！",
            "A和B增长5%、6%，",
            "2025年",
            "\x1b[31m",
            "\u202e5%",
        ),
    ],
)
def test_one_line_of_anything_takes_linear_time(unit: str) -> None:
    seconds(unit * 200)
    small, large = (unit * (length // len(unit)) for length in (10_000, 40_000))
    assert seconds(large) < 12 * max(seconds(small), 0.02)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        *(("1", "分别"), ("九", "分别"), (".", "1"), ("第", "1"), ("第", "九"), ("1,", "小时"), (".", "X")),
        *((".", "1小时"), ("1 ", "号"), ("（", "1"), ("全市", "1"), ("连续", "九")),
    ],
)
def test_one_line_of_two_things_takes_linear_time(opening: str, closing: str) -> None:
    def line(length: int) -> str:
        return "".join(unit * (length // 2 // len(unit)) for unit in (opening, closing))

    seconds(line(400))
    assert seconds(line(40_000)) < 12 * max(seconds(line(10_000)), 0.02)


@pytest.mark.parametrize("unit", ["1", "（", "）", "“", "增长", "，"])
def test_a_million_of_one_character_is_read(unit: str) -> None:
    key = DocumentKey("330200-report-2026", "330200", 2026)
    text = unit * (1_000_000 // len(unit))
    found = extract(key, outline(text, 2026).sentences, engine())
    assert all(text[s.char_start : s.char_end] == s.source_text for s in found.statements)


@pytest.mark.parametrize(("length", "code"), [(500_001, "text_too_long"), (100_000_000, "file_too_large")])
def test_a_text_beyond_the_limits_is_set_aside(tmp_path: Path, length: int, code: str) -> None:
    data = b"9" * length
    path = tmp_path / "reports" / "330200-ningbo" / "2026.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    path.with_suffix(".yml").write_bytes(mutate._sidecar(".txt", data))
    read = read_documents(tmp_path)
    assert [row["reason_code"] for row in read.quarantined] == [code]
    assert "GWR_MAX_" in read.quarantined[0]["hint"]


@pytest.mark.parametrize("text", ATTACKS)
def test_shown_text_steers_nothing(text: str) -> None:
    assert not UNSAFE & set(visible(text))
    assert not UNSAFE & set(message(text))
    assert "\n" not in one_line(text)
    line = json.dumps(text, ensure_ascii=False)
    assert json.loads(json_line(line)) == text
    assert not UNSAFE & set(json_line(line))


def test_harmless_text_is_shown_as_it_is() -> None:
    text = "全市地区生产总值1.87万亿元，增长5%左右（预计）——“十五五”·A-1"
    assert visible(text) == one_line(text) == message(text) == storable(text) == csv_text(text) == text
    assert markdown_text(text) == text


def test_halves_of_characters_and_zero_bytes_can_be_stored() -> None:
    assert storable("a\ud800b\x00c").encode() == "a\ufffdbc".encode()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A published warehouse with hostile words in names and values."""
    published = tmp_path / "data" / "published"
    published.mkdir(parents=True)
    with duckdb.connect(str(published / "warehouse.duckdb")) as database:
        database.execute('create table t (n integer, v double, "=na\x1b[1mme" varchar)')
        database.executemany(
            "insert into t values (?, ?, ?)", [[n, -1.5, text] for n, text in enumerate(ATTACKS)]
        )
    return tmp_path / "data"


def gwr(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("output", ["table", "json"])
def test_a_query_prints_nothing_that_steers_a_terminal(data: Path, output: str) -> None:
    code, printed, _ = gwr("query", "select * from t order by n", "--data", data, "--format", output)
    assert code == 0
    assert not UNSAFE & set(printed)
    assert "gnp.exe" in printed
    assert ("\\x1b[2J" if output == "table" else "\\u001b[2J") in printed


def test_json_is_verbatim(data: Path) -> None:
    _, printed, _ = gwr("query", "select * from t order by n", "--data", data, "--format", "json")
    assert [row["=na\x1b[1mme"] for row in json.loads(printed)] == ATTACKS


def test_csv_has_no_formulas_and_its_numbers_are_untouched(data: Path) -> None:
    _, printed, _ = gwr("query", "select * from t order by n", "--data", data, "--format", "csv")
    header, *rows = csv.reader(io.StringIO(printed, newline=""))
    assert header[2].startswith("'=na")
    for row, text in zip(rows, ATTACKS, strict=True):
        assert row[1] == "-1.5"
        assert row[2] == (f"'{text}" if text[0] in "=+-@\t＝" else text)


def test_an_error_message_steers_nothing(data: Path) -> None:
    code, _, told = gwr("query", "select \x1b[2J\u202e from t", "--data", data)
    assert code == 1
    assert "gwr: " in told
    assert not UNSAFE & set(told)


def test_extract_prints_nothing_that_steers_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "330200-2026-x.txt"
    file.write_text("全市\x1b[2J生产总值\u202e增长5%，\x9b31m出口增长6%。\n", encoding="utf-8")
    for options in ((), ("--explain",), ("--format", "jsonl")):
        code, printed, _ = gwr("extract", file, *options)
        assert code == 0
        assert "5" in printed
        assert not UNSAFE & set(printed)


def test_the_summary_keeps_a_hostile_name_on_its_line(tmp_path: Path) -> None:
    row = {
        "quarantine_id": "1",
        "stage": "documents",
        "file_path": "reports/x\nfailed: all\x1b[2J\u202e.txt",
        "reason_code": "file_misplaced",
        "reason": "r",
        "hint": "h",
    }
    built = BuildResult(
        outcome=Outcome.QUARANTINED,
        run_id="1",
        row_counts={},
        readings={},
        checks_passed=1,
        checks_failed=(),
        errors=("step: \x1b[2J",),
        quarantined=frame(Quarantined, [row]),
        new_to_readers=True,
    )
    buffer = io.StringIO()
    print_summary(Console(file=buffer, width=100), built, Paths(tmp_path / "raw", tmp_path / "data"))
    assert not UNSAFE & set(buffer.getvalue())
    assert "\nfailed: all" not in buffer.getvalue()
    assert "reports/x\\x0afailed: all\\x1b[2J\\u202e.txt  r. h" in buffer.getvalue()


def test_a_preview_on_the_page_holds_no_markup() -> None:
    shown = str(markdown(pl.DataFrame({"text": ATTACKS, "n": range(len(ATTACKS))})).value)
    lines = shown.split("\n")
    assert len(lines) == len(ATTACKS) + 2
    assert all(line.replace("\\|", "").count("|") == 3 for line in lines)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "\\[x\\](javascript" in shown
    assert not UNSAFE & set(shown)


@pytest.mark.integration
def test_folders_and_words_of_any_kind_build(tmp_path: Path, run_gwr: RunGwr) -> None:
    root = tmp_path / 'it\'s 100% "宁波" [x] {y} * ; --'
    raw = root / "raw"
    shutil.copytree(PROJECT_ROOT / "tests" / "fixtures" / "raw", raw)
    rows = ["指标,年份,数值,单位", '"地区生产总值",2024,18147.7,亿元']
    rows += ['"{}",2024,{},万人'.format(attack.replace('"', ""), n + 1) for n, attack in enumerate(ATTACKS)]
    table = raw / mutate.TABLES / "hostile.csv"
    table.parent.mkdir(parents=True)
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    table.with_suffix(".yml").write_bytes(mutate._sidecar(".csv", table.read_bytes()))
    words = "“＝”=cmd|calc'; drop table dim_documents; -- <b>{{ 1/0 }}</b> 增长7%。\x1b[2J"
    report = raw / "reports" / "330300-wenzhou" / "2026.txt"
    report.parent.mkdir()
    report.write_text(words, encoding="utf-8")
    digest = hashlib.sha256(report.read_bytes()).hexdigest()
    report.with_suffix(".yml").write_text(
        f"title: \"=1+1'; drop table x; --\"\nref_area: '330300'\nyear: 2026\nsha256: {digest}\n",
        encoding="utf-8",
    )
    done = run_gwr("build", "--raw", raw, "--data", root / "data")
    assert done.returncode in {0, 3}, done.stdout + done.stderr
    assert not UNSAFE & set(done.stdout)
    published = root / "data" / "published" / "warehouse.duckdb"
    with duckdb.connect(str(published), read_only=True) as database:
        titles = dict(database.execute("select document_id, title from dim_documents").fetchall())
        observed = database.execute(
            "select count(*) from fct_statistic_observations where indicator_text = ?", [ATTACKS[9]]
        ).fetchone()
    assert titles["330300-report-2026"] == "=1+1'; drop table x; --"
    assert observed == (1,)
    query = "select title from dim_documents where ref_area = '330300'"
    asked = run_gwr("query", query, "--format", "csv", "--data", root / "data")
    assert asked.stdout == "title\n'=1+1'; drop table x; --\n"
