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

from pipelines.build_log import last_build
from pipelines.publication.all_tables import write_tables
from pipelines.publication.catalog import PublishedModel, published_models
from pipelines.publication.changed_checks import check_changed_version
from pipelines.publication.changed_tables import NONE, DeltaError, write_changed_tables
from pipelines.publication.checks import (
    Check,
    Earlier,
    VersionCheckError,
    check_not_emptied,
    check_version,
    refuse_if_failed,
)
from pipelines.publication.delta import Delta, plan_delta
from pipelines.publication.earlier_files import DamagedFileError, published_sums
from pipelines.publication.ids import id_rules
from pipelines.publication.order import order_rules
from pipelines.publication.package import PACKAGE, write_data_package
from pipelines.publication.parquet_footer import ParquetFileError
from pipelines.publication.provenance import UNKNOWN, Provenance
from pipelines.publication.sql import literal
from pipelines.publication.tables import DATABASE, MEMORY, STORAGE_VERSION, Sum, parquet_file
from pipelines.publication.unchanged import (
    State,
    is_as_published,
    last_publication,
    note_published,
    publication_code,
    unchanged_version,
)
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


@dataclass(frozen=True, slots=True)
class _Tables:
    """Tables that were written and read back: what is said of them, and what the next publication wants to know."""

    rows: dict[str, int]
    package: Path
    checks: list[Check]
    sums: dict[str, Sum]
    appended: dict[str, int]
    built: str | None


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
    """Put the published models into a version of their own, check it, and switch readers to it.

    Where it is known which rows changed since the version that readers see, only those are copied
    (`pipelines.publication.delta`); what comes of it is the same.

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
    known = last_publication(record) if record else None
    if same := unchanged_version(known, build_database, made_with, published):
        manifest_of_same = read_version_manifest(same)
        if manifest_of_same:
            return Publication(same.name, changed=False, rows=manifest_of_same.rows)
    models = published_models(manifest)
    tables_with = publication_code(f"{made_from.dbt_project} {models} {duckdb.__version__}")
    before = _seen_by_readers(published)
    root = new_version(published)
    try:
        tables = _changed_tables(build_database, root, models, known, tables_with, published)
        if tables is None:
            root = new_version(published)
            tables = _all_tables(build_database, root, models)
        content = _content(tables.package, companion)
        checks = [
            *tables.checks,
            *check_not_emptied(tables.rows, made_from.inputs, before, models, accepted=accept_changes),
        ]
        refuse_if_failed(checks)
        write_version_manifest(root, content, tables.rows, checks, made_from)
        if companion and not is_published(published, content):
            companion.write(root, current_version(published))
        written = (root / DATABASE).stat().st_ino
        version, changed = switch(published, content, keep)
    except BaseException:
        # Half a version is of no use to anybody, and on a full disk its space is what is missing.
        shutil.rmtree(root, ignore_errors=True)
        raise
    held_back = None if content_name(version.name) == content else content
    if record and not held_back:
        appended: Mapping[str, int] | None = tables.appended
        if (version / DATABASE).stat().st_ino != written:
            # Readers have a file that was there before, in which other rows may stand behind those in order.
            appended = known.appended if known and is_as_published(known, version) else None
        note_published(
            record,
            build_database,
            published,
            made_with=made_with,
            tables_with=tables_with,
            built=None if appended is None else tables.built,
            sums=tables.sums,
            appended=appended or {},
        )
    if held_back:
        log.warning(
            "what was built is version %s, which was rolled back: readers keep version %s."
            " To publish it all the same: gwr rollback %s",
            *(held_back, version.name, held_back),
        )
    return Publication(version.name, changed, tables.rows, held_back)


def _all_tables(build_database: Path, root: Path, models: tuple[PublishedModel, ...]) -> _Tables:
    """Copy every row, and read all of it back."""
    rows, data_types = write_tables(build_database, root, models)
    package = write_data_package(root, models, data_types)
    checks, sums = check_version(build_database, root, models)
    with duckdb.connect(":memory:") as database:
        database.execute(f"attach {literal(str(build_database))} as build (read_only)")
        built = last_build(database, "build")
    return _Tables(rows, package, checks, sums, {}, built)


def _changed_tables(
    build_database: Path,
    root: Path,
    models: tuple[PublishedModel, ...],
    known: State | None,
    tables_with: str,
    published: Path,
) -> _Tables | None:
    """Take over the version that readers see, and replace the rows that changed; None where that can't be."""
    try:
        delta, reason = plan_delta(known, build_database, tables_with, published)
        if delta is None:
            log.info("all tables are copied: %s", reason)
            return None
        tables = _from_earlier(build_database, root, models, delta)
        refuse_if_failed(tables.checks)
    except (duckdb.Error, DeltaError, DamagedFileError, ParquetFileError, VersionCheckError) as error:
        log.warning("all tables are copied, because those that changed could not be replaced: %s", error)
        return None
    log.info(
        "copied for %d changed documents and %d places only: all else is that of version %s",
        *(len(delta.documents), len(delta.places), delta.earlier.name),
    )
    return tables


def _from_earlier(
    build_database: Path, root: Path, models: tuple[PublishedModel, ...], delta: Delta
) -> _Tables:
    names = {model.name: parquet_file(root, model).relative_to(root).as_posix() for model in models}
    earlier = published_sums(delta.earlier)
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY}) as database:
        written = write_changed_tables(database, build_database, root, models, delta)
        taken_over = {name: earlier[name] for model, name in names.items() if written.where[model] == NONE}
        package = write_data_package(root, models, written.data_types, taken_over)
        checks = check_changed_version(database, root, models, written)
    rows = {name: count for name, (count, _) in written.sums.items()}
    return _Tables(rows, package, checks, written.sums, written.appended, written.built)


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
    written += f"ids {id_rules().model_dump_json()}\n"
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
