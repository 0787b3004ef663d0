"""How to cite a version: from CITATION.cff and what the version is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.paths import PROJECT_ROOT
from pipelines.publication.version_manifest import VersionManifest

CITATION = PROJECT_ROOT / "CITATION.cff"
_SHORT = 12
"""Characters of a commit or hash that tell it from others."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to a version, as a line of text and for BibTeX."""

    text: str
    bibtex: str


@cache
def _cited(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def citation(
    version: str, build: VersionManifest | None, package_sha256: str | None, file: Path = CITATION
) -> Citation:
    """How to cite a version. No date in it: the version's name says which state of the data is meant.

    Args:
        version: the version's name.
        build: what it is made from; None where that is not known.
        package_sha256: hash of its `datapackage.json`, which names the hash of every table; None without one.
        file: the CITATION.cff.

    Raises:
        OSError: the file is not there.
    """
    cited = _cited(file)
    release = (build.code.gwr if build else None) or cited["version"]
    authors = [author["name"] for author in cited["authors"]]
    notes = [f"data version {version}"]
    if build and build.code.git_commit:
        changed = " with changes" if build.code.uncommitted_changes else ""
        notes.append(f"commit {build.code.git_commit[:_SHORT]}{changed}")
    if package_sha256:
        notes.append(f"datapackage.json sha256 {package_sha256[:_SHORT]}")
    text = f"{', '.join(authors)}: {cited['title']}. gov-work-reports {release}, {', '.join(notes)}."
    lines = [
        f"@misc{{gov-work-reports-{version},",
        f"  author  = {{{' and '.join('{' + author + '}' for author in authors)}}},",
        f"  title   = {{{{{cited['title']}}}}},",
        f"  version = {{{release}}},",
        f"  note    = {{{', '.join(notes)}}}",
        "}",
    ]
    return Citation(text, "\n".join(lines))
