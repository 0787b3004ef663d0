"""Copies for download: bounded, and linked where their table holds the same as in an earlier version."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.publication.site import copies
from pipelines.publication.site.dictionary import Table
from pipelines.publication.site.earlier_copies import RECORD, Copies, table_contents

SAME, OTHER = "sha256:aa", "sha256:bb"


def make(site: Path, content: str, made_with: str = "this code", earlier: Path | None = None) -> str:
    """The copy of a table with a content; `made` where it was written."""
    site.mkdir(exist_ok=True)
    found = Copies(site, {"facts": content}, made_with, earlier)
    target = found.make("facts.csv", "facts", lambda file: file.write_text(site.name))
    found.note()
    return target.read_text()


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    assert make(tmp_path / "first", SAME) == "first"
    return tmp_path / "first"


def test_the_copy_of_the_same_content_is_linked(earlier: Path, tmp_path: Path) -> None:
    assert make(tmp_path / "second", SAME, earlier=earlier) == "first"
    assert (tmp_path / "second" / "facts.csv").samefile(earlier / "facts.csv")
    assert make(tmp_path / "third", SAME, earlier=tmp_path / "second") == "first"
    assert (tmp_path / "third" / RECORD).read_bytes() == (earlier / RECORD).read_bytes()


def test_other_content_and_other_code_are_written(earlier: Path, tmp_path: Path) -> None:
    assert make(tmp_path / "content", OTHER, earlier=earlier) == "content"
    assert make(tmp_path / "code", SAME, "other code", earlier) == "code"
    assert make(tmp_path / "unknown", "", earlier=earlier) == "unknown"


@pytest.mark.parametrize("record", ["{", "[]", "{}", None])
def test_a_copy_without_a_record_is_written(earlier: Path, tmp_path: Path, record: str | None) -> None:
    (earlier / RECORD).unlink()
    if record is not None:
        (earlier / RECORD).write_text(record)
    assert make(tmp_path / "second", SAME, earlier=earlier) == "second"


def test_a_copy_that_is_missing_is_written(earlier: Path, tmp_path: Path) -> None:
    (earlier / "facts.csv").unlink()
    assert make(tmp_path / "second", SAME, earlier=earlier) == "second"


def test_contents_are_the_hashes_of_the_data_package(tmp_path: Path) -> None:
    assert table_contents(tmp_path) == {}
    resources = [{"name": "facts", "hash": SAME}, {"name": "unknown"}]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    assert table_contents(tmp_path) == {"facts": SAME}


def test_the_workbook_takes_the_smallest_tables_that_fit_together() -> None:
    table = Table("", "", "", "", 0, (), (), ())
    tables = [replace(table, name=name, rows=rows) for name, rows in (("c", 30), ("a", 10), ("b", 20))]
    assert copies.in_workbook(tables, 60) == ["c", "a", "b"]
    assert copies.in_workbook(tables, 59) == ["a", "b"]
    assert copies.in_workbook(tables, 29) == ["a"]
    assert copies.in_workbook(tables, 9) == []
