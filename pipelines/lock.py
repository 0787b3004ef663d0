"""One build at a time, whoever starts it: an operating-system lock on a file of the data folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_held: set[Path] = set()

_LOOKS = 5
_LOOK_SECONDS = 0.05


class BuildInProgressError(RuntimeError):
    """Another process holds the build lock of a data folder."""


def _lock(handle: TextIO, kind: int) -> None:
    """Take the lock, past a `build_is_running` that looks at it for a moment.

    Raises:
        BlockingIOError: a build holds it.
    """
    for _ in range(_LOOKS):
        with suppress(BlockingIOError):
            return fcntl.flock(handle, kind | fcntl.LOCK_NB)
        time.sleep(_LOOK_SECONDS)
    return fcntl.flock(handle, kind | fcntl.LOCK_NB)


def build_is_running(data: Path) -> bool:
    """Whether a process holds the build lock of a data folder; needs no right to write there."""
    path = data.resolve() / ".build.lock"
    if not path.exists():
        return False
    with path.open(encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def holds_build_lock(data: Path) -> bool:
    """Whether this process holds the build lock of a data folder."""
    return data.resolve() / ".build.lock" in _held


@contextmanager
def build_lock(data: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the build lock of a data folder; a process that holds it already may enter again.

    The operating system lets go of the lock when the process ends, however it ends. The file stays:
    removing it would let two builds lock two files of one name.

    Args:
        data: the data folder.
        shared: with the other steps of the same run, each a process of its own. Whoever starts such runs sees
            that there is one at a time.

    Raises:
        BuildInProgressError: another process holds it.
    """
    path = data.resolve() / ".build.lock"
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as handle:
        try:
            _lock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise BuildInProgressError(
                f"Another build is writing to {data} (process {holder}). Wait until it has ended, or give"
                " this one its own folder with --data; nothing was changed."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
