"""Every step of a switch fails once, and the process dies at every step once: readers see a whole version."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pipelines.publication.versions import (
    current_version,
    is_whole,
    list_versions,
    new_version,
    put_back,
    switch,
)

STEPS = ("rename", "replace", "symlink", "unlink", "mkdir", "rmdir", "chmod", "fsync", "utime", "open")
"""What of the operating system a switch calls; `open` counts once more below `io`, which Path.open uses."""
DIED = 77
TABLES = ("warehouse.duckdb", "site/index.html")
OLD_FILES = (*TABLES, "readme.txt")
NEW_FILES = (*TABLES, "manifest.json")
Operation = Callable[[Path], Any]


def write(published: Path, content: str, files: tuple[str, ...], keep: int = 1) -> tuple[Path, bool]:
    """Publish a version in which each file says the version's name."""
    root = new_version(published)
    for name in files:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content)
    return switch(published, content, keep)


def seen(published: Path) -> str:
    """The version that readers see. Each way to a table leads to the same whole one."""
    version = current_version(published)
    assert version is not None
    assert is_whole(version)
    said = {(published / ".current" / name).read_text() for name in TABLES}
    said |= {(published / name).read_text() for name in TABLES}
    assert said == {version.name}
    return version.name


def assert_tidy(published: Path, files: tuple[str, ...]) -> None:
    """Nothing is left of what failed."""
    hidden = {".current", ".versions", ".rollback.json"}
    names = {path.name for path in published.iterdir()} - hidden
    assert names == {name.split("/")[0] for name in files} | {"SHA256SUMS"}
    assert not [path.name for path in (published / ".versions").iterdir() if path.name.startswith(".")]
    assert all(version.is_whole for version in list_versions(published) if version.is_current)


@pytest.fixture
def two_versions(tmp_path: Path) -> Path:
    """A folder of readers who see `old`, after `older`."""
    published = tmp_path / "published"
    write(published, "older", OLD_FILES)
    write(published, "old", OLD_FILES)
    assert seen(published) == "old"
    return published


class Faults:
    """The n-th step fails: with an error, or with the death of the process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, nth: int, fail: Callable[[], NoReturn]) -> None:
        self.count = 0
        for module, name in [*((os, name) for name in STEPS), (io, "open")]:
            monkeypatch.setattr(module, name, self._counted(getattr(module, name), nth, fail))

    def _counted(
        self, step: Callable[..., Any], nth: int, fail: Callable[[], NoReturn]
    ) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count == nth:
                fail()
            return step(*args, **kwargs)

        return counted


def disk_full() -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def die() -> NoReturn:
    os._exit(DIED)


def with_error(published: Path, operation: Operation, nth: int) -> bool:
    """Run with the n-th step failing; whether there was an n-th step."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        faults = Faults(monkeypatch, nth, disk_full)
        try:
            operation(published)
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return faults.count >= nth


def with_death(published: Path, operation: Operation, nth: int) -> bool:
    """Run in a process that dies at the n-th step; whether there was an n-th step."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as monkeypatch:
            Faults(monkeypatch, nth, die)
            operation(published)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in {0, DIED}
    return status == DIED


def every_step(
    before: Path, folder: Path, run: Callable[[Path, Operation, int], bool], operation: Operation
) -> list[Path]:
    """A folder of readers for each step of an operation, as that step's fault left it."""
    left = []
    for nth in range(1, 500):
        published = folder / str(nth)
        shutil.copytree(before, published, symlinks=True)
        if not run(published, operation, nth):
            return left
        left.append(published)
    raise AssertionError("an operation without end")


@pytest.mark.parametrize("run", [with_error, with_death])
def test_a_publication_that_ends_anywhere_leaves_a_whole_version(
    two_versions: Path, tmp_path: Path, run: Callable[[Path, Operation, int], bool]
) -> None:
    left = every_step(two_versions, tmp_path / "left", run, lambda folder: write(folder, "new", NEW_FILES))
    found = [seen(published) for published in left]
    assert set(found) == {"old", "new"}
    if run is with_death:
        assert found == sorted(found, reverse=True), "from the step of the switch on, all see the new one"
    for published in left:
        assert {version.name for version in list_versions(published)} <= {"older", "old", "new"}
        assert all(version.is_whole for version in list_versions(published))
        write(published, "new", NEW_FILES)
        assert seen(published) == "new"
        assert_tidy(published, NEW_FILES)


@pytest.mark.parametrize("run", [with_error, with_death])
def test_a_rollback_that_ends_anywhere_leaves_a_whole_version(
    two_versions: Path, tmp_path: Path, run: Callable[[Path, Operation, int], bool]
) -> None:
    write(two_versions, "new", NEW_FILES, keep=3)
    left = every_step(two_versions, tmp_path / "left", run, lambda folder: put_back(folder, "old"))
    found = [seen(published) for published in left]
    assert set(found) == {"old", "new"}
    for published in left:
        put_back(published, "old")
        assert seen(published) == "old"
        assert write(published, "new", NEW_FILES)[1] is False, "what was rolled back does not come again"
        assert seen(published) == "old"
        assert_tidy(published, OLD_FILES)


def test_a_first_publication_that_dies_can_be_repeated(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for published in every_step(
        empty, tmp_path / "left", with_death, lambda folder: write(folder, "new", NEW_FILES)
    ):
        version = current_version(published)
        assert version is None or is_whole(version)
        write(published, "new", NEW_FILES)
        assert seen(published) == "new"
        assert_tidy(published, NEW_FILES)


def test_an_old_version_that_cannot_be_removed_stops_nothing(
    two_versions: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = []

    def refuse(path: Path) -> None:
        removed.append(Path(path).name)
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    root = new_version(two_versions)
    for name in NEW_FILES:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("new")
    monkeypatch.setattr("pipelines.publication.versions.shutil.rmtree", refuse)
    assert switch(two_versions, "new", keep=1)[1]
    assert removed == [".removed-older"]
    assert "older can't be removed" in caplog.text
    assert [version.name for version in list_versions(two_versions)] == ["new", "old"]


def test_links_follow_the_files_of_the_version(two_versions: Path) -> None:
    write(two_versions, "new", NEW_FILES)
    assert (two_versions / "manifest.json").read_text() == "new"
    assert not os.path.lexists(two_versions / "readme.txt")
    put_back(two_versions, "old")
    assert (two_versions / "readme.txt").read_text() == "old"
    assert not os.path.lexists(two_versions / "manifest.json")


def test_files_of_others_beside_the_links_stay(two_versions: Path) -> None:
    (two_versions / "note.txt").write_text("mine")
    (two_versions / "elsewhere").symlink_to("/nowhere")
    write(two_versions, "new", NEW_FILES)
    assert (two_versions / "note.txt").read_text() == "mine"
    assert (two_versions / "elsewhere").is_symlink()


def test_the_version_before_stays_for_its_readers(two_versions: Path) -> None:
    reader = (two_versions / ".current").resolve()
    write(two_versions, "new", NEW_FILES, keep=1)
    assert (reader / "site" / "index.html").read_text() == "old"
    write(two_versions, "newer", NEW_FILES, keep=1)
    assert [version.name for version in list_versions(two_versions)] == ["newer", "new"]


def test_a_copy_that_followed_the_links_is_not_switched_half_way(two_versions: Path) -> None:
    (two_versions / "site").unlink()
    shutil.copytree(two_versions / ".current" / "site", two_versions / "site")
    with pytest.raises(ValueError, match="site is no link to the current version"):
        write(two_versions, "new", NEW_FILES)
    assert seen(two_versions) == "old"
