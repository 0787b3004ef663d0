"""What a version is made from: the input by its hashes, and the code by its versions."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as installed
from pathlib import Path

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, entries, shown_path
from pipelines.extraction.statements import EXTRACTOR_VERSION
from pipelines.lake.documents import raw_hashes
from pipelines.lake.tables import scan_lake
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.rules import rules_hash
from pipelines.warehouse import project_fingerprint

CODE = ("pipelines", "dbt_project", "pyproject.toml")
"""What of a checkout decides over the data: a change elsewhere is no change of the code."""
README = "readme.md"
GIT_SECONDS = 30
_ANY_FOLDERS = Paths(raw=Path("raw"), data=Path("data"))


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a version is made from.

    Attributes:
        gwr: version of this project.
        extractor: version of the extractor with the hash of its rules.
        dbt_project: hash of the dbt project's files and of the versions of dbt and DuckDB.
        git_commit: commit of the checkout that the code runs from; None where it is no checkout.
        uncommitted_changes: whether the code differs from that commit; None without one.
        inputs: path below raw/ -> sha256, of every input file and sidecar, ordered by path.
    """

    gwr: str | None = None
    extractor: str | None = None
    dbt_project: str | None = None
    git_commit: str | None = None
    uncommitted_changes: bool | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)


UNKNOWN = Provenance()
"""Of a version that was made from something else than raw/ (a test, a copy)."""


def provenance(paths: Paths) -> Provenance:
    """What a version that is published now from these folders is made from."""
    commit, changed = git_state(PROJECT_ROOT)
    return Provenance(
        gwr=installed("gov-work-reports"),
        extractor=f"{EXTRACTOR_VERSION}+{rules_hash()}",
        # The fingerprint counts the lake's place, which must not make two machines differ.
        dbt_project=project_fingerprint(_ANY_FOLDERS),
        git_commit=commit,
        uncommitted_changes=changed,
        inputs=input_hashes(paths),
    )


def input_hashes(paths: Paths) -> dict[str, str]:
    """Path below raw/ -> sha256 of every input file, those set aside and the sidecars included.

    A document counts with the hash it was read with: the file may have changed since. What is refused as
    an input (a link out of raw/, a pipe) and what can't be read is left out.
    """
    found = {}
    hashes = raw_hashes(paths)
    for path in entries(paths.raw):
        if path.name.lower() == README:
            continue
        try:
            # What lies in raw/ itself and is a regular file needs no look at where it leads.
            if not stat.S_ISREG(path.lstat().st_mode):
                check_entry(path, paths.raw)
            found[shown_path(path, paths.raw)] = hashes.sha256(path)
        except (DocumentError, OSError):
            continue
    hashes.save(only_asked=True)
    return dict(sorted((found | _as_read(paths)).items()))


def _as_read(paths: Paths) -> dict[str, str]:
    read = scan_lake(paths, "documents").select("file_path", "file_sha256").collect()
    return dict(read.iter_rows())


def git_state(checkout: Path) -> tuple[str | None, bool | None]:
    """The commit of a checkout, and whether its code differs from it; (None, None) where there is none.

    A folder inside somebody else's checkout is none. Nothing is written, not even git's own index.
    """
    top = _git(checkout, "rev-parse", "--show-toplevel")
    commit = _git(checkout, "rev-parse", "--verify", "HEAD")
    changes = _git(checkout, "status", "--porcelain", "--", *CODE)
    if not top or not commit or changes is None or Path(top).resolve() != checkout.resolve():
        return None, None
    return commit, bool(changes)


def _git(checkout: Path, *arguments: str) -> str | None:
    """What git says, None where it fails or is not installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), *arguments],
            env={**environment, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
