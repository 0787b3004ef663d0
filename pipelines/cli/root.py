"""The root of the command line, which every command registers on."""

from __future__ import annotations

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Chinese government work reports as a warehouse: what was promised, in numbers, and was it"
    " delivered.\n\nPut a report into raw/ (`gwr add`), build (`gwr build`), ask (`gwr query`)."
    " `gwr extract` reads one file and writes nothing.",
)
