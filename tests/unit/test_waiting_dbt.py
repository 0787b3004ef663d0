"""The dbt that is started early: it does what it is told, and never stays."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.bench.empty_project import make_nothing
from pipelines.orphans import end_child, orphans
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.waiting_dbt import WaitingDbt, take_waiting, waiting_dbt
from pipelines.warehouse import PARSE_STATE


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(raw=tmp_path / "raw", data=tmp_path / "data")


def test_it_runs_the_command_in_its_folder_and_environment(paths: Paths, tmp_path: Path) -> None:
    with waiting_dbt(paths):
        waiting = take_waiting()
        assert waiting is not None
        assert take_waiting() is None
        environment = {**os.environ, "DBT_LOG_PATH": "log", "DBT_PROFILES_DIR": "/of/this/command"}
        process = waiting.run(["debug", "--config-dir"], environment, tmp_path)
    assert process is waiting.process
    output = process.communicate(timeout=60)[0].decode()
    assert "/of/this/command" in output
    assert process.returncode == 0
    assert (tmp_path / "log" / "dbt.log").is_file()


def test_one_that_gets_no_command_is_ended(paths: Paths) -> None:
    with waiting_dbt(paths):
        waiting = take_waiting()
        assert waiting is not None
        waiting.end()
    assert waiting.process.poll() is not None
    with pytest.raises(ZeroDivisionError), waiting_dbt(paths):
        _ = 1 / 0
    assert take_waiting() is None


def test_one_that_was_killed_is_not_given_a_command(paths: Paths, tmp_path: Path) -> None:
    waiting = WaitingDbt(paths)
    waiting.process.kill()
    waiting.process.wait()
    assert waiting.run(["debug"], os.environ, tmp_path) is None


@pytest.mark.parametrize("same", [True, False])
def test_it_takes_the_manifest_it_loaded_only_where_the_bytes_are_those(
    paths: Paths, tmp_path: Path, *, same: bool
) -> None:
    project = tmp_path / "project"
    make_nothing(project)
    state = project / "target" / PARSE_STATE
    folder = paths.dbt_target / "manifest" / "one"
    folder.mkdir(parents=True)
    for name in ("manifest.json", PARSE_STATE):
        shutil.copyfile(state.with_name(name), folder / name)
    waiting = WaitingDbt(paths)
    if not same:
        state.write_bytes(state.read_bytes() + b" ")
    options = ["--log-level", "debug", "ls", "--profiles-dir", str(project)]
    process = waiting.run(options, os.environ, project, state)
    assert process is not None
    output = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 0, output
    assert "nothing.nothing" in output
    assert "running dbt with arguments" in output, "a message of the level that was asked for is missing"
    # What dbt says before it looks at a parse state.
    assert ("checksum: " in output) is not same, output


STARTER = """
import sys, time
from pathlib import Path
from pipelines.paths import Paths
from pipelines.waiting_dbt import WaitingDbt
waiting = WaitingDbt(Paths(raw=Path(sys.argv[1]), data=Path(sys.argv[2])))
print(waiting.process.pid, flush=True)
time.sleep(60)
"""


def test_it_ends_with_the_process_that_started_it(paths: Paths) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(paths.raw), str(paths.data)],
        stdout=subprocess.PIPE,
        cwd=PROJECT_ROOT,
    )
    assert starter.stdout is not None
    handle = os.pidfd_open(int(starter.stdout.readline()))
    try:
        starter.send_signal(signal.SIGKILL)
        starter.wait()
        assert select.select([handle], [], [], 60)[0]
    finally:
        os.close(handle)
        end_child(starter)
    assert not list(orphans(paths.build_database))
