"""What every asset needs: where files lie, how strict the run is, and the build lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field

from pipelines.build_lake.lock import build_lake_lock
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lock import build_lock, holds_build_lock
from pipelines.paths import Paths
from pipelines.settings import Settings


class Workspace(dg.ConfigurableResource["Workspace"]):
    """The folders of a run. A run holds the build lock of its data folder from start to end."""

    # A run from the launchpad that sets anything here has to repeat no folder.
    raw_dir: str = Field(
        default_factory=lambda: str(Paths.from_environment().raw),
        description="The input. Unset: `GWR_RAW_DIR` of the page, else raw/.",
    )
    data_dir: str = Field(
        default_factory=lambda: str(Paths.from_environment().data),
        description="What is built. Unset: `GWR_DATA_DIR` of the page, else data/.",
    )
    strict: bool = False
    rehash: bool = False
    engine: str | None = Field(
        default=None, description="Where texts are read: `local` or `ray`. Unset: `GWR_ENGINE`."
    )
    ray_address: str | None = Field(
        default=None, description="Address of the Ray cluster, host:port. Unset: `GWR_RAY_ADDRESS`."
    )

    @property
    def paths(self) -> Paths:
        """The folders as paths."""
        return Paths(raw=Path(self.raw_dir), data=Path(self.data_dir))

    @property
    def distrusts_hashes(self) -> bool:
        """Whether every file is hashed again: the run was asked to, or `GWR_REHASH` is set."""
        return self.rehash or Settings().rehash

    @property
    def engine_choice(self) -> EngineChoice:
        """Where texts are read: what the run was asked for, else the settings.

        Raises:
            ValueError: there is no engine of that name.
        """
        return EngineChoice.from_settings(self.engine, self.ray_address)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Workspace]:
        """Hold the lock while the run lasts, and that of the DuckLake where dbt builds in one.

        Raises:
            BuildInProgressError: another process is building into the same data folder, or the same lake.
            TargetError: the DuckLake's catalog can't be reached.
        """
        del context
        settings = Settings()
        if settings.executor == "celery" and not holds_build_lock(self.paths.data):
            # This is one step; others of the same run may be at work beside it.
            with build_lock(self.paths.data, shared=True):
                yield self
        else:
            with build_lock(self.paths.data), build_lake_lock(self.paths, settings):
                yield self
