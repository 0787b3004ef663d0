"""`kill -9` at any moment: readers have one whole version, and the next run needs no help."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.instance import open_instance
from pipelines.lock import build_lock
from pipelines.orphans import orphans
from pipelines.paths import Paths
from pipelines.warehouse import prepare_build_database
from tests.chaos.conftest import FirstBuild, Say
from tests.chaos.support import (
    change_report,
    check_published,
    kill_group,
    manifest_file,
    run_build,
    shown_number,
    start_build,
    start_publication,
    wait_for,
)

pytestmark = pytest.mark.integration

KEPT_VERSIONS = 3
CHANGES = (
    "update dim_documents set title = 'version {number}'",
    "update rpt_panel_targets set document_count = {number}",
)
SHOWN = (
    "select any_value(title), (select any_value(document_count) from rpt_panel_targets) from dim_documents"
)


def check_nothing_is_left(paths: Paths) -> None:
    """What killed runs left behind is gone after a run that ended."""
    versions = [path.name for path in (paths.published / ".versions").iterdir()]
    assert len(versions) <= KEPT_VERSIONS
    assert not [name for name in versions if name.startswith(".")]
    assert not list(paths.published.glob("*.new"))
    assert not list(paths.published.glob(".*.new"))
    assert not list(paths.build_database.parent.glob("*.tmp"))


def test_the_first_build_even_after_one_that_was_killed(first_build: FirstBuild, full: bool) -> None:
    assert bool(first_build.killed) == full
    if first_build.killed:
        assert first_build.killed.process.returncode == -signal.SIGKILL
    assert first_build.process.returncode == 0, first_build.process.stdout
    check_published(first_build.paths.published)
    check_nothing_is_left(first_build.paths)


def shown(database: Path) -> tuple[object, ...] | None:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(SHOWN).fetchone()


def change(paths: Paths, number: int) -> tuple[object, ...] | None:
    """Change two tables of the build database; what readers of the next version must be told."""
    with duckdb.connect(str(paths.build_database)) as database:
        for statement in CHANGES:
            database.execute(statement.format(number=number))
        return database.execute(SHOWN).fetchone()


def publish(paths: Paths, moment: float | None) -> float:
    """Publish in another process, and kill it at a moment; the seconds that it took."""
    process = start_publication(paths.build_database, manifest_file(paths), paths.published)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    started = time.monotonic()
    process.stdin.write("go\n")
    process.stdin.flush()
    if moment is None:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    else:
        time.sleep(moment)
        kill_group(process)
    return time.monotonic() - started


def test_killed_while_publishing(paths: Paths, full: bool, moments: random.Random, say: Say) -> None:
    change(paths, 0)
    seconds = publish(paths, None)
    kills = 50 if full else 2
    old = shown(paths.published_database)
    seen: Counter[str] = Counter()
    for number in range(1, kills + 1):
        new = change(paths, number)
        publish(paths, moments.uniform(0, seconds * 1.05))
        check_published(paths.published)
        now = shown(paths.published_database)
        assert now in (old, new)
        seen["new" if now == new else "old"] += 1
        if number % 5 == 0 or number == kills:
            publish(paths, None)
            assert shown(paths.published_database) == new
            check_published(paths.published)
            check_nothing_is_left(paths)
        old = shown(paths.published_database)
    say(f"{kills} kills within {seconds:.1f} s of publishing: {dict(seen)}, always one whole version")


def test_killed_at_any_moment(paths: Paths, full: bool, moments: random.Random, say: Say) -> None:
    if not full:
        pytest.skip("whole runs are killed in the full form: GWR_CHAOS=full")
    kills = 50
    started = time.monotonic()
    change_report(paths, 0)
    status, output = run_build(paths)
    assert status == 0, output
    seconds = time.monotonic() - started
    # Every third within the publication, the others anywhere from the start to the end.
    plan = [moments.uniform(0, 1.2) if i % 3 == 2 else -moments.uniform(0, seconds) for i in range(kills)]
    good, seen = 0, Counter[str]()
    for number, moment in enumerate(plan, start=1):
        change_report(paths, number)
        build = start_build(paths)
        if moment < 0:
            time.sleep(-moment)
        else:
            wait_for(build, lambda build=build: "Building and testing the warehouse" in build.output())
            time.sleep(moment)
        kill_group(build.process)
        check_published(paths.published)
        now = shown_number(paths)
        assert now in (good, number)
        where = build.output().splitlines()[-1:] or ["(nothing said yet)"]
        seen["new" if now == number else "old"] += 1
        if number % 5 == 0 or number == kills:
            status, output = run_build(paths)
            assert status == 0, output
            assert shown_number(paths) == number
            check_published(paths.published)
            check_nothing_is_left(paths)
        good = shown_number(paths) or 0
        say(f"kill {number}/{kills} after {time.monotonic() - build.started:.1f} s: {where[0][:60]}")
    say(f"{kills} kills of whole runs of {seconds:.0f} s: {dict(seen)}, always one whole version")
    with open_instance(paths) as instance:
        unfinished = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]
        assert not instance.get_runs(dg.RunsFilter(statuses=unfinished))


def test_the_dbt_of_a_killed_build_is_ended_by_the_next(
    paths: Paths, full: bool, caplog: pytest.LogCaptureFixture
) -> None:
    change_report(paths, 1)
    dbt_log = paths.dbt_target / "run" / "dbt.log"
    before_it = dbt_log.stat().st_size
    build = start_build(paths)
    wait_for(build, lambda: dbt_log.stat().st_size > before_it)
    os.kill(build.process.pid, signal.SIGKILL)
    build.process.wait()
    found = list(orphans(paths.build_database))
    assert len(found) == 1
    before = check_published(paths.published)
    if full:
        status, output = run_build(paths)
        assert status == 0, output
        assert shown_number(paths) == 1
        said = output
    else:
        with build_lock(paths.data):
            prepare_build_database(paths)
        said = caplog.text
        assert check_published(paths.published) == before
    assert f"The dbt of a build that was killed still runs (process {found[0]}): ended" in said
    assert not list(orphans(paths.build_database))
