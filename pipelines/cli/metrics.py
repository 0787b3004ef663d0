"""The history of runs, printed: a column a run, or a row a number."""

from __future__ import annotations

import sys

import polars as pl
from rich.console import Console
from rich.table import Table

from pipelines.cli.numbers import plain
from pipelines.metrics.history import load_history
from pipelines.paths import Paths

NONE = "No run is measured yet: gwr build"


def print_metrics(paths: Paths, last: int, output: str) -> None:
    """Print the last runs of a data folder.

    Args:
        paths: whose history.
        last: how many runs.
        output: `table` (a column a run), `csv` or `json` (a row a number, UTC times).
    """
    history = load_history(paths)
    runs = history.select("started_at", "run_id").unique().sort("started_at", "run_id").tail(last)
    shown = history.join(runs, on=["started_at", "run_id"], how="semi")
    if output == "csv":
        sys.stdout.write(shown.write_csv())
    elif output == "json":
        sys.stdout.write(shown.write_json() + "\n")
    elif shown.is_empty():
        print(NONE)
    else:
        _print_table(shown, runs)


def _print_table(shown: pl.DataFrame, runs: pl.DataFrame) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 200
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("metric")
    table.add_column("key")
    for started, run in runs.iter_rows():
        table.add_column(f"{started:%m-%d %H:%M}\n{run[:8]}", justify="right")
    values = {(run, metric, key): value for run, _, metric, key, value in shown.iter_rows()}
    for metric, key in shown.select("metric", "key").unique().sort("metric", "key").iter_rows():
        found = (values.get((run, metric, key)) for _, run in runs.iter_rows())
        table.add_row(metric, key, *("" if value is None else plain(value) for value in found))
    console.print(table)
