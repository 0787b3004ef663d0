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
    """The highest memory of a process and its descendants together. Use it in a `with` statement.

    Attributes:
        course: what it was at each look, in order.
        largest_mb: the highest of a single process.
    """

    def __init__(self, pid: int, every_seconds: float = 2.0) -> None:
        """Look at the processes every so often."""
        self.course: list[float] = []
        self.largest_mb = 0.0
        self._pid = pid
        self._every = every_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def mb(self) -> float:
        """The highest memory of all of them together; 0.0 where none was seen."""
        return max(self.course, default=0.0)

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
            found = [memory_mb(pid) for pid in family(self._pid)]
            self.course.append(sum(found))
            self.largest_mb = max(self.largest_mb, *found)
