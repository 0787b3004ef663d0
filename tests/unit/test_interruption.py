"""Ctrl-C and SIGTERM: which it was is remembered, and an interrupted step is not tried again."""

from __future__ import annotations

import os
import signal

import dagster as dg
import pytest

from pipelines.cli.interruption import noticed_interruption
from pipelines.retries import retried_where_it_helps


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_signal_is_raised_and_remembered(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with noticed_interruption() as interruption:
        assert interruption.signal is None
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        assert interruption.signal == number
    assert signal.getsignal(number) is before


def test_a_step_that_is_interrupted_is_not_tried_again_and_no_other_starts() -> None:
    started = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=3))
    @retried_where_it_helps
    def interrupted() -> None:
        started.append("interrupted")
        os.kill(os.getpid(), signal.SIGTERM)

    @dg.op
    def other() -> None:
        started.append("other")

    @dg.job
    def both() -> None:
        interrupted()
        other()

    with noticed_interruption() as interruption:
        result = both.execute_in_process(raise_on_error=False)
        assert interruption.signal == signal.SIGTERM
    assert not result.success
    assert started.count("interrupted") == 1
    assert [event.step_key for event in result.all_events if event.is_step_failure] == ["interrupted"]
    assert started[-1] == "interrupted"
