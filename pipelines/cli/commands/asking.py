"""`gwr query`, and which versions there are to ask."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, clear_errors, folders
from pipelines.cli.root import app


class RowFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def _query_text(sql: str) -> str:
    """The query itself, or what stands in a file of that name."""
    if not sql.endswith(".sql"):
        return sql
    file = Path(sql)
    if not file.is_file():
        raise typer.BadParameter(f"{sql}: no such file", param_hint="SQL")
    return file.read_text(encoding="utf-8")


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A DuckDB query on the published tables, or a .sql file.")
    ],
    output: Annotated[
        RowFormat, typer.Option("--format", help="csv and json are whole and for programs.")
    ] = RowFormat.TABLE,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Most rows of a table; 0 for all.")] = 50,
    data: DataOption = None,
) -> None:
    """Ask the published warehouse. Read-only: it never blocks a build, nor does a build block it.

    Examples:

    `gwr query "show tables"`

    `gwr query "select column_name, comment from duckdb_columns() where table_name = 'fct_indicators'"`

    `gwr query "select * from fct_indicators where year = 2026" --format csv > targets.csv`

    `gwr query docs/queries/01_headline_targets.sql`
    """
    import duckdb

    from pipelines.cli.query import NotPublishedError, run_query

    with clear_errors(NotPublishedError, duckdb.Error):
        run_query(folders(None, data).published_database, _query_text(sql), output.value, limit)


class ListFormat(StrEnum):
    """How versions are printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def published(
    version: Annotated[
        str | None,
        typer.Argument(metavar="[VERSION]", help="Show what this one was made from.", show_default=False),
    ] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="json is for programs.")] = ListFormat.TABLE,
    data: DataOption = None,
) -> None:
    """List the published versions on disk: rows, size, code, which one readers see, whether each is whole.

    With a VERSION, show its manifest: code, checks, rows, and the hash of every input file.

    Examples:

    `gwr published`

    `gwr published e22d88b09370946e`

    `gwr published --format json`
    """
    from pipelines.cli.versions import print_version, print_versions
    from pipelines.publication.versions import VersionError

    folder, as_json = folders(None, data).published, output is ListFormat.JSON
    with clear_errors(VersionError):
        if version is None:
            print_versions(folder, as_json=as_json)
        else:
            print_version(folder, version, as_json=as_json)


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A name that `gwr published` lists.")],
    data: DataOption = None,
) -> None:
    """Let readers see an earlier version again. Nothing is rebuilt; whoever has a file open goes on.

    The version that readers leave is withdrawn: a build that gives the same content does not put it before
    them again; one that gives new content is published as ever. Rolling back to a withdrawn version takes
    that back.

    Example:

    `gwr rollback e22d88b09370946e`
    """
    from pipelines.cli.versions import roll_back
    from pipelines.lock import BuildInProgressError
    from pipelines.publication.versions import VersionError

    with clear_errors(VersionError, BuildInProgressError):
        roll_back(folders(None, data), version)
