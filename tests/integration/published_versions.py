"""Further published versions made from a built one, without a build."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines.paths import Paths
from pipelines.publication.versions import current_version, new_version, switch

Tables = dict[str, list[tuple[Any, ...]]]


def copy_of(built: Paths, folder: Path) -> Paths:
    """A data folder with what a build published, for a test to go on from."""
    paths = Paths(raw=built.raw, data=folder)
    shutil.copytree(built.published, paths.published, symlinks=True)
    return paths


def published(paths: Paths) -> Path:
    """The version that readers see."""
    version = current_version(paths.published)
    assert version is not None
    return version


def publish_changed(paths: Paths, base: Path, name: str, *statements: str) -> Path:
    """Publish a version once more under a name of its own, with SQL statements applied to it."""
    fresh = new_version(paths.published)
    for file in ("warehouse.duckdb", "datapackage.json"):
        shutil.copyfile(base / file, fresh / file)
    with duckdb.connect(str(fresh / "warehouse.duckdb")) as database:
        for statement in statements:
            database.execute(statement)
    return switch(paths.published, name, keep=9)[0]


def tables_of(version: Path) -> Tables:
    """Table -> rows of a version, in a fixed order."""
    with duckdb.connect(str(version / "warehouse.duckdb"), read_only=True) as database:
        names = [
            name
            for (name,) in database.execute(
                "select table_name from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        ]
        return {name: sorted(database.execute(f"from {name}").fetchall(), key=repr) for name in names}


def differences(found: Tables, expected: Tables) -> list[str]:
    """What differs, in few words: pytest's own comparison of so many rows takes minutes and gigabytes."""
    said = [f"{name}: only on one side" for name in sorted(found.keys() ^ expected.keys())]
    for name in sorted(found.keys() & expected.keys()):
        only = [row for row, other in zip(found[name], expected[name], strict=False) if row != other]
        if only or len(found[name]) != len(expected[name]):
            said.append(f"{name}: {len(found[name])} rows, {len(expected[name])} expected; {only[:1]}")
    return said


def comments_of(version: Path) -> dict[tuple[str, str | None], str]:
    """(table, column or None) -> comment of a version."""
    with duckdb.connect(str(version / "warehouse.duckdb"), read_only=True) as database:
        return {
            (table, column): comment
            for table, column, comment in database.execute(
                "select table_name, null, comment from duckdb_tables() where schema_name = 'main'"
                " union all select table_name, column_name, comment from duckdb_columns()"
                " where not internal and schema_name = 'main'"
            ).fetchall()
        }
