"""Which engine a run reads with. Imports nothing that a command would wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.settings import Settings

EngineName = Literal["local", "ray"]
_ENGINES: dict[str, EngineName] = {"local": "local", "ray": "ray"}


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
        chosen = settings.engine if name is None else _ENGINES.get(name)
        if chosen is None:
            raise ValueError(f"{name} is no engine; choose local or ray")
        return cls(chosen, address or settings.ray_address)
