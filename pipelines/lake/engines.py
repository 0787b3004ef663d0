"""Where the tasks of a stage are done: in processes of this machine, or on a Ray cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol

from pipelines.lake.tasks import Task
from pipelines.lake.workers import Crashed, Outcome, Workers
from pipelines.settings import Settings

EngineName = Literal["local", "ray"]


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


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine a run uses, and the address of its Ray cluster; None: one of its own on this machine."""

    name: EngineName = "local"
    address: str | None = None

    @classmethod
    def from_settings(cls, name: str | None = None, address: str | None = None) -> EngineChoice:
        """What was asked for, else `GWR_ENGINE` and `GWR_RAY_ADDRESS`.

        Raises:
            ValueError: there is no engine of that name.
        """
        settings = Settings()
        chosen = name or settings.engine
        if chosen not in ("local", "ray"):
            raise ValueError(f"{chosen} is no engine; choose local or ray")
        return cls(chosen, address or settings.ray_address)


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
