"""What a version says it was made from."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import polars as pl
import pytest

from pipelines.lake.layout import Partition, partition_file
from pipelines.paths import Paths
from pipelines.publication.provenance import git_state, input_hashes, provenance


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, "-C", folder, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "pipelines").mkdir(parents=True)
    (folder / "raw").mkdir()
    (folder / "pipelines" / "code.py").write_text("one = 1\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


def test_a_checkout_says_its_commit_and_whether_the_code_differs(checkout: Path) -> None:
    commit = git(checkout, "rev-parse", "HEAD")
    (checkout / "raw" / "new.txt").write_text("input, no code")
    assert git_state(checkout) == (commit, False)
    (checkout / "pipelines" / "code.py").write_text("one = 2\n")
    assert git_state(checkout) == (commit, True)
    (checkout / "pipelines" / "code.py").write_text("one = 1\n")
    (checkout / "pipelines" / "more.py").write_text("")
    assert git_state(checkout) == (commit, True)


def test_variables_of_a_git_hook_name_no_other_checkout(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert git_state(checkout)[0] is not None


def test_without_a_checkout_of_its_own_there_is_no_commit(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert git_state(tmp_path) == (None, None)
    # Installed inside somebody else's checkout: its commit says nothing of this code.
    assert git_state(checkout / "pipelines") == (None, None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(checkout) == (None, None)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_inputs_are_the_files_that_a_build_looks_at(tmp_path: Path) -> None:
    paths = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    for name in ("reports/b/2026.txt", "reports/b/2026.yml", "corrections/a.yml", "README.md", ".cache/x"):
        (paths.raw / name).parent.mkdir(parents=True, exist_ok=True)
        (paths.raw / name).write_text(name)
    (paths.raw / "reports" / "out.txt").symlink_to("/etc/hostname")
    os.mkfifo(paths.raw / "reports" / "pipe.txt")
    expected = {
        name: sha256(name) for name in ("corrections/a.yml", "reports/b/2026.txt", "reports/b/2026.yml")
    }
    assert input_hashes(paths) == expected
    assert list(input_hashes(paths)) == sorted(expected)


def test_a_document_counts_as_it_was_read(tmp_path: Path) -> None:
    paths = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    (paths.raw / "reports").mkdir(parents=True)
    (paths.raw / "reports" / "a.txt").write_text("changed since")
    read = pl.DataFrame({"file_path": ["reports/a.txt"], "file_sha256": [sha256("as read")]})
    file = partition_file(paths.lake, "documents", Partition("county", 2026, "330000"))
    file.parent.mkdir(parents=True)
    read.write_parquet(file)
    assert input_hashes(paths) == {"reports/a.txt": sha256("as read")}


def test_two_machines_with_the_same_code_and_input_say_the_same(tmp_path: Path) -> None:
    found = []
    for machine in ("one", "other"):
        raw = tmp_path / machine / "raw"
        raw.mkdir(parents=True)
        (raw / "a.txt").write_text("a")
        found.append(provenance(Paths(raw=raw, data=tmp_path / machine / "data")))
    assert found[0] == found[1]
    assert found[0].gwr
    assert found[0].extractor
    assert found[0].dbt_project
