"""`manifest.json` of a published version: what it is made from, what it holds, what was checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.publication.tables import STORAGE_VERSION

if TYPE_CHECKING:
    # Who only reads a manifest does not wait for what writing one needs.
    from pipelines.publication.checks import Check
    from pipelines.publication.provenance import Provenance

FILE_NAME = "manifest.json"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Code(_Part):
    """The code that made a version; see `Provenance`."""

    gwr: str | None
    git_commit: str | None
    uncommitted_changes: bool | None
    extractor: str | None
    dbt_project: str | None


class DuckdbFile(_Part):
    """The DuckDB that wrote `warehouse.duckdb`, and the format: the oldest client that opens it."""

    version: str
    storage_version: str


class CheckResult(_Part):
    """A check before the switch. One that did not pass was accepted with GWR_ACCEPT_CHANGES."""

    name: str
    passed: bool
    problem: str | None = None


class VersionManifest(_Part):
    """The manifest of a version. Its fields stand in the file in this order.

    Attributes:
        format: of this file.
        version: name of the content; the folder's name, but for a number behind it (see `switch`).
        code: what made it.
        duckdb: what wrote the DuckDB file.
        rows: table -> rows.
        checks: what was checked before the switch.
        inputs: path below raw/ -> sha256, sidecars and files set aside included.
    """

    format: Literal[1] = 1
    version: str
    code: Code
    duckdb: DuckdbFile
    rows: dict[str, int]
    checks: tuple[CheckResult, ...]
    inputs: dict[str, str]


def version_manifest(
    version: str, rows: Mapping[str, int], checks: Sequence[Check], made_from: Provenance
) -> VersionManifest:
    """The manifest of a version. No clock in it: the same input and code, the same manifest.

    Args:
        version: the version's name.
        rows: table -> rows.
        checks: what was checked before readers could see it.
        made_from: input and code.
    """
    return VersionManifest(
        version=version,
        code=Code(
            gwr=made_from.gwr,
            git_commit=made_from.git_commit,
            uncommitted_changes=made_from.uncommitted_changes,
            extractor=made_from.extractor,
            dbt_project=made_from.dbt_project,
        ),
        duckdb=DuckdbFile(version=duckdb.__version__, storage_version=STORAGE_VERSION),
        rows=dict(sorted(rows.items())),
        checks=tuple(
            CheckResult(name=check.name, passed=check.passed, problem=check.problem or None)
            for check in checks
        ),
        inputs=dict(sorted(made_from.inputs.items())),
    )


def write_version_manifest(
    root: Path, version: str, rows: Mapping[str, int], checks: Sequence[Check], made_from: Provenance
) -> Path:
    """Write `manifest.json` into a version's folder; see `version_manifest`."""
    return _write(root, version_manifest(version, rows, checks, made_from))


def rename_version_manifest(root: Path, manifest: VersionManifest, version: str) -> Path:
    """Write the manifest of a version into the folder of another with the same tables, under its name."""
    return _write(root, manifest.model_copy(update={"version": version}))


def _write(root: Path, manifest: VersionManifest) -> Path:
    target = root / FILE_NAME
    target.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return target


def read_version_manifest(version: Path) -> VersionManifest | None:
    """The manifest in a version's folder; None where it has none (published by another release), or one
    that can't be read."""
    try:
        return VersionManifest.model_validate_json((version / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return None
