"""Dagster's SQLite event log with its connections kept open, for the one process that `gwr build` is.

The storage of Dagster opens an engine for each of the some thousand statements of a build, which takes
a quarter of the build's time; the files are the same. A page that shows hundreds of runs would keep
hundreds of files open, so `gwr serve` stays with the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine


class PooledEventLog(SqliteEventLogStorage):
    """The event log of a process that works on one run. The base class lets one thread in at a time."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Open nothing yet."""
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> PooledEventLog:
        """The storage that `dagster.yaml` asks for."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._engines:
                timeout = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
                engine = create_engine(self.conn_string_for_shard(shard), connect_args=timeout)
                self._initdb(engine)
                self._engines[shard] = engine
            with self._engines[shard].begin() as connection:
                yield connection

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()
