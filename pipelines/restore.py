"""The way back from a backup: an archive is unpacked beside what is there, checked, and only then moved in."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import pyarrow as pa

from pipelines.backup import PUBLISHED, RAW, BackupError, compression, opened
from pipelines.ids import file_sha256
from pipelines.paths import Paths
from pipelines.publication.versions import SUMS, adopt, current_version, is_whole

_SCRATCH = ".restoring"
_SET_ASIDE = ".before-restore"
_CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: files of raw/, the version whose input they are (None: the backup has none),
    whether readers see that version now, and where what stood in raw/ before lies (None: it was empty)."""

    raw_files: int
    version: str | None
    is_published: bool
    set_aside: Path | None


def _check_archive(archive: Path) -> None:
    """Hold an archive against the sums beside it, where they are."""
    sums = archive.with_name(f"{archive.name}.sha256")
    if not sums.exists():
        return
    expected = sums.read_text(encoding="utf-8").split(maxsplit=1)
    if not expected or expected[0] != file_sha256(archive):
        raise BackupError(f"{archive} is not the file that {sums.name} was written for. Nothing was restored")


def _members(tar: tarfile.TarFile, archive: Path) -> Iterator[tarfile.TarInfo]:
    """The members, each a plain file in one of the two folders, none twice."""
    seen = set()
    for member in tar:
        parts = member.name.split("/")
        placed = member.name == SUMS or (len(parts) > 1 and parts[0] in {RAW, PUBLISHED})
        # Hidden files are never backed up, so a hidden part, `..` above all, is somebody else's doing.
        plain = member.isreg() and not any(part == "" or part.startswith(".") for part in parts)
        if not placed or not plain or member.name in seen:
            raise BackupError(f"{archive}: {member.name!r} has no place in a backup. Nothing was restored")
        seen.add(member.name)
        yield member


def _unpack(archive: Path, scratch: Path) -> dict[str, str]:
    """Unpack an archive; member name -> sha256 of what was unpacked, its own sums left out."""
    found = {}
    with (
        opened(archive, compression(archive)) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in _members(tar, archive):
            # The filter refuses what leads out of the folder, in whatever way it is written.
            safe = tarfile.data_filter(member, str(scratch))
            source = tar.extractfile(safe)
            target = scratch / safe.name
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with target.open("xb") as handle:
                while source is not None and (data := source.read(_CHUNK)):
                    digest.update(data)
                    handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            if member.name != SUMS:
                found[member.name] = digest.hexdigest()
        # Behind the last member: a cut or damaged end shows only when it is read.
        while stream.read(_CHUNK):
            pass
    return found


def _check_members(archive: Path, scratch: Path, found: dict[str, str]) -> None:
    """Hold every file against the archive's own sums."""
    sums = scratch / SUMS
    if not sums.exists():
        raise BackupError(
            f"{archive} has no {SUMS}: it is no backup of gwr, or not whole. Nothing was restored"
        )
    lines = os.fsdecode(sums.read_bytes()).split("\n")
    expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines if line)}
    wrong = sorted(set(expected.items()) ^ set(found.items()))
    if wrong:
        raise BackupError(
            f"{archive}: {wrong[0][0]!r} is not as it was backed up, or missing. Nothing was restored"
        )
    sums.unlink()


def _set_aside(raw: Path, entries: list[Path]) -> Path | None:
    """Move what stands in a folder into a hidden folder of it, which no build looks into."""
    if not entries:
        return None
    names = chain([_SET_ASIDE], (f"{_SET_ASIDE}-{number}" for number in count(2)))
    aside = next(raw / name for name in names if not (raw / name).exists())
    aside.mkdir()
    for entry in entries:
        entry.rename(aside / entry.name)
    return aside


def restore(archive: Path, paths: Paths, *, force: bool = False) -> Restored:
    """Put the files of a backup into raw/, and its version before readers where they have none.

    Everything is unpacked into a hidden folder of raw/ and checked before a file gets its place.

    Args:
        archive: a backup.
        paths: where to. The caller holds the build lock.
        force: whether raw/ may hold files; they are set aside, not removed.

    Raises:
        BackupError: raw/ is not empty, or the archive is damaged, no backup, or reaches out of its folder.
        OSError: raw/ can't be written.
    """
    raw = paths.raw
    compression(archive)
    there = sorted(entry for entry in raw.iterdir() if not entry.name.startswith(".")) if raw.is_dir() else []
    if there and not force:
        raise BackupError(
            f"{raw} is not empty ({there[0].name}, ...). Restore into an empty folder, or add --force: what"
            " stands there is then set aside"
        )
    _check_archive(archive)
    raw.mkdir(parents=True, exist_ok=True)
    scratch = raw / _SCRATCH
    if scratch.exists():
        shutil.rmtree(scratch)
    scratch.mkdir()
    try:
        try:
            found = _unpack(archive, scratch)
        except (tarfile.TarError, EOFError, zlib.error, pa.ArrowException, OSError) as error:
            raise BackupError(f"{archive} can't be unpacked ({error}). Nothing was restored") from error
        _check_members(archive, scratch, found)
        raw_files = sum(name.startswith(f"{RAW}/") for name in found)
        if not raw_files:
            raise BackupError(f"{archive} holds no file of raw/. Nothing was restored")
        aside = _set_aside(raw, there)
        for entry in sorted((scratch / RAW).iterdir()):
            entry.rename(raw / entry.name)
        version, is_published = _restore_version(paths, scratch / PUBLISHED)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Restored(raw_files, version, is_published, aside)


def _restore_version(paths: Paths, folder: Path) -> tuple[str | None, bool]:
    """Put a whole version before readers that have none; its name, and whether they see it now."""
    versions = sorted(folder.iterdir()) if folder.is_dir() else []
    if not versions:
        return None, False
    version = versions[0]
    current = current_version(paths.published)
    if current is None and is_whole(version):
        adopt(paths.published, version)
        return version.name, True
    return version.name, current is not None and current.name == version.name
