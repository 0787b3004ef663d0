"""`gwr` with all its commands, in the order in which its help lists them."""

from __future__ import annotations

from importlib.metadata import version as installed

import typer

from pipelines.cli.commands import (
    asking,
    building,
    exporting,
    health,
    keeping,
    metrics,
    reading,
    receiving,
    showing,
    synthesising,
    targets,
)
from pipelines.cli.root import app
from pipelines.compiled import is_compiled

__all__ = [
    "app",
    "asking",
    "building",
    "exporting",
    "health",
    "keeping",
    "metrics",
    "reading",
    "receiving",
    "showing",
    "synthesising",
    "targets",
]


@app.command()
def version() -> None:
    """Print the versions that a result depends on."""
    typer.echo(f"gwr {installed('gov-work-reports')}")
    for package in ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "polars"):
        typer.echo(f"{package} {installed(package)}")
    typer.echo(f"extraction {'compiled' if is_compiled() else 'in pure Python'}")
