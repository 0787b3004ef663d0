"""The site as what is published with the tables, and the name of what it is made with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from pipelines.fingerprint import PACKAGE, hash_files
from pipelines.paths import PROJECT_ROOT
from pipelines.publication.site.lineage import column_lists, lineage
from pipelines.publication.version_manifest import read_version_manifest

_HERE = Path(__file__).parent
_PACKAGES = ("altair", "jinja2", "markdown-it-py", "markupsafe", "vl-convert-python", "xlsxwriter")
_BESIDE = (
    *(PACKAGE / name for name in ("export", "evaluation")),
    PROJECT_ROOT / "docs" / "codebook.md",
    PROJECT_ROOT / "CITATION.cff",
)
"""What the pages on the data are made of beside this package."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        pages: entry of the menu -> pages that belong to it.
        size: bytes of all files.
    """

    pages: Mapping[str, int]
    size: int

    @property
    def count(self) -> int:
        """How many pages there are."""
        return sum(self.pages.values())


def site_fingerprint() -> str:
    """Hash of all that the pages depend on beside the tables: this package and what renders it."""
    packages = "".join(f"{name}=={installed(name)}\n" for name in _PACKAGES)
    return f"{hash_files([_HERE, *_BESIDE])} {packages}"


def shown_fingerprint(dbt_manifest: Mapping[str, Any] | None) -> str:
    """Hash of what the pages show of the dbt project; the tables' own descriptions count with the tables."""
    shown = (lineage(dbt_manifest), column_lists(dbt_manifest)) if dbt_manifest is not None else None
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


class SiteMaker:
    """The site as the companion of a version: see `pipelines.publication.publish.Companion`."""

    def __init__(self, dbt_manifest: Mapping[str, Any] | None = None) -> None:
        """Nothing is written yet. Without dbt's manifest there is no picture of the models."""
        self.written: Written | None = None
        self._dbt_manifest = dbt_manifest

    def fingerprint(self) -> str:
        """Name of what the pages are made with."""
        return f"{site_fingerprint()} {shown_fingerprint(self._dbt_manifest)}"

    def write(self, root: Path) -> None:
        """Write `site/` into a version's folder, which holds the tables and `manifest.json`."""
        manifest = read_version_manifest(root)
        from pipelines.publication.site.facts import site_facts  # noqa: PLC0415
        from pipelines.publication.site.write import write_site  # noqa: PLC0415 - drawing takes long to import

        facts = site_facts(root, self._dbt_manifest, manifest)
        self.written = write_site(root, manifest.version if manifest else root.name, facts)
