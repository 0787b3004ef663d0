"""`gwr backup` and `gwr restore`: raw/ and what was published of it, into one file and back."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from pipelines.backup import back_up
from pipelines.display import one_line
from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.restore import restore

_MEGABYTE = 1_000_000


def make_backup(paths: Paths, archive: Path, *, with_published: bool) -> None:
    """Make a backup and say what it holds.

    Raises:
        BackupError: it can't be made.
    """
    done = back_up(paths, archive, with_published=with_published)
    console = Console(highlight=False, soft_wrap=True)
    for path, reason in sorted(done.left_out.items()):
        console.print(f"left out: raw/{path}: {one_line(reason)}", style="yellow", markup=False)
    what = "and all files" if with_published else "by its manifest"
    version = f"version {done.version} ({what})" if done.version else "nothing published yet"
    size = archive.stat().st_size / _MEGABYTE
    console.print(f"{archive}: {done.raw_files:,} files of raw/, {version}; {size:.1f} MB", markup=False)
    console.print(f"check it: cd {archive.parent} && sha256sum --check {archive.name}.sha256", markup=False)


def bring_back(paths: Paths, archive: Path, *, force: bool) -> None:
    """Restore a backup, while no build is running, and say what to do next.

    Raises:
        BackupError: it can't be restored; nothing was changed.
        VersionError: readers can't be switched to the version in it.
        BuildInProgressError: a build is running.
    """
    with build_lock(paths.data):
        done = restore(archive, paths, force=force)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{paths.raw}: {done.raw_files:,} files, each as it was backed up", markup=False)
    if done.set_aside:
        console.print(f"what stood there before: {done.set_aside} (remove it once all is well)", markup=False)
    if done.is_published:
        console.print(f"Readers see version {done.version}: {paths.published_database}", markup=False)
    elif done.version:
        console.print(f"When it was backed up, readers saw version {done.version}.", markup=False)
    console.print("Now build the warehouse from it: gwr build")
