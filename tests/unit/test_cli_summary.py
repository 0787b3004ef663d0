"""The table that a build ends with."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.build import BuildResult, FailedCheck, Outcome
from pipelines.cli.summary import QUARANTINED_SHOWN, print_summary
from pipelines.paths import Paths
from pipelines.schemas import Quarantined, frame

ROW_COUNTS = {"documents": 0, "statements": 0, "observations": 3, "fct_indicators": 3, "stg_documents": 0}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Folders with a lake that holds nothing."""
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


def result(outcome: Outcome = Outcome.COMPLETE, quarantined: int = 0, **given: object) -> BuildResult:
    rows = [
        {
            "quarantine_id": str(number),
            "stage": "statistics",
            "file_path": "statistics/330200-ningbo/[figures].csv",
            "line": number + 1,
            "reason_code": "unit_unknown",
            "reason": "unit '亿贝' is not known",
            "hint": "Correct the unit.",
        }
        for number in range(quarantined)
    ]
    values: dict[str, object] = {
        "outcome": outcome,
        "run_id": "1",
        "row_counts": ROW_COUNTS,
        "readings": {},
        "checks_passed": 7,
        "checks_failed": (),
        "errors": (),
        "quarantined": frame(Quarantined, rows),
        "new_to_readers": True,
    }
    return BuildResult(**(values | given))  # type: ignore[arg-type]


def said(built: BuildResult, paths: Paths) -> str:
    buffer = io.StringIO()
    print_summary(Console(file=buffer, width=100), built, paths)
    return buffer.getvalue()


def test_without_a_report_it_says_how_to_add_one(paths: Paths) -> None:
    text = said(result(), paths)
    assert "raw/reports holds no report yet" in text
    assert "gwr add REPORT.txt --place" in text


def test_marts_are_counted_and_staging_is_not(paths: Paths) -> None:
    text = said(result(), paths)
    assert "fct_indicators" in text
    assert "stg_documents" not in text


def test_the_same_content_is_said(paths: Paths) -> None:
    assert "(same content as before)" in said(result(new_to_readers=False), paths)
    assert "(same content as before)" not in said(result(), paths)


def test_quarantined_rows_are_named_and_the_many_are_counted(paths: Paths) -> None:
    text = said(result(Outcome.QUARANTINED, quarantined=QUARANTINED_SHOWN + 1234), paths)
    assert "statistics/330200-ningbo/[figures].csv:1  unit '亿贝' is not known. Correct the unit." in text
    assert text.count("[figures].csv:") == QUARANTINED_SHOWN
    assert "and 1,234 more" in text


def test_a_failure_says_what_failed_and_that_nothing_was_published(paths: Paths) -> None:
    failed = FailedCheck("observations", "schema", is_error=True)
    errors = ("dbt_build: [red] is no column",)
    text = said(result(Outcome.FAILED, checks_failed=(failed,), errors=errors, new_to_readers=None), paths)
    assert "failed: observations: schema" in text
    assert "failed: dbt_build: [red] is no column" in text
    assert "Nothing was published." in text
    assert "try: gwr query" not in text


def test_a_warning_is_no_failure(paths: Paths) -> None:
    warned = FailedCheck("quarantine", "all_input_taken", is_error=False)
    text = said(result(Outcome.QUARANTINED, quarantined=1, checks_failed=(warned,)), paths)
    assert "7 passed, 0 failed, 1 warned" in text
    assert "warned: quarantine: all_input_taken" in text
