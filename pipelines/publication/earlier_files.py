"""Files that a version takes over from the one before it, each held against the sum it was published with."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.ids import file_sha256
from pipelines.publication.byte_copies import copy_bytes
from pipelines.publication.versions import SUMS


class DamagedFileError(ValueError):
    """A file of a version does not have the bytes that it was published with."""


def published_sums(version: Path) -> dict[str, str]:
    """Path in a version's folder -> sha256 that it was published with.

    Raises:
        OSError: the version has no sums.
    """
    lines = (version / SUMS).read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def copied(earlier: Path, root: Path, name: str) -> Path:
    """A copy of a version's file that may be written, without its blocks where the file system can share them.

    Raises:
        DamagedFileError: the file is not as it was published; the copy is to be thrown away.
    """
    source, target = earlier / name, root / name
    with ThreadPoolExecutor(1) as pool:
        digest = pool.submit(file_sha256, source)
        with target.open("xb") as writing:
            copy_bytes(source, writing)
        _refuse_damaged(earlier, name, digest.result())
    return target


def linked(earlier: Path, root: Path, name: str) -> Path:
    """A version's file in another version's folder too, without its bytes being written again.

    Raises:
        DamagedFileError: the file is not as it was published.
    """
    source, target = as_published(earlier, name), root / name
    try:
        os.link(source, target)
    except OSError:
        # A file system without links, or a file with as many as it can have.
        shutil.copy2(source, target)
    return target


def as_published(earlier: Path, name: str) -> Path:
    """A version's file, of which bytes are to be taken over.

    Raises:
        DamagedFileError: the file is not as it was published.
    """
    _refuse_damaged(earlier, name, file_sha256(earlier / name))
    return earlier / name


def _refuse_damaged(earlier: Path, name: str, digest: str) -> None:
    if published_sums(earlier).get(name) != digest:
        raise DamagedFileError(f"{earlier / name} is damaged: its bytes are not those that were published")
