"""`gwr push`: the published version to the targets that are switched on."""

from __future__ import annotations

import typer

from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.publication.targets.errors import TargetError
from pipelines.publication.targets.push import SWITCHES, push, switch
from pipelines.settings import Settings


def push_targets(paths: Paths, target: str | None, *, force: bool) -> int:
    """Copy to one target or to all that are switched on, and print how it went; one may fail by itself.

    Returns:
        The exit status: 0 all copied, 1 one failed.

    Raises:
        TargetError: the target, or every one, is switched off.
        BuildInProgressError: a build is running.
    """
    settings = Settings()
    wanted = [target] if target else [name for name in SWITCHES if switch(settings, name)]
    off = [name for name in wanted if not switch(settings, name)]
    if off or not wanted:
        variables = " or ".join(SWITCHES[name] for name in (off or SWITCHES))
        raise TargetError(f"{target or 'every target'} is switched off. Set {variables}; see docs/targets.md")
    status = 0
    with build_lock(paths.data):
        for name in wanted:
            try:
                copied = push(paths, settings, name, force=force)
            except TargetError as error:
                typer.secho(f"gwr: {error}", fg=typer.colors.RED, err=True)
                status = 1
                continue
            if copied is not None:
                rows = f"{len(copied.rows)} tables, {sum(copied.rows.values()):,} rows"
                what = "copied" if copied.changed else "holds it already"
                typer.echo(f"{name}: version {copied.version} {what} ({rows})")
    return status
