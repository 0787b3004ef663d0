"""`gwr backup` and `gwr restore`."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, RawOption, clear_errors, folders
from pipelines.cli.root import app


@app.command()
def backup(
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A new file that ends in .tar.gz or .tar.zst.")
    ],
    with_published: Annotated[
        bool,
        typer.Option(
            "--with-published", help="Also all of the version that readers see, not only its manifest."
        ),
    ] = False,
    raw: RawOption = None,
    data: DataOption = None,
) -> None:
    """Write raw/ into one archive with a checksum beside it. The same files give the same bytes.

    All else can be built again from raw/. A build may be running. What is no regular file of raw/ is left
    out and named.

    Examples:

    `gwr backup /srv/backup/gwr-2026-03-01.tar.zst`

    `gwr backup moving.tar.gz --with-published`
    """
    from pipelines.backup import BackupError
    from pipelines.cli.keeping import make_backup

    with clear_errors(BackupError, OSError):
        make_backup(folders(raw, data), target.resolve(), with_published=with_published)


@app.command()
def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="What `gwr backup` wrote.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Restore into a raw/ with files; they are set aside.")
    ] = False,
    raw: RawOption = None,
    data: DataOption = None,
) -> None:
    """Put the files of a backup into raw/. Each is checked before the first one gets its place.

    A version that came with the backup is shown to readers where nothing is published yet.

    Examples:

    `gwr restore gwr-2026-03-01.tar.zst --raw /srv/raw`

    `gwr restore moving.tar.gz && gwr build`
    """
    from pipelines.backup import BackupError
    from pipelines.cli.keeping import bring_back
    from pipelines.lock import BuildInProgressError
    from pipelines.publication.versions import VersionError

    with clear_errors(BackupError, VersionError, BuildInProgressError, OSError):
        bring_back(folders(raw, data), file.resolve(), force=force)
