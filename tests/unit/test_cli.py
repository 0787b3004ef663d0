"""The command line, without a build: help, reading one file, queries, and clear errors."""

from __future__ import annotations

import csv
import json
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.paths import PROJECT_ROOT
from pipelines.schemas import Statement, polars_schema

COMMANDS = ("build", "extract", "add", "query", "export", "evaluate", "serve", "site", "synth", "version")
GOLD = PROJECT_ROOT / "tests" / "gold" / "ningbo-2026-specimen.jsonl"


def gwr(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_itself(command: str) -> None:
    result = gwr(command, "--help")
    assert result.exit_code == 0
    assert len(flat(result.stdout)) > 100
    if command != "version":
        assert "Examples" in result.stdout
        assert f"gwr {command}" in result.stdout


def test_the_overview_names_every_command() -> None:
    overview = gwr("--help").stdout
    assert all(command in overview for command in COMMANDS)


def test_help_of_build_says_what_the_exit_status_means() -> None:
    shown = flat(gwr("build", "--help").stdout)
    assert "0 all good, 3 finished with input set aside, 1 failed" in shown.replace("*", "")


@pytest.mark.parametrize(
    ("url", "said"),
    [("ftp://host/lake", "no lake can lie at ftp://"), ("s3://me:geheim@bucket/lake", "holds a password")],
)
def test_a_url_that_no_lake_can_lie_at_ends_a_build_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    # The option sets the variable; this puts it back afterwards.
    monkeypatch.setenv("GWR_LAKE_URL", "")
    (tmp_path / "raw").mkdir()
    result = gwr("build", "--raw", tmp_path / "raw", "--data", tmp_path / "data", "--lake-url", url)
    assert result.exit_code == 1
    assert said in flat(result.stderr)
    assert "geheim" not in result.output
    assert not (tmp_path / "data").exists()


def test_no_command_waits_for_the_imports_of_dagster_or_dbt(specimen: Path) -> None:
    code = (
        "import sys; from pipelines.cli import app\n"
        "try: app(['extract', sys.argv[1], '--format', 'jsonl'])\n"
        "except SystemExit as done: assert done.code == 0\n"
        "print(sorted({'dagster', 'dagster_dbt', 'dbt', 'frictionless'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(specimen)], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_a_line_of_json_has_the_keys_of_the_contract(specimen: Path) -> None:
    result = gwr("extract", specimen, "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert {tuple(row) for row in rows} == {tuple(polars_schema(Statement))}
    text = specimen.read_text(encoding="utf-8")
    assert all(text[row["char_start"] : row["char_end"]] == row["source_text"] for row in rows)
    gdp = next(row for row in rows if row["target_type"] == "actual" and row["indicator_id"] == "gdp")
    assert (gdp["ref_area"], gdp["report_year"], gdp["value"], gdp["unit_text"]) == (
        "330200",
        2026,
        1.87e12,
        "元",
    )
    assert "地区生产总值" in result.stdout


def test_the_table_shows_numbers_without_exponent(specimen: Path) -> None:
    result = gwr("extract", specimen)
    assert "1,870,000,000,000" in result.stdout
    assert "e+12" not in result.stdout


def test_place_and_year_come_from_the_name_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "330300-2025-温州市.txt"
    file.write_text("政府工作报告\n地区生产总值增长5.5%左右。\n", encoding="utf-8")
    row = json.loads(gwr("extract", file, "--format", "jsonl").stdout.splitlines()[0])
    assert (row["document_id"], row["ref_area"], row["report_year"]) == ("330300-report-2025", "330300", 2025)


def test_options_overrule_the_name(specimen: Path) -> None:
    lines = gwr("extract", specimen, "--format", "jsonl", "--place", "330300", "--year", "2020").stdout
    assert json.loads(lines.splitlines()[0])["document_id"] == "330300-report-2020"


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("report.txt", "增长5%。", [], "--place CODE --year Y"),
        ("report.txt", "增长5%。", ["--place", "999999", "--year", "2026"], "no place has the code 999999"),
        ("330200-2026.txt", "", [], "empty"),
        ("330200-2026.odt", "增长5%。", [], "no format that can be read"),
    ],
)
def test_what_cannot_be_extracted_is_said(
    tmp_path: Path, name: str, content: str, options: list[str], message: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    result = gwr("extract", file, *options)
    assert result.exit_code == 1
    assert message in flat(result.stderr)
    assert "Traceback" not in result.output


def test_evaluate_prints_rates_and_errors(specimen: Path) -> None:
    result = gwr("evaluate", GOLD, specimen, "--errors", "3")
    assert result.exit_code == 0
    assert all(word in result.stdout for word in ("precision", "recall", "F1", "strict", "indicator_text"))


def test_evaluate_refuses_a_gold_file_that_is_none(tmp_path: Path, specimen: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("no json\n", encoding="utf-8")
    result = gwr("evaluate", gold, specimen)
    assert result.exit_code == 1
    assert "gold.jsonl:1" in flat(result.stderr)


def test_add_copies_with_a_sidecar_and_refuses_a_duplicate(tmp_path: Path) -> None:
    file = tmp_path / "download.txt"
    file.write_text("政府工作报告\n地区生产总值增长5%左右。\n", encoding="utf-8")
    options = [
        "--place",
        "330300",
        "--year",
        "2026",
        "--title",
        "温州市政府工作报告",
        "--published",
        "2026-01-20",
    ]
    first = gwr("add", file, *options, "--raw", tmp_path / "raw")
    assert first.exit_code == 0
    target = tmp_path / "raw" / "reports" / "330300-wenzhou" / "2026.txt"
    assert target.read_bytes() == file.read_bytes()
    assert "温州市政府工作报告" in target.with_suffix(".yml").read_text(encoding="utf-8")
    second = gwr("add", file, *options, "--raw", tmp_path / "raw")
    assert second.exit_code == 1
    assert "same file" in flat(second.stderr)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a published warehouse of one table."""
    published = tmp_path / "data" / "published"
    published.mkdir(parents=True)
    with duckdb.connect(str(published / "warehouse.duckdb")) as database:
        database.execute(
            "create table t as select i, 1.87e12 * i as value, '[red]名=' || i as name, date '2026-01-22' as day,"
            " nullif(i, 1) as maybe, 1.5::decimal(4, 2) as price from range(3) r(i)"
        )
    return tmp_path / "data"


def test_query_prints_a_table_for_people(data: Path) -> None:
    result = gwr("query", "select * from t order by i", "--data", data)
    assert result.exit_code == 0
    assert "3,740,000,000,000" in result.stdout
    assert "[red]名=2" in result.stdout
    assert "2026-01-22" in result.stdout


def test_query_says_when_it_shows_not_all(data: Path) -> None:
    assert "more than 2 rows" in gwr("query", "select * from t", "--data", data, "--limit", "2").stdout
    assert "more than" not in gwr("query", "select * from t", "--data", data, "--limit", "0").stdout
    assert "(no rows)" in gwr("query", "select * from t where i > 9", "--data", data).stdout


def test_query_as_csv(data: Path) -> None:
    result = gwr("query", "select i, name, day, maybe from t order by i", "--data", data, "--format", "csv")
    rows = list(csv.reader(result.stdout.splitlines()))
    assert rows == [
        ["i", "name", "day", "maybe"],
        ["0", "[red]名=0", "2026-01-22", "0"],
        ["1", "[red]名=1", "2026-01-22", ""],
        ["2", "[red]名=2", "2026-01-22", "2"],
    ]


def test_query_as_json(data: Path) -> None:
    sql = "select i, name, day, maybe, price, value from t where i = 1"
    result = gwr("query", sql, "--data", data, "--format", "json")
    assert json.loads(result.stdout) == [
        {"i": 1, "name": "[red]名=1", "day": "2026-01-22", "maybe": None, "price": 1.5, "value": 1.87e12}
    ]
    empty = gwr("query", "select i from t where i > 9", "--data", data, "--format", "json")
    assert json.loads(empty.stdout) == []


def test_query_cannot_write(data: Path) -> None:
    result = gwr("query", "drop table t", "--data", data)
    assert result.exit_code == 1
    assert "read-only" in flat(result.stderr)


def test_query_shows_what_duckdb_says_of_a_wrong_query(data: Path) -> None:
    result = gwr("query", "select nothing from t", "--data", data)
    assert result.exit_code == 1
    assert '"nothing" not found' in flat(result.stderr)
    assert "Traceback" not in result.output


def test_query_before_the_first_build_says_what_to_do(tmp_path: Path) -> None:
    result = gwr("query", "select 1", "--data", tmp_path)
    assert result.exit_code == 1
    assert "Run: gwr build" in flat(result.stderr)


def test_build_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = gwr("build", "--raw", tmp_path / "nowhere", "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert not (tmp_path / "data").exists()


def test_serve_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = gwr("serve", "--port", port, "--data", tmp_path)
    assert result.exit_code == 1
    assert f"127.0.0.1:{port}" in flat(result.stderr)
