"""The benchmark of reading alone: what its figures say, and that it reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.bench.lake import HEADINGS, Reading, measured, off_the_line, row_of


def _reading(characters: int, wall: float, course: tuple[float, ...] = ()) -> Reading:
    return Reading(characters // 1000, characters, wall, wall * (os.cpu_count() or 1) * 0.9, course, 100.0)


def test_a_row_has_a_figure_under_each_heading() -> None:
    row = row_of(_reading(2_000_000, 4.0, (100.0, 210.0)))
    assert len(row) == len(HEADINGS)
    assert row[1:6] == ("2,000,000", "4.0", "500,000", "90", "210")


def test_readings_on_a_line_are_not_off_it() -> None:
    # Half a second of start, and a second a million characters, in whatever order they were measured.
    found = [_reading(n * 1_000_000, 0.5 + n) for n in (6, 1, 3, 2)]
    assert off_the_line(found) == pytest.approx(0.0)


def test_a_reading_off_the_line_is_told_by_its_share() -> None:
    found = [_reading(n * 1_000_000, wall) for n, wall in ((1, 1.0), (2, 2.5), (3, 3.0))]
    assert off_the_line(found) == pytest.approx(0.25)
    assert off_the_line(found[:2]) is None


def test_memory_that_grows_is_not_flat() -> None:
    assert _reading(1000, 1.0, (100.0,) * 8).growth == 1.0
    assert _reading(1000, 1.0, (100.0,) * 4 + (150.0,) * 4).growth == 1.5


def test_a_corpus_is_read(tmp_path: Path) -> None:
    found = measured(2, tmp_path)
    assert found.characters > 20_000
    assert found.processor > 0
    assert (tmp_path / "data-2" / "lake" / "statements").exists()
