"""One build at a time, whoever starts it: an operating-system lock on a file of the data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: set[Path] = set()


class BuildInProgressError(RuntimeError):
    """Another process holds the build lock of a data folder."""


@contextmanager
def build_lock(data: Path) -> Iterator[None]:
    """Hold the build lock of a data folder; a process that holds it already may enter again.

    The operating system lets go of the lock when the process ends, however it ends. The file stays:
    removing it would let two builds lock two files of one name.

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
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
