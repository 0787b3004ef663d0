"""The site as what is published with the tables, and the name of what it is made with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from pipelines.fingerprint import hash_files
from pipelines.publication.dbt_docs import dbt_docs, write_dbt_docs
from pipelines.publication.site.citation import CITATION
from pipelines.publication.site.codebook import CODEBOOK
from pipelines.publication.version_manifest import read_version_manifest

_HERE = Path(__file__).parent
_PACKAGES = ("altair", "jinja2", "markdown-it-py", "markupsafe", "vl-convert-python", "xlsxwriter")
_BESIDE = (*(_HERE.parents[1] / name for name in ("export", "evaluation")), CODEBOOK, CITATION)
"""What the data pages are made of beside this package."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        pages: entry of the menu -> pages that belong to it.
        size: bytes of all files.
        kept: places whose pages were taken from the version before.
    """

    pages: Mapping[str, int]
    size: int
    kept: int = 0

    @property
    def count(self) -> int:
        """How many pages there are."""
        return sum(self.pages.values())


class SiteMaker:
    """The site as the companion of a version: see `pipelines.publication.publish.Companion`."""

    def __init__(self, manifest: Mapping[str, Any], workers: int = 1) -> None:
        """Take the dbt manifest that the tables were built from; nothing is written yet.

        Args:
            manifest: dbt's manifest.
            workers: how many processes may make pages.
        """
        self._manifest = manifest
        self._workers = workers
        self.written: Written | None = None

    @cached_property
    def _dbt_docs(self) -> dict[str, str]:
        return dbt_docs(self._manifest)

    def fingerprint(self) -> str:
        """Name of what the pages are made with: this package, what renders it, and the dbt project."""
        return self._made_with

    @cached_property
    def _made_with(self) -> str:
        packages = "".join(f"{name}=={installed(name)}\n" for name in _PACKAGES)
        project = hashlib.sha256()
        for name, content in sorted(self._dbt_docs.items()):
            project.update(f"{name}\n{content}\n".encode())
        return f"{hash_files([_HERE, *_BESIDE])} {project.hexdigest()}\n{packages}"

    def write(self, root: Path, earlier: Path | None = None) -> None:
        """Write `site/` into a version's folder, which holds the tables and `manifest.json`.

        Args:
            root: the version's folder.
            earlier: the version that readers see, whose pages are taken where they are the same.

        Raises:
            DbtDocsError: the page that dbt ships is not one that this release knows.
            ValueError: a model of the manifest stands in none of the layers.
            OSError: the disk is full or not writable.
            PageProcessError: a process that makes pages was killed.
        """
        # Drawing takes long to import, and only who writes pages should wait for it.
        from pipelines.publication.site.facts import site_facts  # noqa: PLC0415
        from pipelines.publication.site.write import FOLDER, write_site  # noqa: PLC0415

        build = read_version_manifest(root)
        write_dbt_docs(self._dbt_docs, root / FOLDER / "dbt")
        facts = site_facts(root, self._manifest, build, dbt_docs=True)
        self.written = write_site(
            root,
            build.version if build else root.name,
            facts,
            made_with=self.fingerprint(),
            earlier=earlier,
            workers=self._workers,
        )
