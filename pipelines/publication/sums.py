"""`SHA256SUMS` of a version: the hash of each of its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pipelines.ids import file_sha256
from pipelines.publication.files import files_below

SUMS = "SHA256SUMS"


def sums_text(folder: Path, known: Mapping[str, str] | None = None) -> str:
    """What `SHA256SUMS` says of a version's files.

    Args:
        folder: the version's folder.
        known: file -> its hash, for files that need not be read.

    Raises:
        OSError: a file can't be read.
    """
    hashes = known or {}
    return "".join(
        f"{hashes.get(file.name) or file_sha256(folder / file.name)}  {file.name}\n"
        for file in files_below(folder)
        if file.name.rpartition("/")[2] != SUMS
    )


def linked_sums(folder: Path, earlier: Path) -> dict[str, str]:
    """The files that are links to those of an earlier version, and the hashes that these were published with.

    A file that was damaged since keeps its hash, so that both versions are known as damaged.

    Args:
        folder: the folder of the version in the making.
        earlier: a version's folder.

    Raises:
        OSError: a file can't be read.
    """
    if not (earlier / SUMS).is_file():
        return {}
    lines = (earlier / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    there = {found.name: found.stat for found in files_below(earlier) if found.name in sums}
    return {
        file.name: sums[file.name]
        for file in files_below(folder)
        if file.stat.st_nlink > 1 and file.name in there and os.path.samestat(file.stat, there[file.name])
    }
