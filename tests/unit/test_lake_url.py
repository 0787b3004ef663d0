"""The lake at a URL: what one machine read the next one does not, and no reader sees half of a version."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.lake.mirror import bring_lake, put_lake
from pipelines.lake.url_store import LakeUrlError, lake_url
from pipelines.lake.url_versions import UrlVersions, check_lake_url
from tests.lake_urls import (
    FILES,
    build,
    check_a_second_machine_reads_nothing,
    check_of_two_writers_the_second_is_told,
    check_only_what_changed_is_moved,
    forget,
    machine,
    object_of,
    stored,
)
from tests.unit.test_documents_read import put
from tests.unit.test_lake_incremental import PARTITION, REPORT, lake, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "shared folder" / "lake"


@pytest.fixture
def url(root: Path) -> str:
    return root.as_uri()


def test_a_second_machine_reads_nothing_and_has_the_same_bytes(tmp_path: Path, url: str) -> None:
    check_a_second_machine_reads_nothing(tmp_path, url)


def test_only_what_changed_is_moved(tmp_path: Path, url: str) -> None:
    check_only_what_changed_is_moved(tmp_path, url)


def test_of_two_writers_the_second_is_told(tmp_path: Path, url: str) -> None:
    check_of_two_writers_the_second_is_told(tmp_path, url)


def test_of_two_that_finish_at_once_one_is_told_and_nothing_is_overwritten(
    tmp_path: Path, url: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    for paths in (first, second):
        bring_lake(paths, url)
        run(paths)
    finish = UrlVersions.finish

    def after_the_other(self: UrlVersions, wanted: object) -> None:
        monkeypatch.undo()
        put_lake(second, url)
        finish(self, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(UrlVersions, "finish", after_the_other)
    with pytest.raises(LakeUrlError, match="another machine finished a version after version 0"):
        put_lake(first, url)
    assert [file.name for file in (root / "versions").iterdir()] == ["00000001.json"]
    brought, read, _ = build(machine(tmp_path, "third"), url)
    assert (brought.files, read.read) == (FILES, (0, 0))


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.lake.mirror import put_lake
from pipelines.lake.url_versions import UrlVersions
from pipelines.paths import Paths

def killed(self, lake):
    os.kill(os.getpid(), signal.SIGKILL)

UrlVersions.finish = killed
put_lake(Paths(raw=Path(sys.argv[1]), data=Path(sys.argv[2])), sys.argv[3])
"""


def test_a_put_that_is_killed_leaves_the_version_before(tmp_path: Path, url: str, root: Path) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    build(first, url)
    before = stored(root)
    put(first.raw, "reports/440000-guangdong/2026.txt", REPORT.replace("5.5", "6.5"))
    bring_lake(first, url)
    run(first)
    command = [sys.executable, "-c", KILLED, str(first.raw), str(first.data), url]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    left = stored(root)
    assert len(left) > len(before)
    assert {path: left[path] for path in before} == before
    brought, read, _ = build(second, url)
    assert (brought.version, brought.files, read.read) == (1, FILES, (0, 0))
    # The next one that is not killed takes away what was left.
    moved = put_lake(first, url)
    assert moved.version == 2
    objects = [path for path in stored(root) if path.startswith("objects/")]
    assert len(objects) == FILES + 1


def test_a_damaged_object_is_noticed_and_its_documents_are_read_again(
    tmp_path: Path, url: str, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, third = (machine(tmp_path, name) for name in ("first", "second", "third"))
    build(first, url)
    path = f"lake/sentences/{PARTITION}"
    damaged = object_of(root, path)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    brought, read, moved = build(second, url)
    assert brought.damaged == (path,)
    assert f"{path} is not as it was put there" in caplog.text
    assert read.read == (2, 0)
    assert lake(second) == lake(first)
    assert (moved.version, moved.files) == (2, 1)
    brought, read, _ = build(third, url)
    assert (brought.damaged, read.read) == ((), (0, 0))
    assert lake(third) == lake(first)


def test_an_object_that_is_gone_is_as_one_that_is_damaged(tmp_path: Path, url: str, root: Path) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    build(first, url)
    object_of(root, "readings/documents.jsonl").unlink()
    brought, read, moved = build(second, url)
    assert brought.damaged == ("readings/documents.jsonl",)
    assert read.read == (3, 0)
    assert (moved.version, moved.files) == (2, 1)
    assert lake(second) == lake(first)


def test_an_index_that_is_damaged_is_no_lake_and_is_put_anew(
    tmp_path: Path, url: str, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    build(first, url)
    next((root / "objects").glob("*/index.json")).write_bytes(b"{}")
    brought, read, moved = build(second, url)
    assert "version 1 can't be used" in caplog.text
    assert (brought.files, read.read, moved.version, moved.files) == (0, (3, 3), 2, FILES)
    assert build(first, url)[1].read == (0, 0)


@pytest.mark.parametrize("path", ["lake/../../x.parquet", "readings/raw.parquet", "lake/x.py", "/x.parquet"])
def test_an_index_cannot_name_a_file_outside_the_lake(
    tmp_path: Path, url: str, root: Path, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    index = json.dumps({path: {"key": "versions/00000001.json", "sha256": "", "size": 1}}).encode()
    version = {"version": 1, "writer": "w", "index": "index", "sha256": hashlib.sha256(index).hexdigest()}
    (root / "versions").mkdir(parents=True)
    (root / "index").write_bytes(index)
    (root / "versions" / "00000001.json").write_text(json.dumps(version), encoding="utf-8")
    brought = bring_lake(machine(tmp_path, "first"), url)
    assert (brought.files, brought.damaged) == (0, ())
    assert f"{path} is no file of a lake" in caplog.text


def test_a_url_that_was_emptied_is_filled_again(tmp_path: Path, url: str, root: Path) -> None:
    first = machine(tmp_path, "first")
    build(first, url)
    shutil.rmtree(root)
    _, read, moved = build(first, url)
    assert (read.read, moved.version, moved.files) == ((0, 0), 1, FILES)


def test_a_reader_whose_version_is_replaced_meanwhile_reads_the_new_one(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    build(first, url)
    put(first.raw, "reports/440000-guangdong/2026.txt", REPORT.replace("5.5", "6.5"))
    bring_lake(first, url)
    run(first)
    newest = UrlVersions.newest

    def then_replaced(self: UrlVersions) -> object:
        found = newest(self)
        monkeypatch.undo()
        put_lake(first, url)
        return found

    monkeypatch.setattr(UrlVersions, "newest", then_replaced)
    brought = bring_lake(second, url)
    assert "reading starts anew" in caplog.text
    assert (brought.version, brought.damaged) == (2, ())
    assert lake(second) == lake(first)


def test_what_is_newer_here_is_not_replaced_by_what_it_was_made_from(tmp_path: Path, url: str) -> None:
    first = machine(tmp_path, "first")
    build(first, url)
    put(first.raw, "reports/440000-guangdong/2026.txt", REPORT.replace("5.5", "6.5"))
    assert run(first).read == (1, 1)
    brought, read, moved = build(first, url)
    assert (brought.files, read.read, moved.version, moved.files) == (0, (0, 0), 2, 5)


def test_what_only_this_machine_has_read_stays_known(tmp_path: Path, url: str) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    for paths in (first, second):
        put(paths.raw, f"reports/110000-beijing/{2024 if paths is first else 2025}.txt", REPORT)
    run(second)
    build(first, url)
    put(second.raw, "reports/110000-beijing/2024.txt", REPORT)
    assert build(second, url)[1].read == (0, 0)


def test_a_data_folder_that_was_lost_is_brought_back(tmp_path: Path, url: str) -> None:
    first = machine(tmp_path, "first")
    build(first, url)
    before = lake(first)
    forget(first)
    assert build(first, url)[1].read == (0, 0)
    assert lake(first) == before


def test_putting_wants_the_version_that_was_read(tmp_path: Path, url: str) -> None:
    first = machine(tmp_path, "first")
    run(first)
    with pytest.raises(LakeUrlError, match="nothing was brought from there yet"):
        put_lake(first, url)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("https://example.org/lake", "no lake can lie at https://"),
        ("s3://", "names no place"),
        ("s3://[bucket/lake", "is no URL"),
        ("memory:///", "no lake can lie at memory://"),
        ("s3://key:geheim@bucket/lake", "credentials belong into the variables"),
        ("az://container/lake?sig=geheim", "credentials belong into the variables"),
    ],
)
def test_a_url_that_is_none_is_refused_without_its_secret(wrong: str, said: str) -> None:
    with pytest.raises(LakeUrlError, match=said) as caught:
        lake_url(wrong)
    assert "geheim" not in str(caught.value)


def test_a_path_is_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert lake_url("shared/lake") == (tmp_path / "shared" / "lake").as_uri()


def test_a_machine_without_the_extra_is_told_its_name(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(LakeUrlError, match=r"gov-work-reports\[store\]"):
        bring_lake(machine(tmp_path, "first"), url)


def test_a_place_that_cannot_be_made_is_said() -> None:
    with pytest.raises(LakeUrlError, match="No such file or directory"):
        check_lake_url("file:///proc/no/such/place")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, url: str, root: Path) -> None:
    first = machine(tmp_path, "first")
    bring_lake(first, url)
    run(first)
    root.chmod(0o500)
    try:
        with pytest.raises(LakeUrlError, match="denied"):
            put_lake(first, url)
    finally:
        root.chmod(0o700)
