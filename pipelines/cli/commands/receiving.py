"""`gwr add` and `gwr fetch`: what goes into raw/."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, RawOption, clear_errors, folders
from pipelines.cli.root import app


class DocKind(StrEnum):
    """Kinds of text that raw/ holds."""

    REPORT = "report"
    BULLETIN = "bulletin"
    PLAN = "plan"


class TextVersion(StrEnum):
    """Whether a text is the whole of what was said."""

    FULL = "full"
    ABRIDGED = "abridged"


@app.command()
def add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The text as you received it.")],
    place: Annotated[str, typer.Option("--place", metavar="CODE", help="GB/T 2260 code: 330200 = Ningbo.")],
    year: Annotated[
        int, typer.Option("--year", metavar="Y", help="Year of the report; of a bulletin, the year measured.")
    ],
    kind: Annotated[DocKind, typer.Option("--kind", help="What the text is.")] = DocKind.REPORT,
    title: Annotated[str | None, typer.Option("--title", help="Its title.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where you found it.", show_default=False)] = None,
    published: Annotated[
        datetime | None,
        typer.Option("--published", formats=["%Y-%m-%d"], help="When it came out.", show_default=False),
    ] = None,
    publisher: Annotated[
        str | None, typer.Option("--publisher", help="Who put it out.", show_default=False)
    ] = None,
    text_version: Annotated[
        TextVersion | None, typer.Option("--text-version", help="Whole or shortened.", show_default=False)
    ] = None,
    version: Annotated[
        str | None,
        typer.Option("--version", help="Short name, where a year has several texts.", show_default=False),
    ] = None,
    replaces: Annotated[
        str | None,
        typer.Option(
            "--replaces",
            metavar="DOCUMENT",
            help="Id of the version that this one replaces: 330200-report-2026. It stays in raw/, unread.",
            show_default=False,
        ),
    ] = None,
    raw: RawOption = None,
) -> None:
    """Copy a text into raw/ with its sidecar (origin and hash). Refuses what is already there.

    Examples:

    `gwr add report.txt --place 330200 --year 2026 --title 政府工作报告 --published 2026-01-22`

    `gwr add communique.html --kind bulletin --place 330200 --year 2025 --url https://...`
    """
    from pipelines.documents.add import add_document
    from pipelines.documents.errors import DocumentError

    with clear_errors(DocumentError, OSError):
        target = add_document(
            folders(raw, None).raw,
            file,
            place,
            year,
            kind=kind.value,
            title=title,
            url=url,
            published=published.date() if published else None,
            publisher=publisher,
            text_version=text_version.value if text_version else None,
            version=version,
            replaces=replaces,
        )
    typer.echo(f"added {target}")
    typer.echo("Next: gwr build")


@app.command()
def fetch(raw: RawOption = None, data: DataOption = None) -> None:
    """Fetch the pages that raw/sources.yml lists: new ones are added, changed ones as a new version.

    A page that can't be had or taken is named with its reason, and the others go on. A file that was
    received is never overwritten. docs/sources.md describes the list.

    Exit status: **0** every page reached, **3** some were not, **1** nothing could be done.

    Examples:

    `gwr fetch`

    `gwr fetch --raw /srv/reports --data /srv/warehouse`
    """
    from pipelines.cli.fetch import fetch as run
    from pipelines.sources.errors import FetchInProgressError, SourcesFileError

    with clear_errors(FetchInProgressError, SourcesFileError):
        raise typer.Exit(run(folders(raw, data)))
