"""A full disk is recognised in the words of the system, of SQLite and of DuckDB; other errors are not."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import duckdb
import pytest

from pipelines.disk import DiskError, disk_complaint, disk_reason


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EFBIG, "whatever the system calls it"),
        sqlite3.OperationalError("database or disk is full"),
        duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_disk_is_found_behind_the_errors_that_it_led_to(error: Exception) -> None:
    outer = RuntimeError("the step failed")
    outer.__cause__ = ValueError("because of")
    outer.__cause__.__context__ = error
    assert disk_reason(outer) == str(error)


@pytest.mark.parametrize(
    "error", [FileNotFoundError(errno.ENOENT, "No such file"), ValueError("full"), duckdb.IOException("lock")]
)
def test_other_errors_are_not_the_disk(error: Exception) -> None:
    assert disk_reason(error) is None


def test_only_the_line_of_the_disk_is_shown(tmp_path: Path) -> None:
    said = disk_complaint(
        "Runtime Error in model x\n  IO Error: No space left on device\n  compiled code at y"
    )
    assert said == "IO Error: No space left on device"
    assert f"{tmp_path} can't be written: {said} (" in str(DiskError(tmp_path, said))
