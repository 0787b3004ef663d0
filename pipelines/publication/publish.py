"""Publish what dbt built: one version, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publication.catalog import published_models
from pipelines.publication.package import write_data_package
from pipelines.publication.tables import write_tables
from pipelines.publication.versions import new_version, switch


@dataclass(frozen=True, slots=True)
class Publication:
    """A published version: its name, whether it is new to readers, and its tables' row counts."""

    version: str
    changed: bool
    rows: dict[str, int]


def publish(build_database: Path, manifest: Mapping[str, Any], published: Path, keep: int = 3) -> Publication:
    """Copy the published models into a version of their own and switch readers to it.

    The version is named by its content (tables, descriptions, file format), so that the same content
    is published once.

    Args:
        build_database: the DuckDB file that dbt built; nothing may have it open for writing.
        manifest: the dbt manifest it was built from.
        published: the folder that readers open.
        keep: how many versions stay on disk.

    Raises:
        ValueError: nothing declares what tells the rows of a published model apart.
        duckdb.Error: the build database does not hold what the manifest declares.
        OSError: the disk is full or not writable. Readers see the old version in each of these cases.
    """
    models = published_models(manifest)
    root = new_version(published)
    rows, data_types = write_tables(build_database, root, models)
    package = write_data_package(root, models, data_types)
    content = hashlib.sha256(f"duckdb {duckdb.__version__}\n".encode() + package.read_bytes()).hexdigest()
    version, changed = switch(published, content[:16], keep)
    return Publication(version.name, changed, rows)
