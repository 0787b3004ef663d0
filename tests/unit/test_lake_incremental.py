"""An unchanged partition is not opened, an unchanged document not read, and nobody can tell from the result."""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines import fingerprint
from pipelines.lake import checks
from pipelines.lake.checks import check_table
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.ledger import ledger
from pipelines.lake.stage import StageResult
from pipelines.lake.statements import StatementsResult, read_statements_stage
from pipelines.lake.tables import read_lake
from pipelines.paths import Paths
from tests.unit.test_documents_read import put

REPORT = "政府工作报告\n一、2025年工作回顾\n地区生产总值增长5.5%。\n二、2026年重点工作\n新增就业3万人以上。\n"
PARTITION = "place_level=prefecture/report_year=2026/330000.parquet"
TABLES = ("documents", "sentences", "statements", "candidates")


@dataclass
class Run:
    documents: StageResult
    statements: StatementsResult

    @property
    def read(self) -> tuple[int, int]:
        """Documents read by either stage."""
        return self.documents.read, self.statements.stage.read


def run(paths: Paths, *, rehash: bool = False) -> Run:
    """The two stages that read documents, as their assets call them."""
    return Run(read_documents_stage(paths, rehash=rehash), read_statements_stage(paths, rehash=rehash))


def lake(paths: Paths) -> dict[str, bytes]:
    files = (file for file in paths.lake.rglob("*") if file.is_file())
    return {str(file.relative_to(paths.lake)): file.read_bytes() for file in files}


def stamps(paths: Paths) -> dict[str, tuple[int, int]]:
    """Which file it is and when it was written."""
    files = (file for file in paths.lake.rglob("*=*/*.parquet"))
    return {str(file): (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


def anew(paths: Paths, tmp_path: Path) -> dict[str, bytes]:
    """The lake of a run that knows nothing of earlier ones."""
    fresh = Paths(raw=paths.raw, data=tmp_path / "fresh")
    shutil.rmtree(fresh.data, ignore_errors=True)
    run(fresh)
    return lake(fresh)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Three documents of one partition, and two of others."""
    for place in (
        "330100-hangzhou",
        "330200-ningbo",
        "330300-wenzhou",
        "440000-guangdong",
        "100000-national",
    ):
        put(tmp_path / "raw", f"reports/{place}/2026.txt", REPORT)
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


def test_a_partition_holds_a_level_a_year_and_a_province(paths: Paths) -> None:
    put(paths.raw, "bulletins/330281-yuyao/2025.txt", REPORT)
    run(paths)
    partitions = (
        "place_level=county/report_year=2025/330000",
        "place_level=nation/report_year=2026/100000",
        "place_level=prefecture/report_year=2026/330000",
        "place_level=province/report_year=2026/440000",
    )
    expected = {f"{table}/{name}.parquet" for table in TABLES for name in (*partitions, "_schema")}
    assert set(lake(paths)) == expected
    assert read_lake(paths, "documents")["document_id"].to_list() == [
        "330281-bulletin-2025",
        "100000-report-2026",
        "330100-report-2026",
        "330200-report-2026",
        "330300-report-2026",
        "440000-report-2026",
    ]


def test_the_first_run_reads_all_and_the_second_nothing(paths: Paths, tmp_path: Path) -> None:
    first = run(paths)
    assert (first.read, first.documents.kept, first.statements.stage.kept) == ((5, 5), 0, 0)
    written, seen = lake(paths), stamps(paths)
    second = run(paths)
    assert (second.read, second.documents.kept, second.statements.stage.kept) == ((0, 0), 5, 5)
    assert lake(paths) == written == anew(paths, tmp_path)
    assert stamps(paths) == seen
    assert second.statements.stage.rows["statements"] == read_lake(paths, "statements").height == 10
    assert second.documents.rows == first.documents.rows


def test_only_what_is_new_or_changed_is_read_and_written(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    seen = stamps(paths)
    put(paths.raw, "reports/331000-taizhou/2026.txt", REPORT)
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT.replace("3万人", "4万人"))
    second = run(paths)
    assert (second.read, second.documents.kept) == ((2, 2), 4)
    found = read_lake(paths, "statements").filter(pl.col("document_id").str.starts_with("33"))
    assert found["document_id"].unique(maintain_order=True).to_list() == [
        f"{place}-report-2026" for place in (330100, 330200, 330300, 331000)
    ]
    assert 40_000.0 in found["value"].to_list()
    assert lake(paths) == anew(paths, tmp_path)
    rewritten = {name for name, stamp in stamps(paths).items() if seen[name] != stamp}
    assert rewritten == {str(paths.lake / table / PARTITION) for table in TABLES}


def test_a_changed_sidecar_is_a_changed_document(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT, publisher="甲市日报")
    assert run(paths).read == (1, 1)
    assert "甲市日报" in read_lake(paths, "documents")["publisher"].to_list()
    assert lake(paths) == anew(paths, tmp_path)


def test_a_removed_document_leaves(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    shutil.rmtree(paths.raw / "reports" / "330200-ningbo")
    second = run(paths)
    assert (second.read, second.documents.kept) == ((0, 0), 4)
    assert "330200-report-2026" not in read_lake(paths, "statements")["document_id"].to_list()
    assert lake(paths) == anew(paths, tmp_path)


def test_a_partition_without_documents_leaves(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    shutil.rmtree(paths.raw / "reports" / "440000-guangdong")
    assert run(paths).read == (0, 0)
    assert not list(paths.lake.rglob("*440000*"))
    assert not list(paths.lake.rglob("place_level=province"))
    assert lake(paths) == anew(paths, tmp_path)
    assert not any(partition.province == "440000" for partition in ledger(paths, "documents").load())


def test_without_a_document_there_is_a_lake_all_the_same(tmp_path: Path) -> None:
    paths = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    assert run(paths).read == (0, 0)
    assert set(lake(paths)) == {f"{table}/_schema.parquet" for table in TABLES}
    assert all(read_lake(paths, table).is_empty() for table in TABLES)


def test_a_file_that_takes_the_id_of_a_kept_one_first(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    put(paths.raw, "reports/330200-another/2026.txt", REPORT)
    second = run(paths)
    assert [row["reason_code"] for row in second.documents.quarantined] == ["document_duplicate"]
    assert read_lake(paths, "documents").filter(pl.col("ref_area") == "330200")["file_path"].to_list() == [
        "reports/330200-another/2026.txt"
    ]
    assert lake(paths) == anew(paths, tmp_path)
    seen = stamps(paths)
    assert [row["reason_code"] for row in run(paths).documents.quarantined] == ["document_duplicate"]
    assert stamps(paths) == seen


def test_what_is_quarantined_is_looked_at_each_time(paths: Paths) -> None:
    put(paths.raw, "reports/330400-jiaxing/2026.txt", REPORT, sha256="a" * 64)
    first, seen = run(paths), stamps(paths)
    second = run(paths)
    assert first.documents.quarantined == second.documents.quarantined
    assert [row["reason_code"] for row in second.documents.quarantined] == ["hash_mismatch"]
    assert (second.read, second.documents.kept) == ((0, 0), 5)
    assert stamps(paths) == seen


def test_a_place_that_nobody_knows_is_set_aside(paths: Paths) -> None:
    put(paths.raw, "reports/999999-nowhere/2026.txt", REPORT)
    assert [row["reason_code"] for row in run(paths).documents.quarantined] == ["place_unknown"]
    assert not list(paths.lake.rglob("place_level=unknown"))


def test_a_changed_rule_reads_everything_again(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(paths)
    monkeypatch.setattr("pipelines.lake.statements.extraction_fingerprint", lambda: "changed")
    assert run(paths).read == (0, 5)
    monkeypatch.setattr("pipelines.documents.read.outline_fingerprint", lambda: "changed")
    assert run(paths).read == (5, 5)
    assert lake(paths) == anew(paths, tmp_path)


def test_fingerprints_change_with_code_rules_and_seeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "PROJECT_ROOT", tmp_path)
    for name in ("a.py", "b.yml", "c.csv", "d.pyc"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    seen = {fingerprint.hash_files([tmp_path])}
    for name, is_read in (("a.py", True), ("b.yml", True), ("c.csv", True), ("d.pyc", False)):
        before = fingerprint.hash_files([tmp_path])
        (tmp_path / name).write_text("2", encoding="utf-8")
        assert (fingerprint.hash_files([tmp_path]) != before) == is_read
        seen.add(fingerprint.hash_files([tmp_path]))
    assert len(seen) == 4


@pytest.mark.parametrize("table", TABLES)
def test_a_damaged_partition_is_read_anew_and_said(
    paths: Paths, tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    run(paths)
    file = paths.lake / table / PARTITION
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    file.write_bytes(damaged)
    with caplog.at_level(logging.WARNING):
        second = run(paths)
    assert second.read == ((3, 0) if table in ("documents", "sentences") else (0, 3))
    assert f"{table}/{PARTITION}: not as it was handed over" in caplog.text
    assert lake(paths) == anew(paths, tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"partition": {}, "entry": {}}', '{"keys": 1}'])
@pytest.mark.parametrize("stage", ["documents", "statements"])
def test_a_broken_ledger_is_no_failure(
    paths: Paths, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str, stage: str
) -> None:
    run(paths)
    ledger(paths, stage).file.write_text(content, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert run(paths).read == ((5, 0) if stage == "documents" else (0, 5))
    assert ("1 lines can't be used" in caplog.text) == bool(content)
    assert lake(paths) == anew(paths, tmp_path)


def test_a_run_that_was_killed_goes_on_where_it_was(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    expected = lake(paths)
    file = ledger(paths, "documents").file
    first, second, third = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n" + first + b"\n" + second[: len(second) // 2])
    (paths.lake / "documents" / PARTITION).unlink()
    (paths.lake / "documents" / PARTITION).with_name("330000-1.part").write_bytes(b"half")
    assert run(paths).read == (4, 0)
    assert lake(paths) == expected
    assert sorted(file.read_bytes().split(b"\n")) == sorted([first, second, third])


def test_a_missing_lake_is_read_anew(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    shutil.rmtree(paths.lake)
    assert run(paths).read == (5, 5)
    assert lake(paths) == anew(paths, tmp_path)


def correction(statement: dict[str, object], **change: object) -> str:
    values = {
        "expect": f"{{source_text: '{statement['source_text']}'}}",
        "set": "{sector: industry}",
    } | change
    return (
        f"- statement_id: '{statement['statement_id']}'\n  expect: {values['expect']}\n  set: {values['set']}\n"
        "  reason: a test\n  by: a tester\n  date: 2026-01-01\n"
    )


def test_corrections_come_and_go(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    plain, seen = lake(paths), stamps(paths)
    statement = read_lake(paths, "statements").filter(document_id="330200-report-2026").row(0, named=True)
    corrections = paths.raw / "corrections" / "one.yml"
    corrections.parent.mkdir()
    corrections.write_text(correction(statement), encoding="utf-8")
    second = run(paths)
    assert (second.read, second.statements.corrections) == ((0, 1), [])
    corrected = read_lake(paths, "statements").filter(statement_id=statement["statement_id"])
    assert corrected["sector"].to_list() == ["industry"]
    assert lake(paths) == anew(paths, tmp_path)
    rewritten = {name for name, stamp in stamps(paths).items() if seen[name] != stamp}
    assert rewritten == {str(paths.lake / "statements" / PARTITION)}
    assert run(paths).read == (0, 0)
    corrections.write_text(correction(statement, expect="{source_text: other}"), encoding="utf-8")
    for read in (1, 0):
        third = run(paths)
        assert third.read == (0, read)
        assert [row["reason_code"] for row in third.statements.corrections] == ["correction_stale"]
    assert lake(paths) == plain
    corrections.write_text(correction(statement | {"statement_id": "0" * 16}), encoding="utf-8")
    for read in (1, 0):
        fourth = run(paths)
        assert fourth.read == (0, read)
        assert [row["reason_code"] for row in fourth.statements.corrections] == ["correction_orphaned"]
    corrections.unlink()
    assert run(paths).statements.corrections == []
    assert lake(paths) == plain


def test_a_change_that_restores_size_and_time_is_read(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    file = paths.raw / "reports" / "330200-ningbo" / "2026.txt"
    before = [(each, each.stat()) for each in (file, file.with_suffix(".yml"))]
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT.replace("3万人", "4万人"))
    for each, stat in before:
        os.utime(each, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert (each.stat().st_size, each.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert run(paths).read == (1, 1)
    assert lake(paths) == anew(paths, tmp_path)


def test_hashes_that_nobody_trusts_are_made_again(paths: Paths) -> None:
    run(paths)
    file = paths.readings / "lake_documents.parquet"
    kept = pl.read_parquet(file)
    kept.with_columns(sha256=pl.lit("0" * 64)).write_parquet(file)
    assert run(paths, rehash=True).read == (0, 0)
    kept.with_columns(sha256=pl.lit("0" * 64)).write_parquet(file)
    assert run(paths).read == (5, 0)


def test_a_row_against_the_schema_is_found_by_file(paths: Paths) -> None:
    run(paths)
    good = check_table(paths, "statements", 20)
    assert (good.rows, good.violations) == (10, 0)
    file = paths.lake / "statements" / PARTITION
    rows = pl.read_parquet(file, hive_partitioning=False)
    rows.with_columns(bound=pl.lit("roughly")).write_parquet(file)
    bad = check_table(paths, "statements", 4)
    assert (bad.rows, bad.violations) == (10, 6)
    assert bad.broken["file"].unique().to_list() == [f"statements/{PARTITION}"]
    assert bad.failing["bound"].to_list() == ["roughly"] * 4


def test_files_found_valid_are_not_checked_again(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    run(paths)
    checked: list[int] = []
    original = checks.violations
    monkeypatch.setattr(
        checks, "violations", lambda model, table: checked.append(table.height) or original(model, table)
    )
    assert check_table(paths, "statements", 20).rows == 10
    assert checked == []
    monkeypatch.setattr(checks, "schema_fingerprint", lambda: "other rules")
    assert check_table(paths, "statements", 20).rows == 10
    assert sorted(checked) == [2, 2, 6]
