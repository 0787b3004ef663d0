"""Processes that do the tasks of a stage, or this one where that is cheaper.

They are started afresh (`spawn`), so that they have the settings of now, none of this process's threads
and none of its open files (the build lock is one). Each has an executor of its own: when a process dies,
it is known which task it had.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from pipelines.lake.reading import perform
from pipelines.lake.tasks import Batch, Bundle, Outcome, Task
from pipelines.lake.worker_start import start

ATTEMPTS = 2
"""How often a task is given to a fresh process before it is taken to be what kills it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Crashed:
    """The processes that were given a task ended without an answer."""


class WorkersUnavailableError(RuntimeError):
    """Processes can't be started: no fault of any document."""


class _Worker:
    """One process, and the task that it has."""

    def __init__(self, stage: str) -> None:
        self._executor = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=start,
            initargs=(stage,),
        )
        self._pid = self._executor.submit(os.getpid)

    def give(self, task: Task) -> Future[Outcome]:
        return self._executor.submit(perform, task)

    @property
    def has_started(self) -> bool:
        """Whether it was ready for tasks at least."""
        return self._pid.done() and self._pid.exception() is None

    def end(self, *, kill: bool) -> None:
        """Stop the process: at once, or when it has done what it was given."""
        if kill and self.has_started:
            with suppress(ProcessLookupError):
                os.kill(self._pid.result(), signal.SIGKILL)
        self._executor.shutdown(wait=True, cancel_futures=True)


class Workers:
    """So many processes for one stage; one: this process. Use it in a `with` statement."""

    def __init__(self, count: int, stage: str) -> None:
        """Start them.

        Args:
            count: how many.
            stage: what they are prepared for.
        """
        self._stage = stage
        self._idle = [_Worker(stage) for _ in range(count)] if count > 1 else []
        self._busy: dict[Future[Outcome], tuple[_Worker, Task]] = {}
        self._in_process = count <= 1
        self._attempts: Counter[tuple[str, int]] = Counter()

    def __enter__(self) -> Workers:
        """Nothing more to do: they are starting."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes; at once where the stage did not come to its end."""
        for worker in [*self._idle, *(worker for worker, _ in self._busy.values())]:
            worker.end(kill=kind is not None)

    @property
    def said(self) -> str:
        """How many processes read."""
        return "1 process" if self._in_process else f"{len(self._idle) + len(self._busy)} processes"

    def run(self, tasks: Iterator[Task], urgent: deque[Task]) -> Iterator[tuple[Task, Outcome | Crashed]]:
        """Do tasks, as many at a time as there are processes, and give each with what came of it.

        Args:
            tasks: what is to be done; the next is asked for when a process is free.
            urgent: what is to be done before them; may be added to while this runs.

        Raises:
            OSError: a task could not read or write a file.
            ReaderUnavailableError: the process for hostile formats can't be started.
            WorkersUnavailableError: no process can be started.
        """
        if self._in_process:
            yield from _here(tasks, urgent)
            return
        ahead = next_task(tasks, urgent)
        while True:
            while self._idle and ahead is not None:
                worker = self._idle.pop()
                self._busy[worker.give(ahead)] = worker, ahead
                # What comes next is found out while the processes work, not while one waits.
                ahead = next_task(tasks, urgent)
            if not self._busy:
                return
            done, _ = wait(self._busy, return_when=FIRST_COMPLETED)
            for future in done:
                yield from self._ended(future, urgent)
            ahead = ahead or next_task(tasks, urgent)

    def _ended(
        self, future: Future[Outcome], urgent: deque[Task]
    ) -> Iterator[tuple[Task, Outcome | Crashed]]:
        worker, task = self._busy.pop(future)
        try:
            outcome = future.result()
        except BrokenProcessPool:
            worker.end(kill=False)
            if not worker.has_started:
                raise WorkersUnavailableError(
                    "the processes that read can't be started; what they printed stands above or in build.log."
                    " Free memory, or set GWR_WORKERS=1"
                ) from None
            self._idle.append(_Worker(self._stage))
            log.warning("A process that reads was killed at %s (out of memory?)", task)
            self._attempts[key_of(task)] += 1
            if self._attempts[key_of(task)] < ATTEMPTS and not is_tried_once(task):
                urgent.append(task)
            else:
                yield task, Crashed()
            return
        except BaseException:
            self._idle.append(worker)
            raise
        self._idle.append(worker)
        yield task, outcome


def key_of(task: Task) -> tuple[str, int]:
    """What a task is known by while a stage runs."""
    return str(task), task.number if isinstance(task, Batch) else 0


def is_tried_once(task: Task) -> bool:
    """Whether a task that kills its process is not given to another one: a document that is read alone since
    a batch with it killed its process twice, and a bundle, whose batches are tried each for itself."""
    return isinstance(task, Bundle) or (isinstance(task, Batch) and task.is_retry)


def _here(tasks: Iterator[Task], urgent: deque[Task]) -> Iterator[tuple[Task, Outcome | Crashed]]:
    while (task := next_task(tasks, urgent)) is not None:
        yield task, perform(task)


def next_task(tasks: Iterator[Task], urgent: deque[Task]) -> Task | None:
    """The next task that there is to do, urgent ones first; None: none for now."""
    if urgent:
        return urgent.popleft()
    task = next(tasks, None)
    # Asking may have found a partition that needs no reading but has to be written.
    return urgent.popleft() if task is None and urgent else task
