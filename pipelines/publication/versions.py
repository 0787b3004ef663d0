"""Versions side by side, and the one switch between them.

    data/published/.versions/<version>/   whole versions, never changed once they are there
    data/published/.current               a link to one of them: the switch
    data/published/<file>                 links through .current, always the same

A reader that opens a file keeps that file, whatever is switched or removed later. A reader of several
Parquet files resolves `.current` once and reads below it; the folder stays for some publications more.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from pipelines.publication.package import file_sha256

SUMS = "SHA256SUMS"
_PARTIAL = ".partial"


def new_version(published: Path) -> Path:
    """An empty folder to write a version into. What a killed run left there is removed."""
    partial = published / ".versions" / _PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sums(folder: Path) -> str:
    return "".join(
        f"{file_sha256(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in _files(folder)
        if path.name != SUMS
    )


def is_whole(version: Path) -> bool:
    """Whether every file of a version is there with the bytes it was published with."""
    sums = version / SUMS
    return sums.is_file() and sums.read_text(encoding="utf-8") == _sums(version)


def _flush(folder: Path) -> None:
    """Make files and folders durable before anything points to them."""
    for path in [*_files(folder), folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point(link: Path, target: str) -> None:
    """Make a link point to a target, in one step."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    fresh = link.with_name(f"{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def current_version(published: Path) -> Path | None:
    """The folder of the version that readers see, None before the first publication."""
    link = published / ".current"
    return link.resolve() if link.exists() else None


def switch(published: Path, content: str, keep: int) -> tuple[Path, bool]:
    """Seal what was written into `new_version` and let readers see it.

    A whole version with the same content is used again instead; a damaged one is left aside.

    Args:
        published: the folder of readers.
        content: name of the version, made from its content.
        keep: how many versions stay on disk.

    Returns:
        The version's folder, and whether readers see something new.
    """
    versions = published / ".versions"
    partial = versions / _PARTIAL
    before = current_version(published)
    for name in chain([content], (f"{content}-{number}" for number in count(2))):
        version = versions / name
        if version.exists() and is_whole(version):
            shutil.rmtree(partial)
            os.utime(version)
            break
        if not version.exists():
            (partial / SUMS).write_text(_sums(partial), encoding="utf-8")
            for file in _files(partial):
                file.chmod(0o444)
            _flush(partial)
            partial.rename(version)
            break
    _point(published / ".current", f".versions/{version.name}")
    for entry in sorted(version.iterdir()):
        _point(published / entry.name, f".current/{entry.name}")
    _flush(published)
    for old in sorted(versions.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)[:-keep]:
        if old != version:
            shutil.rmtree(old)
    return version, before != version


class VersionError(ValueError):
    """A version that can't be put back: it is not on disk, or it is damaged."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version on disk: its name, whether readers see it, whether it is whole, its tables' rows."""

    name: str
    is_current: bool
    is_whole: bool
    rows: dict[str, int]
    size: int


def list_versions(published: Path) -> list[Version]:
    """The versions on disk, the one that was published or put back last first."""
    folder = published / ".versions"
    current = current_version(published)
    kept = [path for path in folder.iterdir() if path.name != _PARTIAL] if folder.is_dir() else []
    kept.sort(key=lambda path: (-path.stat().st_mtime_ns, path.name))
    return [_described(path, path == current) for path in kept]


def _described(version: Path, is_current: bool) -> Version:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only who lists versions waits for it

    whole = is_whole(version)
    files = sorted((version / "parquet").glob("*.parquet")) if whole else []
    rows = {file.stem: pq.read_metadata(file).num_rows for file in files}
    return Version(
        version.name, is_current, whole, rows, sum(path.stat().st_size for path in _files(version))
    )


def put_back(published: Path, name: str) -> Path:
    """Let readers see a version that is still on disk.

    Raises:
        VersionError: no such version is there, or its bytes are not those that were published.
    """
    version = published / ".versions" / name
    known = [path.name for path in (published / ".versions").glob("*") if path.name != _PARTIAL]
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise VersionError(f"no version {name} is on disk; there are: {there}")
    if not is_whole(version):
        raise VersionError(f"version {name} is damaged: a file is not as it was published")
    os.utime(version)
    _point(published / ".current", f".versions/{name}")
    _flush(published)
    return version
