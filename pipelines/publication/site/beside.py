"""Work that a process of its own does while this one goes on with the pages."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import ParamSpec

from pipelines.worker_process import begin

P = ParamSpec("P")


class PageProcessError(RuntimeError):
    """A process that makes pages or copies ended before it was done."""


def killed() -> PageProcessError:
    """What to say of a process that was killed."""
    return PageProcessError(
        "a process that makes pages was killed (out of memory?). Free memory, or set GWR_WORKERS=1"
    )


class Beside:
    """What was begun beside this process; see `beside`."""

    def __init__(self, workers: int) -> None:
        """Take how many processes there may be: with one, all is done in this."""
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._begun: list[Future[object]] = []

    def run(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Begin a function of a module, with arguments that another process can be given."""
        if self._workers <= 1:
            function(*args, **kwargs)
            return
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=begin)
        self._begun.append(self._pool.submit(function, *args, **kwargs))

    def wait(self) -> None:
        """Wait until all is done.

        Raises:
            PageProcessError: the process was killed.
            Exception: what a function raised.
        """
        try:
            while self._begun:
                self._begun.pop(0).result()
        except BrokenProcessPool as error:
            raise killed() from error

    def close(self) -> None:
        """End the process, which finishes what it is at."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def beside(workers: int) -> Iterator[Beside]:
    """While it is open, work can be begun in another process.

    Args:
        workers: how many processes there may be.
    """
    found = Beside(workers)
    try:
        yield found
    finally:
        found.close()
