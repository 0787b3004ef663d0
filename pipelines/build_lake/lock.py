"""One build at a time in a DuckLake, from whichever machine: advisory locks of its PostgreSQL database.

PostgreSQL lets go of a lock when the session ends, however it ends: a killed build leaves none.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import duckdb

from pipelines.build_lake.place import build_lake, builds_in_lake
from pipelines.lock import BuildInProgressError
from pipelines.paths import Paths
from pipelines.publication.sql import literal
from pipelines.publication.targets.errors import TargetError, TargetUnavailableError, with_retries
from pipelines.publication.targets.extensions import connect_with
from pipelines.publication.targets.lake import TARGET, Lake
from pipelines.settings import Settings

BUILD, WRITER = 1, 2
"""The lock of a whole build, and that of the process which writes to the lake or reads all of it."""
_NAMESPACE = 0x677772
"""First number of the locks; the second says which. It is `gwr` in ASCII."""
_SECONDS_BETWEEN_LOOKS = 5.0
_ADVICE = "Nothing was changed. Once it is mended, build again; docs/targets.md says what a build there wants"

_held: set[str] = set()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Holder:
    """The process that holds a lock, and the pipe that ends it."""

    process: SpawnProcess
    pipe: Connection

    def need_lock(self, target: str) -> None:
        """Wait until it has the lock, or raise what kept it from that."""
        try:
            kind, said = self.pipe.recv()
        except EOFError:
            raise TargetUnavailableError(f"{target}: the server went away. {_ADVICE}") from None
        if kind is not None:
            raise kind(said)
        if not said:
            raise BuildInProgressError(
                f"Another build, on this or another machine, is writing to the {target}. Wait until it has"
                " ended; nothing was changed."
            )

    def stop(self) -> None:
        """Let go of the lock."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def take_lock(connection: duckdb.DuckDBPyConnection, lake: Lake, which: int) -> bool:
    """Take a lock for as long as the connection's transaction lasts, which this begins.

    Args:
        connection: one of its own, with the extension `postgres_scanner` loaded.
        lake: whose catalog's database has the lock.
        which: `BUILD` or `WRITER`.

    Returns:
        Whether nobody else holds it.

    Raises:
        duckdb.Error: the database can't be reached; the message may hold the login.
    """
    assert lake.dsn is not None
    connection.execute(lake.dsn.create_secret("lock_login"))
    connection.execute(
        f"attach if not exists {literal(lake.dsn.conninfo)} as locks"
        " (type postgres, secret lock_login, isolation_level 'read committed')"
    )
    connection.execute("begin")
    taken = connection.execute(
        f"from postgres_query('locks', 'select pg_try_advisory_xact_lock({_NAMESPACE}, {which})')"
    ).fetchone()
    return bool(taken and taken[0])


def _hold(answer: Connection, lake: Lake, extensions: Path) -> None:
    """Take the lock of a build, say so, and hold it until the other end of the pipe is closed."""
    try:
        with connect_with(["postgres_scanner"], extensions) as connection:
            answer.send((None, take_lock(connection, lake, BUILD)))
            while not answer.poll(_SECONDS_BETWEEN_LOOKS):
                # A server that has gone away took the lock with it: then this process has to end.
                connection.execute("from postgres_query('locks', 'select 1')").fetchall()
    except (TargetError, duckdb.Error) as error:
        with suppress(OSError):
            answer.send((type(error), str(error)))


def _start(lake: Lake, extensions: Path) -> _Holder:
    """Take the lock in another process, which a server that goes away may end.

    That process ends with this one, since its pipe is closed then.

    Raises:
        BuildInProgressError: somebody holds it.
        TargetUnavailableError: the server went away meanwhile.
        duckdb.Error: the database can't be reached; the message may hold the login.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_hold, args=(theirs, lake, extensions), daemon=True)
    process.start()
    theirs.close()
    holder = _Holder(process, ours)
    try:
        holder.need_lock(f"{TARGET} at {lake.place}")
    except BaseException:
        holder.stop()
        raise
    return holder


@contextmanager
def build_lake_lock(paths: Paths, settings: Settings) -> Iterator[None]:
    """Hold the lock of the lake that dbt builds in; a process that holds it already may enter again.

    Where dbt builds into a file of this machine nothing is held: `build_lock` of the data folder is enough.

    Raises:
        BuildInProgressError: a build on this or another machine holds it.
        TargetUnavailableError: the catalog's server can't be reached.
        TargetError: a setting is wrong, or the server refused. No message shows a secret.
    """
    lake = build_lake(settings) if builds_in_lake(settings) else None
    if lake is None or lake.place in _held:
        yield
        return
    target = f"{TARGET} at {lake.place}"
    start = partial(_start, lake, paths.duckdb_extensions)
    holder = with_retries(target, lake.secrets, settings.target_attempts, _ADVICE, start)
    _held.add(lake.place)
    try:
        yield
        if not holder.process.is_alive():
            log.warning(
                "%s: the connection that held the lock of the build was lost; another build may have begun",
                target,
            )
    finally:
        _held.discard(lake.place)
        holder.stop()
