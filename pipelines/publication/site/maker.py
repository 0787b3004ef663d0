"""The site as what is published with the tables, and the name of what it is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

from pipelines.fingerprint import PACKAGE, hash_files
from pipelines.paths import PROJECT_ROOT
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


class SiteMaker:
    """The site as the companion of a version: see `pipelines.publication.publish.Companion`."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self.written: Written | None = None

    def fingerprint(self) -> str:
        """Name of what the pages are made with."""
        return site_fingerprint()

    def write(self, root: Path) -> None:
        """Write `site/` into a version's folder, which holds the tables and `manifest.json`."""
        manifest = read_version_manifest(root)
        from pipelines.publication.site.write import write_site  # noqa: PLC0415 - drawing takes long to import

        self.written = write_site(root, manifest.version if manifest else root.name)
