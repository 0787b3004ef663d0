"""Options that several commands share, and how they say what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipelines.display import visible
from pipelines.paths import Paths

RawOption = Annotated[
    Path | None, typer.Option("--raw", help="Folder of the input, instead of raw/.", show_default=False)
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of all that is built, instead of data/.", show_default=False),
]
PlaceOption = Annotated[
    str | None,
    typer.Option(
        "--place",
        metavar="CODE",
        help="GB/T 2260 code of the place (330200 = Ningbo, 100000 = national). Needed where the file's"
        " name doesn't say it.",
        show_default=False,
    ),
]
YearOption = Annotated[
    int | None,
    typer.Option(
        "--year",
        metavar="Y",
        help="Year the report was given. Needed where the file's name doesn't say it.",
        show_default=False,
    ),
]
TextArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A report: txt, html, pdf or docx.")
]


def folders(raw: Path | None, data: Path | None) -> Paths:
    """The folders of an option pair, each from the environment where it is not given."""
    default = Paths.from_environment()
    return Paths(raw=raw.resolve() if raw else default.raw, data=data.resolve() if data else default.data)


def _complain(message: str) -> None:
    """Say what went wrong, without any secret, in the way in which this process logs."""
    from pipelines.logs import logs_are_json, redacted  # noqa: PLC0415 - most commands end well

    if logs_are_json():
        logging.getLogger("gwr").error(message)
    else:
        typer.secho(visible(f"gwr: {redacted(message)}"), fg=typer.colors.RED, err=True)


@contextmanager
def clear_errors(*kinds: type[Exception]) -> Iterator[None]:
    """Errors that the user can do something about, as one message and exit status 1."""
    try:
        yield
    except kinds as error:
        _complain(str(error))
        raise typer.Exit(1) from error
