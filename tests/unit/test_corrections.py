"""Corrections are applied where their guard holds, and set aside by name where it does not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from pipelines.corrections import apply_corrections
from pipelines.documents.model import OutlineSentence
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine
from pipelines.schemas import Statement, frame, violations

TEXT = "新增口袋公园137个，粮食产量达到14亿斤。"
SIGNED = {"reason": "checked by hand", "by": "a reviewer", "date": "2026-02-01"}


@pytest.fixture
def statements() -> pl.DataFrame:
    """Two statements read from a text."""
    sentence = OutlineSentence(0, 0, len(TEXT), TEXT, 0, 1, "body", "review_year", 2025, 2025, ())
    found = extract(DocumentKey("330200-report-2026", "330200", 2026), [sentence], engine()).statements
    return frame(Statement, [{name: getattr(s, name) for name in s.__slots__} for s in found])


def write(raw: Path, entries: object) -> Path:
    """A corrections file with these entries."""
    folder = raw / "corrections"
    folder.mkdir(parents=True)
    (folder / "ningbo.yml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return raw


def park(statements: pl.DataFrame) -> str:
    """The id of the statement about parks."""
    return str(statements.filter(pl.col("source_text") == "137个")["statement_id"].item())


def test_a_correction_changes_the_reading_and_nothing_else(statements: pl.DataFrame, tmp_path: Path) -> None:
    entry = {"statement_id": park(statements), "expect": {"source_text": "137个"}, "set": {"sector": "urban"}}
    entry["set"]["indicator_text"] = "口袋公园"
    applied = apply_corrections(statements, write(tmp_path, [entry | SIGNED]))
    assert applied.quarantined == []
    assert violations(Statement, applied.statements).is_empty()
    assert applied.statements["statement_id"].to_list() == statements["statement_id"].to_list()
    row = applied.statements.filter(pl.col("statement_id") == park(statements)).row(0, named=True)
    assert (row["indicator_text"], row["review_status"]) == ("口袋公园", "corrected")
    untouched = pl.col("statement_id") != park(statements)
    assert applied.statements.filter(untouched).equals(statements.filter(untouched))


def test_an_empty_set_confirms(statements: pl.DataFrame, tmp_path: Path) -> None:
    entry = {"statement_id": park(statements), "expect": {"value": 137.0}}
    applied = apply_corrections(statements, write(tmp_path, [entry | SIGNED]))
    status = applied.statements.filter(pl.col("statement_id") == park(statements))["review_status"].item()
    assert status == "confirmed"


@pytest.mark.parametrize(
    ("change", "reason_code"),
    [
        ({"expect": {"source_text": "138个"}}, "correction_stale"),
        ({"statement_id": "0" * 16}, "correction_orphaned"),
        ({"set": {"measure": "amount"}}, "correction_invalid"),
        ({"set": {"source_text": "138个"}}, "correction_invalid"),
        ({"set": {"colour": "red"}}, "correction_invalid"),
        ({"colour": "red"}, "malformed_corrections"),
        ({"by": ""}, "malformed_corrections"),
    ],
)
def test_what_does_not_hold_is_set_aside(
    statements: pl.DataFrame, tmp_path: Path, change: dict[str, object], reason_code: str
) -> None:
    entry = {"statement_id": park(statements), "expect": {"source_text": "137个"}, "set": {"sector": "urban"}}
    applied = apply_corrections(statements, write(tmp_path, [entry | SIGNED | change]))
    assert [row["reason_code"] for row in applied.quarantined] == [reason_code]
    assert applied.statements.equals(statements)


def test_two_corrections_of_one_statement(statements: pl.DataFrame, tmp_path: Path) -> None:
    entry = {"statement_id": park(statements), "expect": {"source_text": "137个"}, "set": {"sector": "urban"}}
    applied = apply_corrections(statements, write(tmp_path, [entry | SIGNED, entry | SIGNED]))
    assert [row["reason_code"] for row in applied.quarantined] == ["correction_repeated"]
