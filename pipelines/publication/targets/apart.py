"""A copy runs in a process of its own: DuckDB's postgres extension ends its process, no exception raised,
where a server goes away at the wrong moment, and a build must not end with it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

import duckdb

from pipelines.publication.targets.errors import TargetError, TargetUnavailableError

T = TypeVar("T")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction that is committed at the end of the block, and rolled back where the block fails."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        # Closing a connection whose transaction is open and whose server is gone would end the process.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise


def _child(answer: Connection, work: Callable[[], Any]) -> None:
    try:
        answer.send((None, work()))
    except (TargetError, duckdb.Error) as error:
        answer.send((type(error), str(error)))


def _ended(target: str, status: int | None) -> tuple[type[TargetError], str]:
    """What a process without an answer means: killed by a signal, or Python's own error."""
    if status is not None and status < 0:
        said = f"the process that copies was ended by signal {-status}, as when the server goes away"
        return TargetUnavailableError, f"{target}: {said}. Readers there keep what they had"
    said = f"the process that copies ended with status {status}; what it printed stands in the log"
    return TargetError, f"{target}: {said}"


def copy_apart(target: str, work: Callable[[], T]) -> T:
    """Do a copy in another process and wait for its end; it is ended with this one.

    Args:
        target: what the error message calls the target.
        work: a partial of a function of a module, so that it can be sent there.

    Raises:
        TargetUnavailableError: the process was killed, by itself or by the system.
        TargetError: what the copy raised.
        duckdb.Error: what the copy raised.
    """
    # A forked process would share threads, locks and files of Dagster's.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, work), daemon=True)
    process.start()
    sender.close()
    answer: tuple[type[Exception] | None, Any]
    try:
        answer = receiver.recv()
        process.join()
    except EOFError:
        process.join()
        answer = _ended(target, process.exitcode)
    finally:
        receiver.close()
        process.kill()
        process.join()
    kind, said = answer
    if kind is None:
        return cast(T, said)
    raise kind(said)
