"""A step is tried again after a fault that may pass, and only then."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from pipelines.retries import RetryRules, retried_where_it_helps, step_retries
from pipelines.warehouse import DatabaseInUseError


def system_error(code: int) -> OSError:
    return OSError(code, os.strerror(code))


def attempts(monkeypatch: pytest.MonkeyPatch, errors: list[Exception], *, stepwise: bool) -> tuple[bool, int]:
    """Run a step that meets these errors one after the other: whether it succeeded, and its attempts."""
    monkeypatch.setenv("GWR_STEP_RETRY_SECONDS", "0")
    left, count = list(errors), 0

    def work() -> None:
        nonlocal count
        count += 1
        if left:
            raise left.pop(0)

    def whole() -> dg.MaterializeResult[Any]:
        work()
        return dg.MaterializeResult()

    def in_steps() -> Iterator[dg.MaterializeResult[Any]]:
        work()
        yield dg.MaterializeResult()

    step = retried_where_it_helps(in_steps if stepwise else whole)
    asset = dg.asset(name="rows", retry_policy=step_retries())(step)
    return dg.materialize([asset], raise_on_error=False).success, count


@pytest.mark.parametrize("stepwise", [False, True])
@pytest.mark.parametrize(
    ("errors", "ended"),
    [
        ([system_error(errno.EIO)], (True, 2)),
        ([system_error(errno.ESTALE), system_error(errno.EBUSY)], (True, 3)),
        ([system_error(errno.EIO)] * 3, (False, 3)),
        ([DatabaseInUseError("warehouse.duckdb is open in another process; close it")], (True, 2)),
        ([duckdb.IOException("IO Error: Could not set lock on file")], (True, 2)),
        ([system_error(errno.ENOSPC)], (False, 1)),
        ([system_error(errno.EACCES)], (False, 1)),
        ([ValueError("value 'x' is no number")], (False, 1)),
        ([duckdb.ConstraintException("NOT NULL constraint failed")], (False, 1)),
        ([DagsterDbtCliRuntimeError("dbt failed: Compilation Error in model fct_indicators")], (False, 1)),
        ([DagsterDbtCliRuntimeError("dbt failed: Could not set lock on file")], (True, 2)),
    ],
)
def test_only_what_may_pass_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, errors: list[Exception], ended: tuple[bool, int], stepwise: bool
) -> None:
    assert attempts(monkeypatch, errors, stepwise=stepwise) == ended


def test_a_fault_behind_another_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    error = RuntimeError("could not read")
    error.__cause__ = system_error(errno.EIO)
    assert attempts(monkeypatch, [error], stepwise=True) == (True, 2)


def test_a_failure_keeps_the_words_of_the_error() -> None:
    def step() -> None:
        raise ValueError("figures.csv:3 is broken")

    asset = dg.asset(name="rows", retry_policy=step_retries())(retried_where_it_helps(step))
    result = dg.materialize([asset], raise_on_error=False)
    [event] = result.filter_events(lambda event: event.is_step_failure)
    assert "figures.csv:3 is broken" in event.step_failure_data.error.message


def test_an_unknown_system_error_in_the_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="EWHATEVER"):
        RetryRules(system_errors=frozenset({"EWHATEVER"}), messages=())
