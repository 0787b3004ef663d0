"""What the tests of the lake at a URL share, whatever store it lies in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.lake.mirror import Moved, bring_lake, put_lake
from pipelines.paths import Paths
from tests.unit.test_documents_read import put
from tests.unit.test_lake_incremental import REPORT, Run, lake, run

PLACES = ("330100-hangzhou", "330200-ningbo", "440000-guangdong")
FILES = 4 * 2 + 4 + 2
"""Two partitions and a schema file of each of four tables, and two ledgers."""


def machine(folder: Path, name: str) -> Paths:
    """The folders of a machine with a copy of the same raw/."""
    raw = folder / name / "raw"
    if not raw.exists():
        for place in PLACES:
            put(raw, f"reports/{place}/2026.txt", REPORT)
    return Paths(raw=raw, data=folder / name / "data")


def build(paths: Paths, url: str) -> tuple[Moved, Run, Moved]:
    """What a run does with the lake, as its assets do it."""
    return bring_lake(paths, url), run(paths), put_lake(paths, url)


def check_a_second_machine_reads_nothing(folder: Path, url: str) -> None:
    first, second = machine(folder, "first"), machine(folder, "second")
    brought, read, moved = build(first, url)
    assert (brought.version, brought.files, read.read) == (0, 0, (3, 3))
    assert (moved.version, moved.files) == (1, FILES)
    brought, read, moved_again = build(second, url)
    assert (brought.version, brought.files, brought.size) == (1, FILES, moved.size)
    assert read.read == (0, 0)
    assert (moved_again.version, moved_again.files) == (1, 0)
    assert lake(second) == lake(first)
    for stage in ("documents", "statements"):
        ledgers = [paths.readings / f"{stage}.jsonl" for paths in (first, second)]
        assert ledgers[0].read_bytes() == ledgers[1].read_bytes()


def check_only_what_changed_is_moved(folder: Path, url: str) -> None:
    first, second = machine(folder, "first"), machine(folder, "second")
    build(first, url)
    build(second, url)
    put(second.raw, "reports/440000-guangdong/2025.txt", REPORT.replace("2026", "2025"))
    _, read, moved = build(second, url)
    assert (read.read, moved.version, moved.files) == ((1, 1), 2, 4 + 2)
    put(first.raw, "reports/440000-guangdong/2025.txt", REPORT.replace("2026", "2025"))
    brought, read, moved = build(first, url)
    assert (brought.files, read.read, moved.files) == (4 + 2, (0, 0), 0)
    assert lake(first) == lake(second)


def check_of_two_writers_the_second_is_told(folder: Path, url: str) -> None:
    first, second = machine(folder, "first"), machine(folder, "second")
    bring_lake(first, url)
    bring_lake(second, url)
    run(first)
    run(second)
    put_lake(first, url)
    with pytest.raises(RuntimeError, match="another machine finished a version after version 0"):
        put_lake(second, url)
    brought, read, _ = build(second, url)
    assert (brought.version, read.read) == (1, (0, 0))


def stored(root: Path) -> dict[str, bytes]:
    """All objects of a store that is a folder."""
    files = (file for file in root.rglob("*") if file.is_file())
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def object_of(root: Path, path: str) -> Path:
    """The object that holds a file of the lake in the newest version."""
    newest = sorted((root / "versions").iterdir())[-1]
    index = json.loads((root / json.loads(newest.read_text())["index"]).read_text())
    return root / str(index[path]["key"])


def forget(paths: Paths) -> None:
    """Take a machine's data folder away."""
    shutil.rmtree(paths.data)
