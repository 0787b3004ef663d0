"""A publication that would make the same again copies nothing, and every change makes it copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publication import publish as publishing
from pipelines.publication.provenance import Provenance
from pipelines.publication.publish import Publication, publish
from pipelines.publication.versions import current_version, is_whole, put_back

MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.dim_years": {
            "name": "dim_years",
            "alias": "dim_years",
            "resource_type": "model",
            "schema": "main",
            "description": "Years.",
            "columns": {"year": {"name": "year", "description": "A year.", "constraints": []}},
            "constraints": [],
            "primary_key": ["year"],
        }
    }
}
Go = Callable[..., Publication]


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that tables were copied."""
    made: list[str] = []
    write = publishing.write_tables

    def noted(*arguments: Any) -> Any:
        made.append("copied")
        return write(*arguments)

    monkeypatch.setattr(publishing, "write_tables", noted)
    return made


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A build database of one table."""
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table dim_years as select range as year from range(3)")
    return path


@pytest.fixture
def go(database: Path, tmp_path: Path) -> Go:
    """Publish it."""

    def published(**given: Any) -> Publication:
        record = tmp_path / "published.json"
        return publish(database, MANIFEST, tmp_path / "published", record=record, **given)

    return published


def test_the_same_is_not_copied_again(go: Go, copies: list[str]) -> None:
    first, second = go(), go()
    assert len(copies) == 1
    assert (second.version, second.changed, second.rows) == (first.version, False, {"dim_years": 3})


def test_a_build_that_was_written_is_published(go: Go, copies: list[str], database: Path) -> None:
    first = go()
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into dim_years values (7)")
    second = go()
    assert len(copies) == 2
    assert (second.version != first.version, second.changed, second.rows) == (True, True, {"dim_years": 4})


def test_other_code_copies_again(go: Go, copies: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    go()
    go(made_from=Provenance(dbt_project="another"))
    assert len(copies) == 2
    monkeypatch.setattr("pipelines.publication.unchanged.hash_files", lambda paths: "another")
    go(made_from=Provenance(dbt_project="another"))
    assert len(copies) == 3


@pytest.mark.parametrize("name", ["warehouse.duckdb", "parquet/dim_years.parquet", "datapackage.json"])
@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_version_that_is_not_as_it_was_is_made_again(
    go: Go, copies: list[str], tmp_path: Path, name: str, harm: str
) -> None:
    go()
    version = current_version(tmp_path / "published")
    assert version is not None
    file = version / name
    file.chmod(0o644)
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    go()
    now = current_version(tmp_path / "published")
    assert len(copies) == 2
    assert now is not None and is_whole(now)


def test_what_was_rolled_back_is_looked_at(go: Go, copies: list[str], database: Path, tmp_path: Path) -> None:
    first = go()
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into dim_years values (7)")
    go()
    put_back(tmp_path / "published", first.version)
    again = go()
    assert len(copies) == 3
    assert (again.version, again.held_back is not None) == (first.version, True)


def test_a_record_that_says_nothing_copies(go: Go, copies: list[str], tmp_path: Path) -> None:
    go()
    record = tmp_path / "published.json"
    for content in ("", "[]", '{"version": 1}'):
        record.write_text(content, encoding="utf-8")
        go()
    record.unlink()
    go()
    assert len(copies) == 5
