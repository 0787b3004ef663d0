"""`gwr push`."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, clear_errors, folders
from pipelines.cli.root import app


class Target(StrEnum):
    """Databases that a published version can be copied to."""

    POSTGRES = "postgres"
    DUCKLAKE = "ducklake"


@app.command()
def push(
    target: Annotated[
        Target | None,
        typer.Option(
            "--target", help="Only this one. [default: all that are switched on]", show_default=False
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Copy even if the target holds the version already.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Copy the published version to PostgreSQL and DuckLake, without a build.

    A build does it by itself where `GWR_POSTGRES_DSN` or `GWR_DUCKLAKE_CATALOG` is set; this is for after
    a rollback, or once a server that was down is back. Exit status: **0** copied, **1** a target failed.

    Examples:

    `gwr push`

    `gwr push --target postgres --force`
    """
    from pipelines.cli.targets import push_targets
    from pipelines.lock import BuildInProgressError
    from pipelines.publication.targets.errors import TargetError

    with clear_errors(TargetError, BuildInProgressError):
        raise typer.Exit(push_targets(folders(None, data), target.value if target else None, force=force))
