"""What an operator rolled back: versions that a build must not put before readers again.

`data/published/.rollback.json` is written before the switch, so that a rollback that is killed half-way
withdraws too much rather than nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

FILE_NAME = ".rollback.json"


class VersionError(ValueError):
    """A version that can't be put back, or a folder in which versions can't be switched."""


@dataclass(frozen=True, slots=True)
class Rollbacks:
    """Versions that were withdrawn, and the one that was put back last (None once a build published)."""

    withdrawn: frozenset[str] = frozenset()
    put_back: str | None = None


def content_name(version: str) -> str:
    """The name that a version's content gives; one beside a damaged version has `-2` behind it."""
    return version.split("-", maxsplit=1)[0]


def load_rollbacks(published: Path) -> Rollbacks:
    """What was rolled back in a folder of readers.

    Raises:
        VersionError: the file can't be understood.
    """
    file = published / FILE_NAME
    if not file.exists():
        return Rollbacks()
    try:
        said = json.loads(file.read_bytes())
        return Rollbacks(frozenset(map(str, said["withdrawn"])), said["put_back"])
    except (ValueError, KeyError, TypeError) as error:
        raise VersionError(
            f"{file} can't be understood ({error}): it says which versions were rolled back. Remove it, and"
            " the next build publishes whatever it builds."
        ) from error


def _save(published: Path, rollbacks: Rollbacks) -> None:
    said = {"withdrawn": sorted(rollbacks.withdrawn), "put_back": rollbacks.put_back}
    partial = published / f"{FILE_NAME}.new"
    with partial.open("w", encoding="utf-8") as handle:
        handle.write(json.dumps(said, indent=2) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(published / FILE_NAME)


def note_rollback(published: Path, left: str | None, target: str) -> None:
    """Note that readers go from one version to an earlier one.

    The version that a build had put before readers is withdrawn; one that was itself put back is not.
    Going back to a withdrawn version takes that back.

    Args:
        published: the folder of readers.
        left: the version that readers see now, None where they see none.
        target: the version that they will see.
    """
    known = load_rollbacks(published)
    withdrawn = set(known.withdrawn)
    if left is not None and left not in {known.put_back, target}:
        withdrawn.add(content_name(left))
    withdrawn.discard(content_name(target))
    _save(published, Rollbacks(frozenset(withdrawn), target))


def note_publication(published: Path) -> None:
    """Note that readers see what a build published, not what an operator put back."""
    known = load_rollbacks(published)
    if known.put_back is not None:
        _save(published, replace(known, put_back=None))
