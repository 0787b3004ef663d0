"""The tasks of a stage on a Ray cluster: many machines read, this one plans and writes the lake.

The tasks are Ray's own (`ray.remote`), not a Ray Data pipeline: a partition is put together as soon as its
last batch is back, and of a batch that kills its process each document is tried alone, so that only the
one that does it is set aside. Ray Data would fail the whole data set, or drop the block.
"""

from __future__ import annotations

import logging
import pickle
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from pipelines.lake.parcels import Answer, NotPortableError, pack, unpack
from pipelines.lake.ray_cluster import RayUnavailableError, connected, live_nodes
from pipelines.lake.ray_node import Refusal, do, versions
from pipelines.lake.reading import perform
from pipelines.lake.tasks import Assembly, Bundle, Outcome, Task
from pipelines.lake.workers import ATTEMPTS, Crashed, is_tried_once, key_of, next_task
from pipelines.settings import Settings

LOOK_SECONDS = 2.0
"""How long nothing may come back before it is asked whether the cluster lives."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A task that the cluster has, the size of what went with it in bytes, and since when."""

    task: Task
    size: int
    since: float


class RayEngine:
    """The engine `ray` for one stage. Use it in a `with` statement."""

    def __init__(self, address: str | None) -> None:
        """For the cluster at an address; None: one of its own on this machine."""
        self._address, self._settings = address, Settings()
        self._ray: Any = None
        self._stack = ExitStack()
        self._under_way: dict[Any, _UnderWay] = {}
        self._crashes: Counter[tuple[str, int]] = Counter()
        self._losses: Counter[tuple[str, int]] = Counter()
        self._has_answered = False
        self._nodes, self._cores, self._looked = 0, 0, 0.0

    def __enter__(self) -> RayEngine:
        """Connect.

        Raises:
            RayUnavailableError: Ray is not installed, or the cluster can't be reached.
        """
        with ExitStack() as stack:
            self._ray = stack.enter_context(connected(self._address))
            # A task is given to another node by us, not by Ray: it knows nothing of documents.
            self._do = self._ray.remote(num_cpus=1, max_retries=0, scheduling_strategy="SPREAD")(do)
            self._look()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect; what is under way ends with the connection."""
        self._stack.close()

    @property
    def said(self) -> str:
        """The nodes and cores that it had last."""
        return f"Ray ({self._nodes} {_s(self._nodes, 'node')}, {self._cores} {_s(self._cores, 'core')})"

    def run(self, tasks: Iterator[Task], urgent: deque[Task]) -> Iterator[tuple[Task, Outcome | Crashed]]:
        """Do tasks, a few for each core at a time, and give each with what came of it.

        A task whose node is lost or has a fault is given to another one. A batch whose process is killed
        twice, or that is not back in time twice, is `Crashed`, as on one machine.

        Raises:
            OSError: a task could not read or write a file, on several attempts.
            RayUnavailableError: no node is left, or a node has another version of what reads.
        """
        while True:
            while self._has_room() and (task := next_task(tasks, urgent)) is not None:
                if self._give(task):
                    continue
                if isinstance(task, Bundle):
                    # The others of its batches can travel.
                    urgent.extend(task.batches)
                else:
                    yield task, perform(task)
            if not self._under_way:
                return
            done, _ = self._ray.wait(list(self._under_way), timeout=LOOK_SECONDS)
            if not done:
                self._see_that_it_lives()
            for reference in done:
                yield from self._ended(reference, urgent)
            yield from self._late_ones(urgent)

    def _has_room(self) -> bool:
        """Whether the cluster may have one more task: no more wait there than keep its cores busy, and
        their bytes fit into memory."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._look()
        bytes_there = sum(given.size for given in self._under_way.values())
        return (
            len(self._under_way) < max(1, self._cores) * self._settings.ray_tasks_per_core
            and bytes_there < self._settings.ray_in_flight_mb * 1_000_000
        )

    def _give(self, task: Task) -> bool:
        """Send a task; False where it can only be done here."""
        try:
            parcel = pack(task)
        except NotPortableError:
            return False
        packed = pickle.dumps(parcel, pickle.HIGHEST_PROTOCOL)
        self._under_way[self._do.remote(versions(), packed)] = _UnderWay(task, len(packed), time.monotonic())
        return True

    def _ended(self, reference: Any, urgent: deque[Task]) -> Iterator[tuple[Task, Outcome | Crashed]]:
        task = self._under_way.pop(reference).task
        errors = self._ray.exceptions
        try:
            answer: bytes | Refusal = self._ray.get(reference)
        except (errors.WorkerCrashedError, errors.OutOfMemoryError):
            log.warning("A process that reads on Ray was killed at %s (out of memory?)", task)
            yield from self._crashed(task, urgent)
        except errors.RayError as error:
            self._lost(task, error)
            urgent.append(task)
        else:
            if isinstance(answer, Refusal):
                raise RayUnavailableError(_refused(answer))
            answered: Answer = pickle.loads(answer)
            self._has_answered = True
            yield task, unpack(answered, task.lake)

    def _crashed(self, task: Task, urgent: deque[Task]) -> Iterator[tuple[Task, Crashed]]:
        """Give a task that may be what ends its process once more, or give up on it."""
        self._crashes[key_of(task)] += 1
        if self._crashes[key_of(task)] < ATTEMPTS and not is_tried_once(task):
            urgent.append(task)
        else:
            yield task, Crashed()

    def _late_ones(self, urgent: deque[Task]) -> Iterator[tuple[Task, Crashed]]:
        """Take back what has not come for long, and end the process that has it.

        Where the cluster has answered others, a document may be what holds it up: it is dealt with as one that
        kills its process. Where it has not, the cluster is at fault, and no document is set aside for that.
        """
        oldest = time.monotonic() - self._settings.ray_task_seconds
        for reference in [one for one, given in self._under_way.items() if given.since < oldest]:
            task = self._under_way.pop(reference).task
            self._ray.cancel(reference, force=True)
            if self._has_answered and not isinstance(task, Assembly):
                log.warning("%s is not back from Ray after %g s", task, self._settings.ray_task_seconds)
                yield from self._crashed(task, urgent)
            else:
                self._lost(task, TimeoutError(f"nothing for {self._settings.ray_task_seconds:g} s"))
                urgent.append(task)

    def _lost(self, task: Task, error: Exception) -> None:
        """Note that a node could not do a task; raise what it said when it is the last attempt."""
        self._losses[key_of(task)] += 1
        cause = getattr(error, "cause", None)
        reason = cause if isinstance(cause, Exception) else error
        if self._losses[key_of(task)] < self._settings.ray_attempts:
            log.warning("%s is read again on Ray: %s", task, type(reason).__name__)
            self._look()
            return
        if isinstance(reason, OSError) and not isinstance(reason, TimeoutError):
            raise reason
        first = str(reason).strip().splitlines()
        raise RayUnavailableError(
            f"{task} can't be done on Ray, on {self._settings.ray_attempts} attempts:"
            f" {type(reason).__name__}: {first[-1] if first else ''}"
        ) from error

    def _look(self) -> None:
        self._nodes, self._cores = live_nodes(self._ray)
        self._looked = time.monotonic()

    def _see_that_it_lives(self) -> None:
        """Wait for a node where none is left; it may be on its way."""
        deadline = time.monotonic() + self._settings.ray_wait_seconds
        self._look()
        while not self._cores:
            if time.monotonic() > deadline:
                raise RayUnavailableError(
                    f"the Ray cluster has had no node with a core for {self._settings.ray_wait_seconds:g} s;"
                    " what was handed over stays. Start nodes and build again"
                )
            time.sleep(LOOK_SECONDS)
            self._look()


def _s(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _refused(refusal: Refusal) -> str:
    return (
        f"node {refusal.node} of the Ray cluster would read differently: {'; '.join(refusal.differences)}."
        " Install the same versions there (requirements/ray.lock)"
    )
