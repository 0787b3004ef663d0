"""Readers that never pause, while version after version is published."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipelines.paths import PROJECT_ROOT, Paths
from tests.chaos.conftest import Say
from tests.chaos.reader import QUESTION
from tests.chaos.support import check_published, manifest_file

pytestmark = pytest.mark.integration

KINDS = ("path", "held", "parquet", "path", "held", "parquet", "path", "path")


def start(module: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
    )


def test_every_answer_is_one_published_version(paths: Paths, full: bool, say: Say) -> None:
    publications, kinds = (20, KINDS) if full else (4, KINDS[:4])
    publisher = start(
        "tests.chaos.publisher",
        paths.build_database,
        manifest_file(paths),
        paths.published,
        str(publications),
    )
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == "ready\n"
    # The version that is there already differs from the first that is published by a row of each table.
    readers = [start("tests.chaos.reader", kind, paths.published) for kind in kinds]
    before = ask(paths)
    said, errors = publisher.communicate("go\n", timeout=900)
    assert publisher.returncode == 0, errors
    known = {before, *said.splitlines()}
    assert len(known) == publications + 1

    answers: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for kind, reader in zip(kinds, readers, strict=True):
        counted, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, f"{kind}: {errors}"
        told = Counter(json.loads(counted))
        assert set(told) <= known, kind
        answers += told
        by_kind[kind] += sum(told.values())
    say(f"{publications} publications, {len(kinds)} readers: {dict(by_kind)} questions, no error")
    assert all(by_kind[kind] > 50 for kind in kinds)
    # Readers saw nearly all versions, so the switches did happen while they asked.
    assert len(answers) > len(known) // 2
    check_published(paths.published)


def ask(paths: Paths) -> str:
    """The answer of the version that is published now."""
    with duckdb.connect(str(paths.published_database), read_only=True) as database:
        return json.dumps(database.execute(QUESTION).fetchone())
