"""Ctrl-C and SIGTERM while a build runs: noticed by whoever holds the handler then, and reported once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STOPPING = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}
"""Signals that ask a build to stop, and what a person calls them."""


class Interruption:
    """Which of the stopping signals this process has received."""

    def __init__(self, pipe: int) -> None:
        """Read numbers of signals from a pipe that never blocks."""
        self._pipe = pipe
        self._received: list[int] = []

    @property
    def signal(self) -> signal.Signals | None:
        """The first stopping signal, None where there was none."""
        with suppress(BlockingIOError):
            self._received.extend(os.read(self._pipe, 1024))
        return next((signal.Signals(number) for number in self._received if number in STOPPING), None)


@contextmanager
def noticed_interruption() -> Iterator[Interruption]:
    """Raise KeyboardInterrupt at a stopping signal, and remember which it was.

    Dagster puts its own handlers in place while a run executes, and does not say which signal came.
    Python writes the number into this pipe whoever handles it.
    """
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    # A shell starts background jobs with SIGINT ignored, which Dagster would pass on to SIGTERM.
    handlers = {number: signal.signal(number, signal.default_int_handler) for number in STOPPING}
    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    try:
        yield Interruption(read)
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)
        os.close(read)
        os.close(write)
