"""The files of a version: in which order they are found, and which of them need not be read again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipelines.ids import file_sha256
from pipelines.publication.files import files_below
from pipelines.publication.sums import SUMS, are_right, sums_lines, write_sums
from pipelines.publication.versions import is_whole, new_version, switch


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def sums_of(lines: Iterable[str]) -> dict[str, str]:
    """Name -> hash, by the lines of `SHA256SUMS`."""
    return {name: digest for digest, _, name in (line.rstrip("\n").partition("  ") for line in lines)}


def test_files_stand_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/z.txt", "a-b/x.txt", "a.txt", "a/b/c.txt", ".hidden/x")
    (tmp_path / "empty").mkdir()
    expected = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    found = list(files_below(tmp_path))
    assert [tmp_path / file.name for file in found] == expected
    assert [file.stat.st_size for file in found] == [path.stat().st_size for path in expected]


def test_hashes_of_links_alone_are_taken_over(tmp_path: Path) -> None:
    earlier, folder = tmp_path / "earlier", tmp_path / "folder"
    write(earlier, "linked", "copied", "moved", "site/linked")
    (earlier / SUMS).write_text("".join(f"{name:>064}  {name}\n" for name in ("copied", "linked", "moved")))
    write(folder, "copied", "site/own")
    os.link(earlier / "linked", folder / "linked")
    os.link(earlier / "moved", folder / "elsewhere")
    os.link(earlier / "site/linked", folder / "site/linked")
    expected = {
        name: file_sha256(folder / name)
        for name in ("copied", "elsewhere", "linked", "site/linked", "site/own")
    }
    assert sums_of(sums_lines(folder)) == sums_of(sums_lines(folder, tmp_path / "none")) == expected
    assert sums_of(sums_lines(folder, earlier)) == expected | {"linked": f"{'linked':>064}"}


def test_hashes_are_found_beside_names_that_came_and_went(tmp_path: Path) -> None:
    earlier, folder = tmp_path / "earlier", tmp_path / "folder"
    names = [
        f"{folder}{name}{end}"
        for folder in ("", "a/", "a-b/", "a/c/")
        for name in "bxy"
        for end in ("", ".txt")
    ]
    write(earlier, *names)
    write_sums(earlier)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if "x" not in name:
            os.link(earlier / name, folder / name)
    write(folder, "a/aa", "a/zz", "zz", "a-b/x.txt")
    known = sums_of(sums_lines(earlier))
    # Where a hash is taken over, it is the one that stands there, right or not.
    (earlier / SUMS).write_text("".join(f"{'0' * 64}  {name}\n" for name in known))
    found = sums_of(sums_lines(folder, earlier))
    assert {name for name, digest in found.items() if digest == "0" * 64} == {
        n for n in names if "x" not in n
    }
    assert found["a/aa"] == file_sha256(folder / "a/aa")


def test_sums_are_right_until_a_file_changes_comes_or_goes(tmp_path: Path) -> None:
    write(tmp_path, "a.html", "b/c.html")
    write_sums(tmp_path)
    assert are_right(tmp_path)
    write(tmp_path, "b/d.html")
    assert not are_right(tmp_path)
    (tmp_path / "b/d.html").unlink()
    assert are_right(tmp_path)
    (tmp_path / "b/c.html").unlink()
    assert not are_right(tmp_path)


def test_a_version_of_links_is_whole_until_its_file_is_damaged(tmp_path: Path) -> None:
    write(new_version(tmp_path), "page.html", "other.html")
    first, _ = switch(tmp_path, "first", 3)
    root = new_version(tmp_path)
    os.link(first / "page.html", root / "page.html")
    write(root, "new.html")
    second, _ = switch(tmp_path, "second", 3)
    assert is_whole(first) and is_whole(second)
    (first / "page.html").chmod(0o644)
    (first / "page.html").write_text("damaged")
    assert not is_whole(first) and not is_whole(second)
    third = new_version(tmp_path)
    os.link(second / "page.html", third / "page.html")
    seen, _ = switch(tmp_path, "third", 3)
    assert not is_whole(seen), "a damaged page does not become a good one by being linked"
