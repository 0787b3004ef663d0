"""The files of a version: in which order they are found, and which of them need not be read again."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.ids import file_sha256
from pipelines.publication.files import files_below
from pipelines.publication.sums import SUMS, linked_sums, sums_text
from pipelines.publication.versions import is_whole, new_version, switch


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_files_stand_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/z.txt", "a-b/x.txt", "a.txt", "a/b/c.txt", ".hidden/x")
    (tmp_path / "empty").mkdir()
    expected = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    found = files_below(tmp_path)
    assert [tmp_path / file.name for file in found] == expected
    assert [file.stat.st_size for file in found] == [path.stat().st_size for path in expected]


def test_hashes_of_links_alone_are_taken_over(tmp_path: Path) -> None:
    earlier, folder = tmp_path / "earlier", tmp_path / "folder"
    write(earlier, "linked", "copied", "moved", "site/linked")
    (earlier / SUMS).write_text("".join(f"{name:>064}  {name}\n" for name in ("linked", "copied", "moved")))
    write(folder, "copied", "site/own")
    os.link(earlier / "linked", folder / "linked")
    os.link(earlier / "moved", folder / "elsewhere")
    os.link(earlier / "site/linked", folder / "site/linked")
    assert linked_sums(folder, earlier) == {"linked": f"{'linked':>064}"}
    assert linked_sums(folder, tmp_path / "none") == {}
    lines = sums_text(folder, linked_sums(folder, earlier)).splitlines()
    assert lines == [
        f"{file_sha256(folder / 'copied')}  copied",
        f"{file_sha256(folder / 'elsewhere')}  elsewhere",
        f"{'linked':>064}  linked",
        f"{file_sha256(folder / 'site/linked')}  site/linked",
        f"{file_sha256(folder / 'site/own')}  site/own",
    ]


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
