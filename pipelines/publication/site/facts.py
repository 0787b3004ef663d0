"""What the data pages say of a version beyond its tables: what it is made from, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.export.source import PublishedAs, open_tables
from pipelines.ids import file_sha256
from pipelines.publication.package import PACKAGE
from pipelines.publication.site.beside import Beside
from pipelines.publication.site.copies import write_copies
from pipelines.publication.site.dictionary import read_tables
from pipelines.publication.site.lineage import column_lists, lineage
from pipelines.publication.site.source import Source
from pipelines.publication.tables import DATABASE
from pipelines.publication.version_manifest import VersionManifest

MOST_INPUTS = 500
"""So many input files are listed one by one; of more, only how many each folder has."""


def site_facts(
    root: Path, manifest: Mapping[str, Any] | None, build: VersionManifest | None, *, dbt_docs: bool = False
) -> dict[str, Any]:
    """The facts for `write_site`. No clock in them: the same input and code give the same facts.

    Args:
        root: the version's folder.
        manifest: dbt's manifest, for the picture of the models; None: no picture.
        build: what is or will be in the version's `manifest.json`; None where that is not known.
        dbt_docs: whether `site/dbt/index.html` will be there; one that is there is noticed.

    Returns:
        `lineage` (a Lineage or None), `column_lists` (see there), `build` (as given), `package_sha256` (of
        `datapackage.json`, None where it is missing) and `dbt_docs`.

    Raises:
        ValueError: a model of the manifest stands in none of the layers.
    """
    package = root / PACKAGE
    return {
        "lineage": lineage(manifest) if manifest is not None else None,
        "column_lists": column_lists(manifest) if manifest is not None else {},
        "build": build,
        "package_sha256": file_sha256(package) if package.is_file() else None,
        "dbt_docs": dbt_docs or (root / "site" / "dbt" / "index.html").is_file(),
    }


def inputs_by_folder(inputs: Mapping[str, str]) -> list[tuple[str, int]]:
    """The kinds of input (`reports`, `statistics`) and places below raw/, and how many files each has."""
    folders = Counter("/".join(PurePosixPath(path).parts[:-1][:2]) or "." for path in inputs)
    return sorted(folders.items())


def checks_by_kind(build: VersionManifest) -> list[tuple[str, int, int]]:
    """Each kind of check before publication, how many were made and how many passed, by name."""
    made: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for check in build.checks:
        kind = check.name.rpartition(".")[2]
        made[kind] += 1
        passed[kind] += check.passed
    return [(kind, made[kind], passed[kind]) for kind in sorted(made)]


def version_files(
    root: Path,
    target: Path,
    source: Source,
    version: str,
    facts: Mapping[str, Any],
    *,
    work: Beside | None = None,
    made_with: str = "",
    earlier: Path | None = None,
) -> dict[str, Any]:
    """What the data pages know from the version's own files; writes the copies that they offer.

    Args:
        root: the version's folder.
        target: the site's folder in it.
        source: the published tables.
        version: the version's name.
        facts: those of `site_facts`.
        work: see `write_copies`.
        made_with: name of the code that makes the copies.
        earlier: a site whose copies are taken where they are the same.

    Returns:
        `tables` (see `read_tables`), `lists` (closed list -> codes in order) and `files` (see `Files`).

    Raises:
        ExportError: a table can't be read.
        OSError: the disk is full or not writable.
    """
    lists: dict[str, list[str]] = {}
    for row in source.rows("data_lists"):
        lists.setdefault(row["list_name"], []).append(row["code"])
    build: VersionManifest | None = facts.get("build")
    made_from = PublishedAs(version, build.code.gwr if build else None)
    with open_tables(root / DATABASE) as published:
        tables = read_tables(root, published, lists, facts.get("column_lists", {}))
        files = write_copies(
            root, target, published, tables, made_from, work=work, made_with=made_with, earlier=earlier
        )
    return {"tables": tables, "lists": lists, "files": files}
