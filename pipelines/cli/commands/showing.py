"""`gwr site`: the pages made from the published tables."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, clear_errors, folders
from pipelines.cli.root import app


@app.command()
def site(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help="Write the pages into this new folder instead, to copy elsewhere.",
            show_default=False,
        ),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Show them until Ctrl-C; make nothing.")] = False,
    host: Annotated[str, typer.Option("--host", help="Address to show them on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 chooses a free one.")] = 8000,
    data: DataOption = None,
) -> None:
    """Make the site of the published version anew, or show it.

    Each build makes it: this is for pages of newer code, or for a copy. The pages need no server: open
    data/published/site/index.html. They change with the tables, in the same switch.

    Examples:

    `gwr site --serve`

    `gwr site`

    `gwr site --output /srv/www/reports`
    """
    import duckdb

    from pipelines.cli.site import SiteError, copy_site, make_site, serve_site
    from pipelines.lock import BuildInProgressError
    from pipelines.publication.versions import VersionError

    if serve and output:
        raise typer.BadParameter("shows what is published; leave --output out", param_hint="--serve")
    paths = folders(None, data)
    with clear_errors(SiteError, VersionError, BuildInProgressError, duckdb.Error, OSError):
        if serve:
            serve_site(paths, host, port)
        elif output:
            copy_site(paths, output.resolve())
        else:
            make_site(paths)
