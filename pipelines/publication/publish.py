"""Publish what dbt built: one version, all of it or nothing."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.publication.catalog import published_models
from pipelines.publication.checks import Earlier, check_not_emptied, check_version, refuse_if_failed
from pipelines.publication.package import write_data_package
from pipelines.publication.provenance import UNKNOWN, Provenance
from pipelines.publication.tables import STORAGE_VERSION, write_tables
from pipelines.publication.version_manifest import read_version_manifest, write_version_manifest
from pipelines.publication.versions import current_version, new_version, switch, table_rows
from pipelines.publication.withdrawn import content_name

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Publication:
    """What readers see after a publication.

    Attributes:
        version: name of the version that readers see.
        changed: whether it is new to them.
        rows: model -> rows of what was built.
        held_back: name of what was built, where an operator rolled it back before; else None.
    """

    version: str
    changed: bool
    rows: dict[str, int]
    held_back: str | None = None


def publish(
    build_database: Path,
    manifest: Mapping[str, Any],
    published: Path,
    keep: int = 3,
    made_from: Provenance = UNKNOWN,
    *,
    accept_changes: bool = False,
) -> Publication:
    """Copy the published models into a version of their own, check it, and switch readers to it.

    The version is named by its content (tables, descriptions, file format), so that the same content
    is published once; code and input do not count, and the manifest of the first publication stays.

    Args:
        build_database: the DuckDB file that dbt built; nothing may have it open for writing.
        manifest: the dbt manifest it was built from.
        published: the folder that readers open.
        keep: how many versions stay on disk.
        made_from: input and code, for the version's `manifest.json`.
        accept_changes: whether a table that readers have rows of may become empty.

    Raises:
        ValueError: nothing declares what tells the rows of a published model apart.
        VersionCheckError: the new version is not what was built, or lost all rows of a table.
        VersionError: readers can't be switched (see `switch`).
        duckdb.Error: the build database does not hold what the manifest declares.
        OSError: the disk is full or not writable. Readers see the old version in each of these cases.
    """
    models = published_models(manifest)
    before = _seen_by_readers(published)
    root = new_version(published)
    try:
        rows, data_types = write_tables(build_database, root, models)
        package = write_data_package(root, models, data_types)
        written = f"duckdb {duckdb.__version__} storage {STORAGE_VERSION}\n".encode()
        content = hashlib.sha256(written + package.read_bytes()).hexdigest()[:16]
        checks = [
            *check_version(build_database, root, models),
            *check_not_emptied(rows, made_from.inputs, before, models, accepted=accept_changes),
        ]
        refuse_if_failed(checks)
        write_version_manifest(root, content, rows, checks, made_from)
        version, changed = switch(published, content, keep)
    except BaseException:
        # Half a version is of no use to anybody, and on a full disk its space is what is missing.
        shutil.rmtree(root, ignore_errors=True)
        raise
    held_back = None if content_name(version.name) == content else content
    if held_back:
        log.warning(
            "what was built is version %s, which was rolled back: readers keep version %s."
            " To publish it all the same: gwr rollback %s",
            *(held_back, version.name, held_back),
        )
    return Publication(version.name, changed, rows, held_back)


def _seen_by_readers(published: Path) -> Earlier | None:
    """What readers have; None where they have nothing, or nothing that can be read."""
    version = current_version(published)
    if version is None:
        return None
    try:
        rows = table_rows(version)
    except (OSError, pa.ArrowException) as error:
        log.warning("version %s, which readers see, is damaged: %s", version.name, error)
        return None
    known = read_version_manifest(version)
    return Earlier(rows, known.inputs if known else {})
