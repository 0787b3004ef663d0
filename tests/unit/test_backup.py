"""Backups: what goes in comes back, the same files give the same bytes, and no archive does harm."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from pipelines.backup import BackupError, back_up
from pipelines.ids import file_sha256
from pipelines.paths import Paths
from pipelines.publication.versions import current_version, is_whole, new_version, switch
from pipelines.restore import restore

KINDS = [".tar.gz", ".tar.zst"]


def files(folder: Path) -> dict[str, bytes]:
    """Path -> bytes of what is not hidden."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A raw/ with odd names and a published version."""
    found = Paths(raw=tmp_path / "raw", data=tmp_path / "data")
    for name, text in {
        "reports/330200-ningbo/2026.txt": "宁波" * 5000,
        "reports/330200-ningbo/2026.yml": "year: 2026\n",
        "statistics/330200-ningbo/年鉴 表.csv": "a,b\n",
        "statistics/330200-ningbo/empty.csv": "",
        "sources.yml": "[]\n",
        f"reports/330200-ningbo/{'长' * 70}/{'名' * 70}.txt": "deep",
    }.items():
        (found.raw / name).parent.mkdir(parents=True, exist_ok=True)
        (found.raw / name).write_text(text, encoding="utf-8")
    (found.raw / ".hidden").write_text("scratch")
    root = new_version(found.published)
    (root / "warehouse.duckdb").write_text("tables")
    (root / "manifest.json").write_text("{}")
    switch(found.published, "abc", keep=3)
    return found


def elsewhere(tmp_path: Path) -> Paths:
    return Paths(raw=tmp_path / "other" / "raw", data=tmp_path / "other" / "data")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_backed_up_comes_back(paths: Paths, tmp_path: Path, kind: str) -> None:
    done = back_up(paths, tmp_path / "backups" / f"one{kind}")
    assert (done.raw_files, done.version, done.left_out) == (6, "abc", {})
    target = elsewhere(tmp_path)
    back = restore(done.archive, target)
    assert (back.raw_files, back.version, back.is_published, back.set_aside) == (6, "abc", False, None)
    assert files(target.raw) == files(paths.raw)
    assert not list(target.raw.glob(".*"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_files_give_the_same_bytes(paths: Paths, tmp_path: Path, kind: str) -> None:
    first = back_up(paths, tmp_path / f"one{kind}", with_published=True).archive
    copy = Paths(raw=tmp_path / "copy", data=paths.data)
    shutil.copytree(paths.raw, copy.raw)
    for path in copy.raw.rglob("*.txt"):
        os.utime(path, (0, 0))
        path.chmod(0o600)
    second = back_up(copy, tmp_path / f"another{kind}", with_published=True).archive
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_other_tools_check_and_open_it(paths: Paths, tmp_path: Path, kind: str) -> None:
    archive = back_up(paths, tmp_path / f"one{kind}").archive
    check = ["sha256sum", "--check", "--quiet", f"{archive.name}.sha256"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    if kind == ".tar.gz":
        (tmp_path / "unpacked").mkdir()
        subprocess.run(["tar", "-xzf", archive, "-C", tmp_path / "unpacked"], check=True)
        assert files(tmp_path / "unpacked" / "raw") == files(paths.raw)
        sums = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
        assert subprocess.run(sums, cwd=tmp_path / "unpacked", check=False).returncode == 0


def test_a_published_version_comes_back_where_none_is(paths: Paths, tmp_path: Path) -> None:
    archive = back_up(paths, tmp_path / "one.tar.zst", with_published=True).archive
    target = elsewhere(tmp_path)
    assert restore(archive, target).is_published
    version = current_version(target.published)
    assert version is not None
    assert (version.name, is_whole(version)) == ("abc", True)
    assert target.published_database.read_text() == "tables"

    (new_version(target.published) / "warehouse.duckdb").write_text("newer")
    switch(target.published, "def", keep=3)
    back = restore(archive, target, force=True)
    assert (back.version, back.is_published) == ("abc", False)
    assert target.published_database.read_text() == "newer"


def test_files_that_are_there_stay_until_somebody_removes_them(paths: Paths, tmp_path: Path) -> None:
    archive = back_up(paths, tmp_path / "one.tar.gz").archive
    before = files(paths.raw)
    (paths.raw / "sources.yml").write_text("changed")
    changed = files(paths.raw)
    with pytest.raises(BackupError, match="is not empty"):
        restore(archive, paths)
    assert files(paths.raw) == changed

    back = restore(archive, paths, force=True)
    assert files(paths.raw) == before
    assert back.set_aside == paths.raw / ".before-restore"
    assert files(back.set_aside) == changed
    assert restore(archive, paths, force=True).set_aside == paths.raw / ".before-restore-2"
    assert (paths.raw / ".hidden").read_text() == "scratch"


def test_a_backup_is_never_written_over(paths: Paths, tmp_path: Path) -> None:
    archive = back_up(paths, tmp_path / "one.tar.gz").archive
    before = archive.read_bytes()
    with pytest.raises(BackupError, match="is there already"):
        back_up(paths, archive)
    assert archive.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = os.fstat

    def longer(descriptor: int) -> os.stat_result:
        found = list(size(descriptor))
        found[6] += 1
        return os.stat_result(found)

    # A file that got shorter between the look at its size and the reading of its bytes.
    monkeypatch.setattr("pipelines.backup.os.fstat", longer)
    folder = tmp_path / "backups"
    with pytest.raises(BackupError, match="can't be backed up"):
        back_up(paths, folder / "one.tar.gz")
    assert list(folder.iterdir()) == []


def test_what_is_no_file_of_raw_is_left_out_and_named(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not yours")
    (paths.raw / "reports" / "link.txt").symlink_to(tmp_path / "secret")
    os.mkfifo(paths.raw / "reports" / "pipe.txt")
    (paths.raw / "reports" / "a\nb.txt").write_text("odd")
    done = back_up(paths, tmp_path / "one.tar.gz")
    assert set(done.left_out) == {"reports/link.txt", "reports/pipe.txt", "reports/a\nb.txt"}
    with tarfile.open(done.archive) as tar:
        assert not [name for name in tar.getnames() if "link" in name or "pipe" in name or "\n" in name]


@pytest.mark.parametrize("name", ["one.zip", "one.tar", "one"])
def test_the_name_says_the_format(paths: Paths, tmp_path: Path, name: str) -> None:
    with pytest.raises(BackupError, match=r"has to end in \.tar\.gz"):
        back_up(paths, tmp_path / name)


def test_an_empty_raw_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="holds no file"):
        back_up(elsewhere(tmp_path), tmp_path / "one.tar.gz")


@pytest.mark.parametrize("kind", KINDS)
def test_every_damage_is_seen_before_a_file_gets_its_place(paths: Paths, tmp_path: Path, kind: str) -> None:
    archive = back_up(paths, tmp_path / f"one{kind}").archive
    whole = archive.read_bytes()
    sums = tmp_path / f"one{kind}.sha256"
    target = elsewhere(tmp_path)
    archive.write_bytes(whole[:-20])
    with pytest.raises(BackupError, match="is not the file that"):
        restore(archive, target)
    sums.unlink()
    for cut in (1, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        archive.write_bytes(whole[:cut])
        with pytest.raises(BackupError, match="Nothing was restored"):
            restore(archive, target)
        assert list(target.raw.iterdir()) == []
    for place in range(0, len(whole), max(1, len(whole) // 25)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        archive.write_bytes(damaged)
        try:
            restore(archive, target)
        except BackupError:
            assert list(target.raw.iterdir()) == []
        else:
            # A byte of the packing itself that says nothing of the files (a flag, the system's name).
            assert files(target.raw) == files(paths.raw)
            shutil.rmtree(target.raw)


def archive_of(folder: Path, members: list[tuple[tarfile.TarInfo, bytes]], *, with_sums: bool = True) -> Path:
    """An archive that somebody made by hand, with honest sums."""
    import hashlib  # noqa: PLC0415

    packed = io.BytesIO()
    lines = []
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
            lines.append(f"{hashlib.sha256(content).hexdigest()}  {member.name}\n")
        if with_sums:
            sums = tarfile.TarInfo("SHA256SUMS")
            listing = "".join(lines).encode()
            sums.size = len(listing)
            tar.addfile(sums, io.BytesIO(listing))
    target = folder / "hand-made.tar.gz"
    target.write_bytes(gzip.compress(packed.getvalue()))
    return target


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


GOOD = (tarfile.TarInfo("raw/reports/a.txt"), b"good")


@pytest.mark.parametrize(
    "bad",
    [
        tarfile.TarInfo("../outside.txt"),
        tarfile.TarInfo("raw/../../outside.txt"),
        tarfile.TarInfo("/outside.txt"),
        tarfile.TarInfo("raw//outside.txt"),
        tarfile.TarInfo("raw/./outside.txt"),
        tarfile.TarInfo("outside.txt"),
        tarfile.TarInfo("raw/.ssh/outside.txt"),
        tarfile.TarInfo("published/.partial/outside.txt"),
        tarfile.TarInfo("raw/reports/a.txt"),
        link("raw/reports/outside.txt", "/etc/passwd", tarfile.SYMTYPE),
        link("raw/reports/outside.txt", "../../../outside.txt", tarfile.LNKTYPE),
        link("raw/reports/outside.txt", "", tarfile.FIFOTYPE),
        link("raw/reports/outside.txt", "", tarfile.CHRTYPE),
        link("raw/reports/outside.txt", "", tarfile.DIRTYPE),
    ],
    ids=lambda member: f"{member.name}-{member.type.decode()}",
)
def test_an_archive_reaches_nothing_outside_its_folder(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    archive = archive_of(tmp_path, [GOOD, (bad, b"")])
    target = elsewhere(tmp_path)
    before = {path for path in tmp_path.rglob("*") if "other" not in path.parts}
    with pytest.raises(BackupError, match="has no place in a backup"):
        restore(archive, target)
    assert list(target.raw.iterdir()) == []
    assert {path for path in tmp_path.rglob("*") if "other" not in path.parts} == before


def test_an_archive_made_by_hand_is_taken_when_it_is_right(tmp_path: Path) -> None:
    target = elsewhere(tmp_path)
    assert restore(archive_of(tmp_path, [GOOD]), target).raw_files == 1
    assert files(target.raw) == {"reports/a.txt": b"good"}


def test_an_archive_without_sums_or_without_raw_is_no_backup(tmp_path: Path) -> None:
    target = elsewhere(tmp_path)
    with pytest.raises(BackupError, match="has no SHA256SUMS"):
        restore(archive_of(tmp_path, [GOOD], with_sums=False), target)
    with pytest.raises(BackupError, match="holds no file of raw/"):
        restore(archive_of(tmp_path, [(tarfile.TarInfo("published/abc/manifest.json"), b"{}")]), target)


def test_what_a_killed_restore_left_is_removed(paths: Paths, tmp_path: Path) -> None:
    archive = back_up(paths, tmp_path / "one.tar.gz").archive
    target = elsewhere(tmp_path)
    (target.raw / ".restoring" / "raw").mkdir(parents=True)
    (target.raw / ".restoring" / "raw" / "stale.txt").write_text("stale")
    restore(archive, target)
    assert files(target.raw) == files(paths.raw)
    assert not (target.raw / ".restoring").exists()
    assert file_sha256(target.raw / "sources.yml") == file_sha256(paths.raw / "sources.yml")
