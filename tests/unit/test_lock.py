"""One build at a time: a second process is refused, the same process may enter again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.lock import BuildInProgressError, build_lock

HOLD = """
import sys
from pathlib import Path
from pipelines.lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(data: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_which_process_builds(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        with pytest.raises(BuildInProgressError, match=f"process {holder.pid}"), build_lock(tmp_path):
            pass
    finally:
        holder.communicate()
    with build_lock(tmp_path):
        pass


def test_a_killed_process_lets_go(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    holder.kill()
    holder.wait()
    with build_lock(tmp_path):
        pass


def test_the_same_process_may_enter_again_and_still_holds_it_after(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        with build_lock(tmp_path):
            pass
        second = subprocess.run(
            [sys.executable, "-c", HOLD, str(tmp_path)], input="", capture_output=True, text=True, check=False
        )
    assert second.returncode == 1
    assert "BuildInProgressError" in second.stderr


def test_two_data_folders_do_not_share_a_lock(tmp_path: Path) -> None:
    holder = hold(tmp_path / "one")
    try:
        with build_lock(tmp_path / "two"):
            pass
    finally:
        holder.communicate()
