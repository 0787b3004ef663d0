"""Versions side by side, and the one switch between them.

    data/published/.versions/<version>/   whole versions, never changed once they are there
    data/published/.current               a link to one of them: the switch
    data/published/<file>                 links through .current, always the same
    data/published/.rollback.json         which versions were withdrawn (pipelines.publication.withdrawn)

A reader that opens a file keeps that file, whatever is switched or removed later. A reader of several
Parquet files resolves `.current` once and reads below it; the folder stays for one publication more at
least. What a killed run leaves has a hidden name, is listed nowhere, and goes with the next publication.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path

from pipelines.publication.files import files_below
from pipelines.publication.links import flush, show
from pipelines.publication.sums import SUMS, are_right, write_sums
from pipelines.publication.version_manifest import read_version_manifest
from pipelines.publication.withdrawn import (
    VersionError,
    content_name,
    load_rollbacks,
    note_publication,
    note_rollback,
)

__all__ = [
    "SUMS",
    "Version",
    "VersionError",
    "adopt",
    "current_version",
    "is_published",
    "is_whole",
    "list_versions",
    "new_version",
    "put_back",
    "switch",
    "table_rows",
    "version_folder",
]

_PARTIAL = ".partial"
_REMOVED = ".removed-"
_WAITS = 16
_AT_A_TIME = 1024
"""Files that are waited for together: what is held of them does not grow with their number."""

log = logging.getLogger(__name__)


def new_version(published: Path) -> Path:
    """An empty folder to write a version into. What killed runs left beside it is removed."""
    versions = published / ".versions"
    versions.mkdir(parents=True, exist_ok=True)
    for left in sorted(versions.glob(".*")):
        shutil.rmtree(left)
    partial = versions / _PARTIAL
    partial.mkdir()
    return partial


def is_whole(version: Path) -> bool:
    """Whether every file of a version is there with the bytes it was published with."""
    return (version / SUMS).is_file() and are_right(version)


def is_published(published: Path, content: str) -> bool:
    """Whether a whole version with this content is on disk, so that it need not be made again."""
    return any(is_whole(version) for version in _kept(published) if content_name(version.name) == content)


def _seal(folder: Path, earlier: Path | None = None) -> None:
    """Write the sums of a folder's files, and make it final.

    Args:
        folder: a version's folder.
        earlier: a version that files may be links to: what is known of them is not found out again.
    """
    write_sums(folder, earlier)
    _settle(folder)


def _settle(folder: Path) -> None:
    """Make all of a folder read-only and durable. A file of an earlier version (a link to it) is both."""
    own = (folder / file.name for file in files_below(folder) if file.stat.st_nlink == 1)
    folders = (Path(path) for path, _, _ in os.walk(folder))
    # The disk is waited for, not the processor: many waits at a time.
    with ThreadPoolExecutor(_WAITS) as pool:
        while files := list(islice(own, _AT_A_TIME)):
            for file in files:
                file.chmod(0o444)
            list(pool.map(flush, files))
        while some := list(islice(folders, _AT_A_TIME)):
            list(pool.map(flush, some))


def current_version(published: Path) -> Path | None:
    """The folder of the version that readers see, None before the first publication."""
    link = published / ".current"
    return link.resolve() if link.exists() else None


def _kept(published: Path) -> list[Path]:
    """The versions on disk, the one that was published or put back last first."""
    folder = published / ".versions"
    found = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    return sorted(found, key=lambda path: (-path.stat().st_mtime_ns, path.name))


def _remove_old(published: Path, keep: int, needed: Collection[str]) -> None:
    """Remove versions beyond the newest few. Each loses its name at once, whatever happens then."""
    for old in _kept(published)[keep:]:
        if old.name in needed:
            continue
        doomed = old.with_name(f"{_REMOVED}{old.name}")
        try:
            old.rename(doomed)
            shutil.rmtree(doomed)
        except OSError as error:
            # Readers have the new version: a publication that is done must not be called a failure.
            log.warning("the old version %s can't be removed and takes up space: %s", old.name, error)


def switch(published: Path, content: str, keep: int) -> tuple[Path, bool]:
    """Seal what was written into `new_version` and let readers see it.

    A whole version with the same content is used again instead; a damaged one is left aside. Content
    that was rolled back stays withdrawn: it is put beside the others, and readers keep what they see.

    Args:
        published: the folder of readers.
        content: name of the version, made from its content; it has no hyphen.
        keep: how many versions stay on disk. The one that readers saw before always does.

    Returns:
        The folder of the version that readers see, and whether that is new to them.

    Raises:
        VersionError: links can't be put in their places, or the file of rollbacks can't be understood.
        OSError: the disk is full or not writable. Readers see the old version or the new one, whole.
    """
    before = current_version(published)
    version = _put_beside(published, content, before)
    held_back = before is not None and content in load_rollbacks(published).withdrawn
    seen = before if before is not None and held_back else version
    if not held_back:
        show(published, version)
        note_publication(published)
    _remove_old(published, keep, {version.name, seen.name} | ({before.name} if before else set()))
    return seen, before is None or before.name != seen.name


def _put_beside(published: Path, content: str, before: Path | None) -> Path:
    """Seal what was written and give it the name of its content, or find the whole version that has it."""
    versions = published / ".versions"
    partial = versions / _PARTIAL
    for name in chain([content], (f"{content}-{number}" for number in count(2))):
        version = versions / name
        if not version.exists():
            _seal(partial, before)
            partial.rename(version)
            flush(versions)
            return version
        if is_whole(version):
            shutil.rmtree(partial)
            os.utime(version)
            return version
    raise AssertionError("counting ends nowhere")


@dataclass(frozen=True, slots=True)
class Version:
    """A version on disk.

    Attributes:
        name: its name, made from its content.
        is_current: whether readers see it.
        is_whole: whether every file has the bytes it was published with.
        rows: table -> rows; empty where it is damaged.
        size: bytes of all its files.
        is_withdrawn: whether it was rolled back: no build puts it before readers again.
        git_commit: commit of the code that made it, None where that is not known.
        uncommitted_changes: whether the code differed from that commit.
    """

    name: str
    is_current: bool
    is_whole: bool
    rows: dict[str, int]
    size: int
    is_withdrawn: bool = False
    git_commit: str | None = None
    uncommitted_changes: bool = False


def list_versions(published: Path) -> list[Version]:
    """The versions on disk, the one that was published or put back last first.

    Raises:
        VersionError: the file of rollbacks can't be understood.
    """
    current = current_version(published)
    withdrawn = load_rollbacks(published).withdrawn
    return [
        _described(path, current is not None and path.name == current.name, withdrawn)
        for path in _kept(published)
    ]


def table_rows(version: Path) -> dict[str, int]:
    """Table -> rows of a version, from its Parquet files.

    Raises:
        pyarrow.ArrowException: a file is damaged.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only who asks for rows waits for it

    files = sorted((version / "parquet").glob("*.parquet"))
    return {file.stem: pq.read_metadata(file).num_rows for file in files}


def _described(version: Path, is_current: bool, withdrawn: Collection[str]) -> Version:
    whole = is_whole(version)
    manifest = read_version_manifest(version)
    return Version(
        name=version.name,
        is_current=is_current,
        is_whole=whole,
        rows=table_rows(version) if whole else {},
        size=sum(file.stat.st_size for file in files_below(version)),
        is_withdrawn=content_name(version.name) in withdrawn,
        git_commit=manifest.code.git_commit if manifest else None,
        uncommitted_changes=bool(manifest and manifest.code.uncommitted_changes),
    )


def version_folder(published: Path, name: str) -> Path:
    """The folder of a version that is on disk.

    Raises:
        VersionError: no such version is there; the message names those that are.
    """
    known = {path.name: path for path in _kept(published)}
    if name not in known:
        raise VersionError(f"no version {name} is on disk; there are: {', '.join(sorted(known)) or 'none'}")
    return known[name]


def put_back(published: Path, name: str) -> Path:
    """Let readers see a version that is still on disk, and withdraw the one that they see now.

    Raises:
        VersionError: no such version is there, or its bytes are not those that were published.
    """
    version = version_folder(published, name)
    if not is_whole(version):
        raise VersionError(f"version {name} is damaged: a file is not as it was published")
    left = current_version(published)
    note_rollback(published, left.name if left else None, name)
    os.utime(version)
    show(published, version)
    return version


def adopt(published: Path, version: Path) -> Path:
    """Let readers see a whole version that comes from elsewhere (a backup), under its own name.

    Raises:
        VersionError: a version of that name is here and damaged.
        OSError: the disk is full or not writable.
    """
    partial = new_version(published)
    target = published / ".versions" / version.name
    if not target.exists():
        shutil.copytree(version, partial, dirs_exist_ok=True)
        _settle(partial)
        partial.rename(target)
        flush(target.parent)
    elif not is_whole(target):
        raise VersionError(f"{target} is damaged; remove that folder and try again")
    show(published, target)
    return target
