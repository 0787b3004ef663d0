"""Dagster's SQLite event log with its connections kept open, for the one process that `gwr build` is.

The storage of Dagster opens an engine for each of the some thousand statements of a build, and has the disk
confirm each of two thousand commits, which together took half of the build's time; the files are the same. A page
that shows hundreds of runs would keep hundreds of files open, so `gwr serve` stays with the original.

Commits go to the write-ahead log without waiting for the disk (`synchronous=NORMAL`): a process that is killed
loses nothing, and a machine that loses its power at most the last events of a run that did not end either. SQLite
names this mode safe from corruption with a write-ahead log.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

EVENTS_AT_ONCE = "DAGSTER_EVENT_BATCH_SIZE"
"""Dagster hands over as many events at once where it has them together, as those of what a run intends to do."""


class PooledEventLog(SqliteEventLogStorage):
    """The event log of a process that works on one run. The base class lets one thread in at a time."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Open nothing yet."""
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        self._batch: ExitStack | None = None
        self._batch_connections: dict[str, Connection] = {}
        os.environ.setdefault(EVENTS_AT_ONCE, "1000")
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> PooledEventLog:
        """The storage that `dagster.yaml` asks for."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if self._batch is None:
                with self._engine(shard).begin() as connection:
                    yield connection
            else:
                if shard not in self._batch_connections:
                    begun = self._batch.enter_context(self._engine(shard).begin())
                    self._batch_connections[shard] = begun
                yield self._batch_connections[shard]

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            timeout = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            engine = create_engine(self.conn_string_for_shard(shard), connect_args=timeout)
            event.listen(engine, "connect", _do_not_wait_for_the_disk)
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events in one transaction of each file: all of them, or none."""
        with ExitStack() as transactions:
            self._batch = transactions
            try:
                for one in events:
                    self.store_event(one)
            finally:
                # Not while another thread writes into the same transaction.
                with self._db_lock:
                    self._batch, self._batch_connections = None, {}

    def has_table(self, table_name: str) -> bool:
        """Whether the shared file has a table. One that it has stays: asked for each check, answered once."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()


def _do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    del record
    connection.execute("pragma synchronous = normal")
