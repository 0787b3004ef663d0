"""Which faults of a step are tried again, and which fail at once."""

from __future__ import annotations

import errno
import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import dagster as dg
import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from pipelines.settings import Settings

RULES_FILE = Path(__file__).with_suffix(".yml")

Step = TypeVar("Step", bound=Callable[..., Any])


class StepInterruptedError(dg.DagsterError, KeyboardInterrupt):
    """A step was asked to stop: Ctrl-C, SIGTERM, or *Terminate* on the page.

    Dagster applies a retry policy to interrupts too, unless it takes them for errors of its own; and it
    ends the run at once where it takes them for a KeyboardInterrupt.
    """


class RetryRules(BaseModel):
    """Faults that may pass: `retries.yml`.

    Raises:
        pydantic.ValidationError: a key is missing or unknown, or a name is no operating-system error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    system_errors: frozenset[str]
    messages: tuple[str, ...]

    @field_validator("system_errors")
    @classmethod
    def _are_known(cls, names: frozenset[str]) -> frozenset[str]:
        unknown = sorted(names - set(errno.errorcode.values()))
        if unknown:
            raise ValueError(f"no operating-system error is called {', '.join(unknown)}")
        return names


@cache
def retry_rules() -> RetryRules:
    """The rules of this project."""
    return RetryRules.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))


def may_pass(error: BaseException) -> bool:
    """Whether trying again may help, by the error or what caused it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and errno.errorcode.get(seen.errno or 0) in retry_rules().system_errors:
            return True
        if any(words in str(seen) for words in retry_rules().messages):
            return True
        seen = seen.__cause__
    return False


def step_retries() -> dg.RetryPolicy:
    """How often a step is tried again, and after how long: each time twice as long."""
    settings = Settings()
    return dg.RetryPolicy(
        max_retries=settings.step_retries, delay=settings.step_retry_seconds, backoff=dg.Backoff.EXPONENTIAL
    )


@contextmanager
def _lasting_faults_fail_at_once() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as interrupt:
        raise StepInterruptedError("asked to stop") from interrupt
    except dg.RetryRequested:
        raise
    except dg.Failure as failure:
        # dagster-dbt's errors are of this kind, and may be retried unless they say otherwise.
        failure.allow_retries = failure.allow_retries and may_pass(failure)
        raise
    except Exception as error:
        if may_pass(error):
            raise
        raise dg.Failure(str(error), allow_retries=False) from error


def retried_where_it_helps(step: Step) -> Step:
    """A step, plain or a generator, whose lasting faults are not tried again. Use with `step_retries`."""
    if inspect.isgeneratorfunction(step):

        @functools.wraps(step)
        def stepwise(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with _lasting_faults_fail_at_once():
                yield from step(*args, **kwargs)

        return stepwise  # type: ignore[return-value]

    @functools.wraps(step)
    def whole(*args: Any, **kwargs: Any) -> Any:
        with _lasting_faults_fail_at_once():
            return step(*args, **kwargs)

    return whole  # type: ignore[return-value]
