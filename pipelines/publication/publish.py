"""Publish what dbt built: one version, all of it or nothing."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from pipelines.publication.catalog import published_models
from pipelines.publication.checks import Earlier, check_not_emptied, check_version, refuse_if_failed
from pipelines.publication.order import order_rules
from pipelines.publication.package import PACKAGE, write_data_package
from pipelines.publication.provenance import UNKNOWN, Provenance
from pipelines.publication.tables import DATABASE, STORAGE_VERSION, write_tables
from pipelines.publication.unchanged import note_published, publication_code, unchanged_version
from pipelines.publication.version_manifest import (
    read_version_manifest,
    rename_version_manifest,
    write_version_manifest,
)
from pipelines.publication.versions import current_version, is_published, new_version, switch, table_rows
from pipelines.publication.withdrawn import VersionError, content_name

log = logging.getLogger(__name__)


class Companion(Protocol):
    """What is made from a version's tables and published with them, such as the site."""

    def fingerprint(self) -> str:
        """Name of all that it depends on beside the tables; part of the version's name."""

    def write(self, root: Path, earlier: Path | None) -> None:
        """Write it into the version's folder, which holds the tables and `manifest.json`.

        Args:
            root: the version's folder.
            earlier: the version that readers see, where there is one. What is the same there may be linked.
        """


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
    companion: Companion | None = None,
    record: Path | None = None,
) -> Publication:
    """Copy the published models into a version of their own, check it, and switch readers to it.

    The version is named by its content (tables, descriptions, file format, and what its pages are made
    with), so that the same content is published once; other code and input do not count, and the manifest
    of the first publication stays.

    Args:
        build_database: the DuckDB file that dbt built; nothing may have it open for writing.
        manifest: the dbt manifest it was built from.
        published: the folder that readers open.
        keep: how many versions stay on disk.
        made_from: input and code, for the version's `manifest.json`.
        accept_changes: whether a table that readers have rows of may become empty.
        companion: what is published with the tables; written only where the version is new.
        record: file that keeps what was published from what, so that the same is not copied again; None: it is.

    Raises:
        ValueError: nothing declares what tells the rows of a published model apart.
        VersionCheckError: the new version is not what was built, or lost all rows of a table.
        VersionError: readers can't be switched (see `switch`).
        duckdb.Error: the build database does not hold what the manifest declares.
        OSError: the disk is full or not writable. Readers see the old version in each of these cases.
    """
    made_with = publication_code(
        f"{made_from.dbt_project} {companion.fingerprint() if companion else None} {duckdb.__version__}"
    )
    if record and (same := unchanged_version(record, build_database, made_with, published)):
        known = read_version_manifest(same)
        if known:
            return Publication(same.name, changed=False, rows=known.rows)
    models = published_models(manifest)
    before = _seen_by_readers(published)
    root = new_version(published)
    try:
        rows, data_types = write_tables(build_database, root, models)
        package = write_data_package(root, models, data_types)
        content = _content(package, companion)
        checks = [
            *check_version(build_database, root, models),
            *check_not_emptied(rows, made_from.inputs, before, models, accepted=accept_changes),
        ]
        refuse_if_failed(checks)
        write_version_manifest(root, content, rows, checks, made_from)
        if companion and not is_published(published, content):
            companion.write(root, current_version(published))
        version, changed = switch(published, content, keep)
    except BaseException:
        # Half a version is of no use to anybody, and on a full disk its space is what is missing.
        shutil.rmtree(root, ignore_errors=True)
        raise
    held_back = None if content_name(version.name) == content else content
    if record and not held_back:
        note_published(record, build_database, made_with, published)
    if held_back:
        log.warning(
            "what was built is version %s, which was rolled back: readers keep version %s."
            " To publish it all the same: gwr rollback %s",
            *(held_back, version.name, held_back),
        )
    return Publication(version.name, changed, rows, held_back)


def republish(published: Path, companion: Companion, keep: int = 3) -> Publication:
    """Publish the tables that readers see once more, with a companion of the present code.

    Args:
        published: the folder that readers open.
        companion: what is made anew.
        keep: how many versions stay on disk.

    Raises:
        VersionError: nothing is published, or readers can't be switched (see `switch`).
        duckdb.Error: the published tables are not those that the companion wants.
        OSError: the disk is full or not writable. Readers see the old version in each of these cases.
    """
    before = current_version(published)
    manifest = read_version_manifest(before) if before else None
    if before is None or manifest is None:
        raise VersionError("nothing is published, or by an earlier release: run gwr build")
    content = _content(before / PACKAGE, companion)
    if is_published(published, content) and content_name(before.name) == content:
        return Publication(before.name, changed=False, rows=manifest.rows)
    root = new_version(published)
    try:
        for name in (DATABASE, PACKAGE, "parquet"):
            copy = shutil.copytree if (before / name).is_dir() else shutil.copy2
            copy(before / name, root / name)
        rename_version_manifest(root, manifest, content)
        companion.write(root, before)
        version, changed = switch(published, content, keep)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise
    held_back = None if content_name(version.name) == content else content
    return Publication(version.name, changed, manifest.rows, held_back)


def _content(package: Path, companion: Companion | None) -> str:
    """The name of a version, from what tells its content from another's."""
    written = f"duckdb {duckdb.__version__} storage {STORAGE_VERSION}\n"
    written += f"order {order_rules().model_dump_json()}\n"
    made_with = f"{companion.fingerprint()}\n" if companion else ""
    return hashlib.sha256((written + made_with).encode() + package.read_bytes()).hexdigest()[:16]


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
