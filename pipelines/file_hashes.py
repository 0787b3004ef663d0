"""Hashes of files, remembered by what the file system says of them, as git's index does.

A file whose size, time of change, inode and time of status change are those of an earlier run has the
hash of that run and is not opened. What this can't notice: bytes that change on the disk below the file
system, a writer on a system that keeps no time of status change (Windows) and restores size and time of
change, and a clock that was set back between two writes. `gwr build --rehash` reads every file.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ids import file_sha256

RACY_SECONDS = 2
"""A file that changed less than this before it was hashed may change again without a sign: the coarsest
clock of a file system (FAT) ticks every two seconds. Its hash is not remembered."""

_SCHEMA = {
    **{"path": pl.String, "size": pl.Int64, "mtime_ns": pl.Int64, "inode": pl.UInt64, "ctime_ns": pl.Int64},
    "sha256": pl.String,
}
_Seen = tuple[int, int, int, int]

log = logging.getLogger(__name__)


class FileHashes:
    """The sha256 of files below a folder, kept in a file between runs."""

    def __init__(self, file: Path, root: Path, *, distrust: bool = False) -> None:
        """Load what an earlier run kept.

        Args:
            file: where hashes are kept. One that can't be used is made anew.
            root: the folder that all files lie in.
            distrust: hash every file again.
        """
        self._file, self._root = file, root
        self._prefix = f"{root}{os.sep}"
        self._known: dict[str, tuple[_Seen, str]] = {} if distrust else _load(file)
        self._asked: set[str] = set()
        self.hashed = 0

    def sha256(self, path: Path) -> str:
        """The hash of a file's bytes, as 64 hex digits.

        Raises:
            OSError: the file can't be read.
        """
        name = self._name(path)
        self._asked.add(name)
        before = path.lstat()
        seen = _seen(before)
        known = self._known.get(name)
        if known is not None and known[0] == seen:
            return known[1]
        self._known.pop(name, None)
        now = time.time_ns()
        found = file_sha256(path)
        self.hashed += 1
        quiet_since = now - RACY_SECONDS * 1_000_000_000
        if (
            stat.S_ISREG(before.st_mode)
            and max(before.st_mtime_ns, before.st_ctime_ns) < quiet_since
            and _seen(path.lstat()) == seen
        ):
            self._known[name] = (seen, found)
        return found

    def note(self, path: Path, sha256: str) -> None:
        """Remember the hash of a file that this process has just put in place, and that nobody else writes."""
        name = self._name(path)
        self._asked.add(name)
        self._known[name] = (_seen(path.lstat()), sha256)

    def _name(self, path: Path) -> str:
        text = os.fspath(path)
        if text.startswith(self._prefix):
            # relative_to takes longer than to ask for the times, and each run asks for each file.
            return text[len(self._prefix) :]
        return os.fspath(path.relative_to(self._root))

    def save(self, *, only_asked: bool = False) -> None:
        """Keep what is known for the next run; the file appears whole.

        Args:
            only_asked: forget the files that nobody asked about.
        """
        rows: list[Any] = [
            (name, *seen, sha256)
            for name, (seen, sha256) in sorted(self._known.items())
            if (name in self._asked or not only_asked) and _is_text(name)
        ]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(".partial")
        pl.DataFrame(rows, schema=_SCHEMA, orient="row").write_parquet(partial)
        partial.replace(self._file)


def _seen(said: os.stat_result) -> _Seen:
    return said.st_size, said.st_mtime_ns, said.st_ino, said.st_ctime_ns


def _is_text(name: str) -> bool:
    """Whether a name is UTF-8: one that isn't can't be kept, and is hashed each time."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _load(file: Path) -> dict[str, tuple[_Seen, str]]:
    if not file.exists():
        return {}
    try:
        kept = pl.read_parquet(file, glob=False).select(list(_SCHEMA)).match_to_schema(_SCHEMA)
    except (OSError, pl.exceptions.PolarsError) as error:
        log.warning("%s can't be used (%s); every file is hashed again", file.name, error)
        return {}
    return {row[0]: ((row[1], row[2], row[3], row[4]), row[5]) for row in kept.iter_rows()}
