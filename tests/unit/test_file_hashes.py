"""Hashes are remembered by what the file system says of a file; what changed is never taken for unchanged."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import polars as pl
import pytest

from pipelines import file_hashes
from pipelines.file_hashes import FileHashes


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"one")
    return folder


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as quiet at once, so that a test need not wait."""
    monkeypatch.setattr(file_hashes, "RACY_SECONDS", -1)


def kept(root: Path, *, distrust: bool = False) -> FileHashes:
    return FileHashes(root.parent / "hashes.parquet", root, distrust=distrust)


def first_run(root: Path) -> None:
    hashes = kept(root)
    assert hashes.sha256(root / "a.txt") == sha256(b"one")
    assert hashes.hashed == 1
    hashes.save()


@pytest.mark.usefixtures("quiet")
def test_a_file_that_is_the_same_is_not_opened(root: Path) -> None:
    first_run(root)
    again = kept(root)
    assert again.sha256(root / "a.txt") == sha256(b"one")
    assert again.hashed == 0
    distrustful = kept(root, distrust=True)
    assert distrustful.sha256(root / "a.txt") == sha256(b"one")
    assert distrustful.hashed == 1


@pytest.mark.usefixtures("quiet")
def test_a_change_with_the_old_size_and_time_is_noticed_by_ctime(root: Path) -> None:
    first_run(root)
    file = root / "a.txt"
    before = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )
    assert kept(root).sha256(file) == sha256(b"two")


@pytest.mark.usefixtures("quiet")
def test_another_file_under_the_name_is_noticed_by_inode(root: Path) -> None:
    first_run(root)
    file = root / "a.txt"
    before = file.stat()
    other = root / "b.txt"
    other.write_bytes(b"two")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert file.stat().st_ino != before.st_ino
    assert kept(root).sha256(file) == sha256(b"two")


def test_a_file_that_has_just_changed_is_not_remembered(root: Path) -> None:
    first_run(root)
    again = kept(root)
    again.sha256(root / "a.txt")
    assert again.hashed == 1
    long_ago = 1_700_000_000
    os.utime(root / "a.txt", (long_ago, long_ago))
    # Only the time of change says that it is old: the time of status change is that of utime itself.
    third = kept(root)
    third.sha256(root / "a.txt")
    third.save()
    fourth = kept(root)
    fourth.sha256(root / "a.txt")
    assert fourth.hashed == 1


@pytest.mark.usefixtures("quiet")
def test_links_are_followed_and_not_remembered(root: Path) -> None:
    (root / "link.txt").symlink_to("a.txt")
    hashes = kept(root)
    assert hashes.sha256(root / "link.txt") == sha256(b"one")
    hashes.save()
    again = kept(root)
    again.sha256(root / "link.txt")
    assert again.hashed == 1
    with pytest.raises(FileNotFoundError):
        again.sha256(root / "gone.txt")


@pytest.mark.usefixtures("quiet")
def test_only_what_was_asked_for_is_kept(root: Path) -> None:
    (root / "b.txt").write_bytes(b"b")
    name = os.fsdecode(b"\xff.txt")
    (root / name).write_bytes(b"no text")
    hashes = kept(root)
    for file in ("a.txt", "b.txt", name):
        hashes.sha256(root / file)
    hashes.save()
    assert pl.read_parquet(root.parent / "hashes.parquet")["path"].to_list() == ["a.txt", "b.txt"]
    (root / "b.txt").unlink()
    again = kept(root)
    again.sha256(root / "a.txt")
    again.save(only_asked=True)
    assert pl.read_parquet(root.parent / "hashes.parquet")["path"].to_list() == ["a.txt"]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"x" * 100])
@pytest.mark.usefixtures("quiet")
def test_what_can_not_be_used_is_made_anew(
    root: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    (root.parent / "hashes.parquet").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        first_run(root)
    assert "every file is hashed again" in caplog.text
    assert kept(root).sha256(root / "a.txt") == sha256(b"one")


def test_other_columns_are_not_used(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    pl.DataFrame({"path": ["a.txt"], "sha256": ["0" * 64]}).write_parquet(root.parent / "hashes.parquet")
    with caplog.at_level(logging.WARNING):
        first_run(root)
    assert "hashes.parquet can't be used" in caplog.text


@pytest.mark.usefixtures("quiet")
def test_a_file_that_was_put_in_place_is_noted(root: Path) -> None:
    hashes = kept(root)
    hashes.note(root / "a.txt", sha256(b"one"))
    hashes.save()
    again = kept(root)
    assert again.sha256(root / "a.txt") == sha256(b"one")
    assert again.hashed == 0
