"""What goes wrong at a target, said without its password, and which of it is tried again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TypeVar

import duckdb
import stamina

from pipelines.publication.targets.rules import target_rules

WAIT_INITIAL_SECONDS = 1.0
WAIT_MAX_SECONDS = 30.0
T = TypeVar("T")


class TargetError(RuntimeError):
    """A copy to a target failed; the published version stands. The message holds no secret."""


class TargetUnavailableError(TargetError):
    """The target's server could not be reached or went away; another attempt may succeed."""


def without_secrets(text: str, secrets: Collection[str]) -> str:
    """A text with every secret replaced by `***`, the longest first."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _failure(target: str, said: str, secrets: Collection[str], advice: str) -> TargetError:
    """What DuckDB said as one line. Its repetition of the connection string tells nobody anything."""
    plain = re.sub(r'^.*Unable to connect to Postgres at ".*?": ', "", said, flags=re.DOTALL)
    plain = without_secrets(plain.removeprefix("IO Error: "), secrets)
    line = " ".join(part.strip() for part in plain.splitlines() if part.strip()).rstrip(".")
    is_connection = any(words in said.lower() for words in target_rules().connection_problems)
    kind = TargetUnavailableError if is_connection else TargetError
    return kind(f"{target}: {line}. {advice}")


def _once(target: str, secrets: Collection[str], advice: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except duckdb.Error as error:
        failure = _failure(target, str(error), secrets, advice)
    # Raised outside the handler: a chained error would carry DuckDB's message, secrets and all, into logs.
    raise failure


def with_retries(
    target: str, secrets: Collection[str], attempts: int, advice: str, work: Callable[[], T]
) -> T:
    """Do a piece of work that may be done twice; again, after a growing wait, where the connection failed.

    Args:
        target: what the error message calls the target.
        secrets: texts that no message may hold.
        attempts: how often it is tried at most.
        advice: what holds after a failure, and what to do.
        work: the work; it undoes itself where it fails.

    Raises:
        TargetUnavailableError: no attempt reached the server.
        TargetError: DuckDB or the server refused.
    """
    for attempt in stamina.retry_context(
        on=TargetUnavailableError,
        attempts=attempts,
        timeout=None,
        wait_initial=WAIT_INITIAL_SECONDS,
        wait_max=WAIT_MAX_SECONDS,
    ):
        with attempt:
            return _once(target, secrets, advice, work)
    raise AssertionError("unreachable: the last attempt returns or raises")
