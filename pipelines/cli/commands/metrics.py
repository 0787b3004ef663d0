"""`gwr metrics`: what the last runs did, in numbers."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.commands.asking import RowFormat
from pipelines.cli.options import DataOption, folders
from pipelines.cli.root import app


@app.command()
def metrics(
    last: Annotated[int, typer.Option("--last", min=1, help="How many runs, the latest last.")] = 5,
    output: Annotated[
        RowFormat, typer.Option("--format", help="csv and json: a row a number, for programs.")
    ] = RowFormat.TABLE,
    data: DataOption = None,
) -> None:
    """Show the numbers of the last runs side by side: rows, seconds, readings kept, accuracy.

    Examples:

    `gwr metrics`

    `gwr metrics --last 100 --format csv > runs.csv`
    """
    from pipelines.cli.metrics import print_metrics

    print_metrics(folders(None, data), last, output.value)
