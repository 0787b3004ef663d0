"""An unchanged document is not read again, and nobody can tell from the result."""

from __future__ import annotations

import logging
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines import fingerprint
from pipelines.corrections import CorrectionsApplied, apply_corrections
from pipelines.documents.read import DocumentsRead, read_documents
from pipelines.fingerprint import extraction_fingerprint
from pipelines.ids import hash_id
from pipelines.ledger import documents_ledger, statements_ledger
from pipelines.paths import Paths
from pipelines.schemas import LAKE_TABLES, write_parquet
from pipelines.statements import StatementsRead, extract_statements
from tests.unit.test_documents_read import put

REPORT = "政府工作报告\n一、2025年工作回顾\n地区生产总值增长5.5%。\n二、2026年重点工作\n新增就业3万人以上。\n"


@dataclass
class Run:
    read: DocumentsRead
    found: StatementsRead
    applied: CorrectionsApplied


def run(paths: Paths) -> Run:
    """The two stages that read documents, as their assets call them."""
    ledger = documents_ledger(paths)
    read = read_documents(paths.raw, earlier=ledger.load())
    write(paths, documents=read.documents, sentences=read.sentences)
    ledger.save(read.keys)
    second = statements_ledger(paths)
    keys = {document: hash_id(key, extraction_fingerprint()) for key, document in ledger.keys().items()}
    found = extract_statements(read.documents, read.sentences, earlier=second.load(), keys=keys)
    applied = apply_corrections(found.statements, paths.raw)
    write(paths, statements=applied.statements, candidates=found.candidates)
    again = found.failed | applied.documents
    second.save({key: document for document, key in keys.items() if document not in again})
    return Run(read, found, applied)


def write(paths: Paths, **tables: pl.DataFrame) -> None:
    for name, table in tables.items():
        write_parquet(LAKE_TABLES[name], table, paths.lake / f"{name}.parquet")


def lake(paths: Paths) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(paths.lake.glob("*.parquet"))}


def anew(paths: Paths, tmp_path: Path) -> dict[str, bytes]:
    """The lake of a run that knows nothing of earlier ones."""
    fresh = Paths(raw=paths.raw, data=tmp_path / "fresh")
    shutil.rmtree(fresh.data, ignore_errors=True)
    run(fresh)
    return lake(fresh)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    for place in ("110000-beijing", "330200-ningbo", "440000-guangdong"):
        put(tmp_path / "raw", f"reports/{place}/2026.txt", REPORT)
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


def test_the_first_run_reads_all_and_the_second_nothing(paths: Paths, tmp_path: Path) -> None:
    first = run(paths)
    assert (first.read.documents.height, first.read.kept, first.found.kept) == (3, 0, 0)
    written = lake(paths)
    second = run(paths)
    assert (second.read.documents.height, second.read.kept, second.found.kept) == (3, 3, 3)
    assert lake(paths) == written == anew(paths, tmp_path)
    assert second.found.statements.height == 6


def test_only_what_is_new_or_changed_is_read(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    put(paths.raw, "reports/120000-tianjin/2026.txt", REPORT)
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT.replace("3万人", "4万人"))
    second = run(paths)
    assert (second.read.kept, second.found.kept) == (2, 2)
    assert second.found.statements["document_id"].unique(maintain_order=True).to_list() == [
        "110000-report-2026",
        "120000-report-2026",
        "330200-report-2026",
        "440000-report-2026",
    ]
    assert 40_000.0 in second.found.statements["value"].to_list()
    assert lake(paths) == anew(paths, tmp_path)


def test_a_changed_sidecar_is_a_changed_document(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    put(paths.raw, "reports/330200-ningbo/2026.txt", REPORT, publisher="甲市日报")
    second = run(paths)
    assert second.read.kept == 2
    assert "甲市日报" in second.read.documents["publisher"].to_list()
    assert lake(paths) == anew(paths, tmp_path)


def test_a_removed_document_leaves(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    shutil.rmtree(paths.raw / "reports" / "330200-ningbo")
    second = run(paths)
    assert (second.read.documents.height, second.read.kept) == (2, 2)
    assert set(second.found.statements["document_id"]) == {"110000-report-2026", "440000-report-2026"}
    assert lake(paths) == anew(paths, tmp_path)


def test_a_file_that_takes_the_id_of_a_kept_one_first(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    put(paths.raw, "reports/330200-another/2026.txt", REPORT)
    second = run(paths)
    assert [row["reason_code"] for row in second.read.quarantined] == ["document_duplicate"]
    assert second.read.documents.filter(pl.col("ref_area") == "330200")["file_path"].to_list() == [
        "reports/330200-another/2026.txt"
    ]
    assert lake(paths) == anew(paths, tmp_path)


def test_what_is_quarantined_is_looked_at_each_time(paths: Paths) -> None:
    put(paths.raw, "reports/330300-wenzhou/2026.txt", REPORT, sha256="a" * 64)
    first, second = run(paths), run(paths)
    assert first.read.quarantined == second.read.quarantined
    assert [row["reason_code"] for row in second.read.quarantined] == ["hash_mismatch"]
    assert second.read.kept == 3


def test_a_changed_rule_reads_everything_again(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    run(paths)
    monkeypatch.setattr(sys.modules[__name__], "extraction_fingerprint", lambda: "changed")
    second = run(paths)
    assert (second.read.kept, second.found.kept) == (3, 0)
    monkeypatch.setattr("pipelines.documents.read.outline_fingerprint", lambda: "changed")
    third = run(paths)
    assert (third.read.kept, third.found.kept) == (0, 0)


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


@pytest.mark.parametrize("table", ["documents", "sentences"])
def test_a_damaged_lake_is_read_anew_and_said(
    paths: Paths, tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    run(paths)
    file = paths.lake / f"{table}.parquet"
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    file.write_bytes(damaged)
    with caplog.at_level(logging.WARNING):
        second = run(paths)
    assert second.read.kept == 0
    assert f"{table}.parquet: not as it was handed over" in caplog.text
    assert lake(paths) == anew(paths, tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"keys": {}, "tables": {}}', '{"keys": 1}'])
def test_a_broken_ledger_is_no_failure(
    paths: Paths, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    run(paths)
    documents_ledger(paths).file.write_text(content, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        second = run(paths)
    assert second.read.kept == 0
    assert "every document is read anew" in caplog.text
    assert lake(paths) == anew(paths, tmp_path)


def test_a_missing_lake_is_read_anew(paths: Paths, tmp_path: Path) -> None:
    run(paths)
    shutil.rmtree(paths.lake)
    assert run(paths).read.kept == 0
    assert lake(paths) == anew(paths, tmp_path)


def test_corrections_come_and_go(paths: Paths, tmp_path: Path) -> None:
    first = run(paths)
    plain = lake(paths)
    statement = first.found.statements.row(0, named=True)
    corrections = paths.raw / "corrections" / "one.yml"
    corrections.parent.mkdir()
    corrections.write_text(
        f"- statement_id: '{statement['statement_id']}'\n"
        f"  expect: {{source_text: '{statement['source_text']}'}}\n"
        "  set: {sector: industry}\n  reason: a test\n  by: a tester\n  date: 2026-01-01\n",
        encoding="utf-8",
    )
    second = run(paths)
    assert second.found.kept == 3
    assert second.applied.statements["sector"][0] == "industry"
    assert lake(paths) == anew(paths, tmp_path)
    third = run(paths)
    assert third.found.kept == 2
    assert lake(paths) == anew(paths, tmp_path)
    corrections.unlink()
    assert run(paths).found.kept == 2
    assert lake(paths) == plain
    assert run(paths).found.kept == 3
