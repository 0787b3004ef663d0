"""Backups: raw/ and what was published of it in one archive, and the way back.

    raw/<path>                      the input: every file, hidden ones left out
    published/<version>/...         the version that readers saw: its manifest.json, or all of it
    SHA256SUMS                      hash of every file above; the last member

The same files give the same bytes: members are sorted and carry no time, owner or permission of their own.
Beside the archive lies `<archive>.sha256`, in the format of `sha256sum --check`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, entries, shown_path
from pipelines.ids import file_sha256
from pipelines.paths import Paths
from pipelines.publication.links import flush
from pipelines.publication.version_manifest import FILE_NAME as MANIFEST
from pipelines.publication.versions import SUMS, current_version, is_whole

RAW = "raw"
PUBLISHED = "published"
SUFFIXES = {".tar.gz": "gzip", ".tgz": "gzip", ".tar.zst": "zstd"}


class BackupError(ValueError):
    """A backup that can't be made, or an archive that must not be restored."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: how many files of raw/ it holds, which version (None: nothing is published),
    and what was left out with the reason (path below raw/ -> reason)."""

    archive: Path
    raw_files: int
    version: str | None
    left_out: dict[str, str]


def compression(archive: Path) -> str:
    """How an archive is compressed, by its name.

    Raises:
        BackupError: the name ends in nothing that is known.
    """
    for suffix, kind in SUFFIXES.items():
        if archive.name.endswith(suffix):
            return kind
    raise BackupError(f"{archive}: the name has to end in {', '.join(SUFFIXES)}")


@contextmanager
def _compressed(target: Path, kind: str) -> Iterator[Any]:
    if kind == "zstd":
        with pa.CompressedOutputStream(str(target), "zstd") as stream:
            yield stream
    else:
        # Neither a name nor a time: both would make two backups of the same files differ.
        with target.open("wb") as handle, gzip.GzipFile("", "wb", fileobj=handle, mtime=0) as packed:
            yield packed


@contextmanager
def opened(archive: Path, kind: str) -> Iterator[Any]:
    """The bytes of an archive, unpacked as they are read."""
    if kind == "zstd":
        with pa.CompressedInputStream(str(archive), "zstd") as stream:
            yield stream
    else:
        with gzip.open(archive, "rb") as packed:
            yield packed


class _Hashed:
    """A file that is hashed while something else reads it: what is noted is what was written."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._handle.read(size)
        self.digest.update(data)
        return data


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o644
    return member


def _files(paths: Paths, *, with_published: bool) -> tuple[dict[str, Path], str | None, dict[str, str]]:
    """Member name -> file, the version, and what is left out."""
    found: dict[str, Path] = {}
    left_out: dict[str, str] = {}
    for path in entries(paths.raw):
        name = path.relative_to(paths.raw).as_posix()
        try:
            check_entry(path, paths.raw)
        except DocumentError as error:
            left_out[shown_path(path, paths.raw)] = error.reason
            continue
        if "\n" in name:
            left_out[shown_path(path, paths.raw)] = "a line break in its name"
        else:
            found[f"{RAW}/{name}"] = path
    if not found:
        raise BackupError(f"{paths.raw} holds no file: nothing to back up")
    version = current_version(paths.published)
    if version is None:
        return found, None, left_out
    if with_published and not is_whole(version):
        raise BackupError(f"version {version.name}, which readers see, is damaged. See: gwr published")
    wanted = version.rglob("*") if with_published else [version / MANIFEST]
    for path in wanted:
        if path.is_file():
            found[f"{PUBLISHED}/{version.name}/{path.relative_to(version).as_posix()}"] = path
    return found, version.name, left_out


def _write(target: Path, kind: str, files: dict[str, Path]) -> None:
    sums = []
    with _compressed(target, kind) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        for name in sorted(files, key=os.fsencode):
            with files[name].open("rb") as handle:
                source = _Hashed(handle)
                try:
                    tar.addfile(_member(name, os.fstat(handle.fileno()).st_size), source)
                except OSError as error:
                    raise BackupError(f"{files[name]} can't be backed up: {error}") from error
            sums.append(os.fsencode(f"{source.digest.hexdigest()}  {name}\n"))
        listing = b"".join(sums)
        tar.addfile(_member(SUMS, len(listing)), io.BytesIO(listing))


def back_up(paths: Paths, archive: Path, *, with_published: bool = False) -> Backup:
    """Write raw/ and the manifest of what readers see into an archive that appears whole.

    Args:
        paths: whose raw/ and published version. A build may be running: it writes neither.
        archive: a new file, `.tar.gz` or `.tar.zst`.
        with_published: whether all of the published version comes with it, not only its manifest.

    Raises:
        BackupError: the archive is there already or has another ending, raw/ is empty, a file changed while
            it was read, or the published version is damaged.
        OSError: the archive can't be written.
    """
    kind = compression(archive)
    sums = archive.with_name(f"{archive.name}.sha256")
    if archive.exists():
        raise BackupError(f"{archive} is there already. A backup is never written over: choose another name")
    files, version, left_out = _files(paths, with_published=with_published)
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_name(f".{archive.name}.partial")
    try:
        _write(partial, kind, files)
        flush(partial)
        # First the sums: an archive that is there has them beside it.
        sums.write_text(f"{file_sha256(partial)}  {archive.name}\n", encoding="utf-8")
        partial.replace(archive)
        flush(archive.parent)
    finally:
        partial.unlink(missing_ok=True)
    raw_files = sum(name.startswith(f"{RAW}/") for name in files)
    return Backup(archive, raw_files, version, left_out)
