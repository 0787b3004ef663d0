"""`SHA256SUMS` of a version: the hash of each of its files, a line each in the order of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from pipelines.ids import file_sha256
from pipelines.publication.files import Found, files_below, in_order

SUMS = "SHA256SUMS"


def sums_lines(folder: Path, earlier: Path | None = None) -> Iterator[str]:
    """What `SHA256SUMS` says of a version's files, a line at a time.

    A file that is a link to one of an earlier version has the hash that this was published with. Where it was
    damaged since, both versions are known as damaged.

    Args:
        folder: the version's folder.
        earlier: the folder of an earlier version, whose linked files need not be read.

    Raises:
        OSError: a file can't be read.
    """
    known = _Known(earlier) if earlier and (earlier / SUMS).is_file() else None
    for file in files_below(folder):
        if file.name.rpartition("/")[2] != SUMS:
            digest = known.hash_of(file) if known else None
            yield f"{digest or file_sha256(folder / file.name)}  {file.name}\n"


def write_sums(folder: Path, earlier: Path | None = None) -> None:
    """Write `SHA256SUMS` into a version's folder; see `sums_lines`.

    Raises:
        OSError: a file can't be read, the disk is full or not writable.
    """
    with (folder / SUMS).open("w", encoding="utf-8", newline="") as written:
        written.writelines(sums_lines(folder, earlier))


def are_right(folder: Path) -> bool:
    """Whether `SHA256SUMS` says of a version's files what they are, of all of them and of no other.

    Raises:
        OSError: a file can't be read.
    """
    with (folder / SUMS).open(encoding="utf-8", newline="") as written:
        return all(said == found for said, found in zip_longest(written, sums_lines(folder)))


class _Known:
    """The hashes of a version's files, asked in the order in which they stand in `SHA256SUMS`.

    So neither list is held: both are read once, side by side. Of a name that stands out of order nothing is known.
    """

    def __init__(self, version: Path) -> None:
        self._version = str(version)
        self._lines = self._read(version / SUMS)
        self._next = next(self._lines, None)

    @staticmethod
    def _read(sums: Path) -> Iterator[tuple[str, str]]:
        with sums.open(encoding="utf-8") as lines:
            for line in lines:
                digest, _, name = line.rstrip("\n").partition("  ")
                yield name, digest

    def hash_of(self, file: Found) -> str | None:
        """The hash that a file was published with, where it is a link to the version's file of its name."""
        while self._next and self._next[0] != file.name and in_order(self._next[0]) < in_order(file.name):
            self._next = next(self._lines, None)
        if not self._next or self._next[0] != file.name or file.stat.st_nlink == 1:
            return None
        try:
            is_same = os.path.samestat(file.stat, os.stat(f"{self._version}/{file.name}"))  # noqa: PTH116 - a third of the time
        except FileNotFoundError:
            return None
        return self._next[1] if is_same else None
