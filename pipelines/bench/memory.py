"""Memory of a process and all that it started, while they run."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def family(pid: int) -> list[int]:
    """A process and its descendants that are alive."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        with suppress(OSError):
            for thread in (PROC / str(one) / "task").iterdir():
                todo += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def memory_mb(pid: int) -> float:
    """Memory of a process: its own, and its share of what it has in common with others, in MB."""
    with suppress(OSError, StopIteration):
        rows = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return int(next(row for row in rows if row.startswith("Pss:")).split()[1]) / 1024
    return 0.0


class Peak:
    """The highest memory of a process and its descendants together. Use it in a `with` statement."""

    def __init__(self, pid: int, every_seconds: float = 2.0) -> None:
        """Look at the processes every so often."""
        self.mb = 0.0
        self._pid = pid
        self._every = every_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop looking."""
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(self._every):
            self.mb = max(self.mb, sum(map(memory_mb, family(self._pid))))
