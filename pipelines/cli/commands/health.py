"""`gwr health`: for monitoring and health checks."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, folders
from pipelines.cli.root import app


class HealthFormat(StrEnum):
    """How `gwr health` answers."""

    TEXT = "text"
    JSON = "json"


@app.command()
def health(
    max_age: Annotated[
        float | None,
        typer.Option(
            "--max-age",
            metavar="HOURS",
            min=0,
            help="Fail when no build published or confirmed what readers see for so long.",
            show_default=False,
        ),
    ] = None,
    min_free: Annotated[
        float, typer.Option("--min-free", metavar="GB", min=0, help="Fail when the disk has less free space.")
    ] = 1.0,
    format_: Annotated[HealthFormat, typer.Option("--format", help="text or json.")] = HealthFormat.TEXT,
    data: DataOption = None,
) -> None:
    """Say whether readers have a whole and fresh version, how the last build ended, and what is left of the disk.

    It changes nothing and may run while a build does. Exit status: **0** all well, **1** something is not.

    Examples:

    `gwr health --max-age 26`

    `gwr health --max-age 26 --format json`
    """
    from pipelines.health import health as look

    found = look(folders(None, data), max_age_hours=max_age, min_free_gb=min_free)
    if format_ is HealthFormat.JSON:
        typer.echo(json.dumps(found.as_object(), ensure_ascii=False))
    else:
        for check in found.checks:
            typer.echo(f"{'ok ' if check.ok else 'BAD'}  {check.name:<11}{check.message}")
    raise typer.Exit(0 if found.ok else 1)
