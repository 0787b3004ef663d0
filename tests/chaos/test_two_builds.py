"""Two builds at once, and a build that is asked to stop."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from pipelines.paths import Paths
from tests.chaos.conftest import Say
from tests.chaos.support import (
    Build,
    change_report,
    check_published,
    finish,
    group_members,
    run_build,
    shown_number,
    start_build,
    wait_for,
)

pytestmark = pytest.mark.integration


def check_stopped(build: Build, status: int, said: str) -> None:
    """A build that was asked to stop has said so, and nothing that it started is left."""
    assert build.process.wait(timeout=30) == status, build.output()
    assert said in build.output()
    assert "Traceback" not in build.output()
    # The helper of Python that outlives its parent by a moment is no dbt.
    assert not [member for member in group_members(build.process.pid) if "dbt" in member]


def test_a_second_build_is_refused_and_ctrl_c_stops_the_first(paths: Paths) -> None:
    before = check_published(paths.published)
    change_report(paths, 1)
    first = start_build(paths)
    wait_for(first, lambda: any("/dbt" in member for member in group_members(first.process.pid)))
    status, said = finish(start_build(paths), seconds=20)
    assert status == 1
    assert f"Another build is writing to {paths.data} (process {first.process.pid})" in said
    assert "Traceback" not in said
    # As a terminal does: to the build and to all that it started.
    os.killpg(first.process.pid, signal.SIGINT)
    check_stopped(first, 130, "stopped by Ctrl-C. Nothing was published")
    assert check_published(paths.published) == before


def test_two_started_at_once(paths: Paths, full: bool, say: Say) -> None:
    if not full:
        pytest.skip("takes whole runs: GWR_CHAOS=full")
    for number in range(1, 4):
        change_report(paths, number)
        ended = sorted(finish(build) for build in [start_build(paths), start_build(paths)])
        assert [status for status, _ in ended] == [0, 1], ended
        assert "Another build is writing to" in ended[1][1]
        assert shown_number(paths) == number
        check_published(paths.published)
    say("3 times two builds at once: one built, one was refused")


def test_sigterm_at_any_moment(paths: Paths, full: bool, moments: random.Random, say: Say) -> None:
    if not full:
        pytest.skip("takes many runs: GWR_CHAOS=full")
    good, seconds = None, []
    for number in range(1, 13):
        change_report(paths, number)
        build = start_build(paths)
        # The first moment is that of Python's own start, when no program can say anything yet.
        time.sleep(moments.uniform(1.0, 18.0))
        asked = time.monotonic()
        build.process.terminate()
        if build.process.wait(timeout=30) == 0:
            assert shown_number(paths) == number
        else:
            check_stopped(build, 143, "stopped by SIGTERM.")
        seconds.append(time.monotonic() - asked)
        check_published(paths.published)
        assert shown_number(paths) in (good, number)
        good = shown_number(paths)
    say(f"12 times SIGTERM: ended after {max(seconds):.1f} s at most")
    status, output = run_build(paths)
    assert status == 0, output
    assert shown_number(paths) == 12
