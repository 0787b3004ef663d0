"""A disk that is full: a clear error, the old version stays, and the next run with space succeeds."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.paths import Paths
from tests.chaos.conftest import FirstBuild, Say, put_back
from tests.chaos.support import (
    change_report,
    check_published,
    finish,
    manifest_file,
    run_build,
    shown_number,
    start_build,
    start_publication,
)
from tests.chaos.test_kill import change, check_nothing_is_left, shown

pytestmark = pytest.mark.integration

MB = 1024 * 1024
PLENTY = 500 * MB


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own."""

    folder: Path

    def leave(self, free: int) -> None:
        """Make it so small that this many bytes are free."""
        used = shutil.disk_usage(self.folder).used
        subprocess.run(["mount", "-o", f"remount,size={used + free}", self.folder], check=True)


@pytest.fixture
def disk(first_build: FirstBuild, bench: Path) -> Iterator[SmallDisk]:
    """A tmpfs where the folders of a test lie; skipped for who may not mount one."""
    del first_build
    folder = bench
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={PLENTY}", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small file system; the tests with a limit on files ran")
    yield SmallDisk(folder)
    subprocess.run(["umount", folder], check=True)


@pytest.fixture
def there(first_build: FirstBuild, disk: SmallDisk) -> Paths:
    """The built folders on that disk."""
    return put_back(first_build, disk.folder)


def publish(paths: Paths, *, limit_bytes: int | None = None) -> tuple[int, str]:
    process = start_publication(
        paths.build_database, manifest_file(paths), paths.published, limit_bytes=limit_bytes
    )
    _, errors = process.communicate("go\n", timeout=120)
    return process.returncode, errors


def check_refused(paths: Paths, before: str, ended: tuple[int, str], reason: str) -> None:
    status, errors = ended
    assert status == 1, errors
    assert reason in errors
    assert check_published(paths.published) == before


def test_full_while_publishing(there: Paths, disk: SmallDisk, full: bool) -> None:
    before = check_published(there.published)
    new = change(there, 1)
    # The publisher of these tests makes no pages: the room that a version needs is that of its tables.
    files = (there.published / ".current/").rglob("*")
    size = sum(file.stat().st_size for file in files if "site" not in file.relative_to(there.published).parts)
    for share in (0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95) if full else (0.2, 0.9):
        # What the attempt before left there would be free again for the next.
        shutil.rmtree(there.published / ".versions" / ".partial", ignore_errors=True)
        disk.leave(int(share * size))
        check_refused(there, before, publish(there), "No space left on device")
    disk.leave(PLENTY)
    assert publish(there) == (0, "")
    assert shown(there.published_database) == new
    check_published(there.published)
    check_nothing_is_left(there)


def test_a_file_that_may_not_grow_while_publishing(paths: Paths) -> None:
    before = check_published(paths.published)
    new = change(paths, 1)
    check_refused(paths, before, publish(paths, limit_bytes=MB), "File too large")
    assert publish(paths) == (0, "")
    assert shown(paths.published_database) == new


def test_full_while_building(there: Paths, disk: SmallDisk, full: bool, say: Say) -> None:
    if not full:
        pytest.skip("takes whole runs: GWR_CHAOS=full")
    before = check_published(there.published)
    change_report(there, 1)
    for kilobytes in (0, 64, 512, 1024, 2048, 5000, 10_000, 20_000):
        disk.leave(kilobytes * 1024)
        # What it says must not need space on the full disk.
        build = start_build(there, said=disk.folder.parent)
        status, output = finish(build)
        last = [line for line in output.splitlines() if line.startswith("gwr:")]
        say(f"{kilobytes:,} KB left: status {status}, {last[-1][:110] if last else output[-200:]}")
        if status == 0:
            assert shown_number(there) == 1
            break
        assert status == 1, output
        assert "Traceback" not in output
        assert f"gwr: {there.data} can't be written: " in output
        assert " MB are free)" in output
        assert check_published(there.published) == before
    disk.leave(PLENTY)
    status, output = run_build(there)
    assert status == 0, output
    assert shown_number(there) == 1
    check_published(there.published)


def test_files_that_may_not_grow_while_building(paths: Paths, full: bool) -> None:
    if not full:
        pytest.skip("takes whole runs: GWR_CHAOS=full")
    before = check_published(paths.published)
    change_report(paths, 1)
    limit = paths.build_database.stat().st_size // 4
    status, output = finish(start_build(paths, limit_bytes=limit))
    assert status == 1, output
    assert f"gwr: {paths.data} can't be written: " in output
    assert "Traceback" not in output
    assert check_published(paths.published) == before
    status, output = run_build(paths)
    assert status == 0, output
    assert shown_number(paths) == 1
