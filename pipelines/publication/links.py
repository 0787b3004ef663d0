"""The links that readers open, and how they are switched: each in one step, the one that decides first."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from pipelines.publication.withdrawn import VersionError

_FRESH = ".new-"


def flush(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point(link: Path, target: str) -> None:
    """Make a link point to a target, in one step."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    fresh = link.with_name(f"{_FRESH}{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def show(published: Path, version: Path) -> None:
    """Let readers see a whole version: the switch first, then the links beside it.

    Raises:
        VersionError: something that is no link stands where a link has to be; nothing was switched.
    """
    names = sorted(entry.name for entry in version.iterdir())
    for name in names:
        there = published / name
        if not there.is_symlink() and there.exists():
            raise VersionError(
                f"{there} is no link to the current version (a copy that followed the links?). Move it away;"
                " readers see what they saw."
            )
    _point(published / ".current", f".versions/{version.name}")
    for name in names:
        _point(published / name, f".current/{name}")
    for link in sorted(published.iterdir()):
        if link.is_symlink() and _is_left_over(link, names):
            link.unlink()
    flush(published)


def _is_left_over(link: Path, names: Collection[str]) -> bool:
    """Whether a link of ours leads to what the current version has not, or was never put in its place."""
    ours = str(link.readlink()).startswith((".current/", ".versions/"))
    return ours and link.name != ".current" and link.name not in names
