"""Where the tasks of a stage are done: in processes of this machine, or on a Ray cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol

from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.tasks import Outcome, Task
from pipelines.lake.workers import Crashed, Workers
from pipelines.settings import Settings


class Engine(Protocol):
    """What does the tasks of one stage. Use it in a `with` statement."""

    def __enter__(self) -> Engine:
        """Start it."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what it started; at once where the stage did not come to its end."""
        ...

    @property
    def said(self) -> str:
        """What it is, for the log: `2 processes`."""
        ...

    def run(self, tasks: Iterator[Task], urgent: deque[Task]) -> Iterator[tuple[Task, Outcome | Crashed]]:
        """Do tasks, `urgent` ones first, several at a time, and give each with what came of it.

        Raises:
            OSError: a task could not read or write a file.
            ReaderUnavailableError: the process for hostile formats can't be started.
        """
        ...


def open_engine(choice: EngineChoice, characters: int, stage: str) -> Engine:
    """The engine for a stage that has to read so many characters: this process where it is too little for
    another one to be worth starting.

    Raises:
        RayUnavailableError: Ray is not installed, or the cluster can't be reached.
    """
    settings = Settings()
    if characters < settings.parallel_from_characters:
        return Workers(1, stage)
    if choice.name == "ray":
        from pipelines.lake.ray_engine import RayEngine  # noqa: PLC0415 - an optional extra

        return RayEngine(choice.address)
    return Workers(settings.workers, stage)
