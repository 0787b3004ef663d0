"""`gwr extract` and `gwr evaluate`: one text, nothing written."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import PlaceOption, TextArgument, YearOption, clear_errors
from pipelines.cli.root import app


class StatementFormat(StrEnum):
    """How statements are printed."""

    TABLE = "table"
    JSONL = "jsonl"


@app.command()
def extract(
    file: TextArgument,
    output: Annotated[
        StatementFormat, typer.Option("--format", help="jsonl: one statement a line, for programs.")
    ] = StatementFormat.TABLE,
    explain: Annotated[
        bool, typer.Option("--explain", help="Every number: its statement, or the rule that rejected it.")
    ] = False,
    place: PlaceOption = None,
    year: YearOption = None,
) -> None:
    """Read the statements of one report and print them. Nothing is written, no build is needed.

    Place and year are read from the file's name, where it is one of `330200-2026-宁波市.txt` and
    `330200-ningbo/2026.txt`. A line of JSON has the keys of the statement contract; its spans count
    characters of the text.

    Examples:

    `gwr extract 330200-2026-宁波市.txt`

    `gwr extract report.pdf --place 330200 --year 2026 --format jsonl > statements.jsonl`

    `gwr extract report.txt --place 330200 --year 2026 --explain`
    """
    from pipelines.cli.extract import print_explained, print_statements
    from pipelines.documents.errors import DocumentError

    as_lines = output is StatementFormat.JSONL
    with clear_errors(DocumentError):
        (print_explained if explain else print_statements)(file, place, year, as_lines=as_lines)


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Gold statements, one JSON a line.")
    ],
    text: TextArgument,
    errors: Annotated[
        int, typer.Option("--errors", min=0, help="How many of each kind of error to show.")
    ] = 0,
    place: PlaceOption = None,
    year: YearOption = None,
) -> None:
    """Compare what is read from a text with a gold file: precision, recall, F1, and each field.

    Examples:

    `gwr evaluate tests/gold/ningbo-2026.jsonl 330200-2026-宁波市.txt --errors 20`
    """
    from pipelines.cli.evaluate import print_evaluation
    from pipelines.documents.errors import DocumentError
    from pipelines.evaluation.gold import GoldError

    with clear_errors(DocumentError, GoldError):
        print_evaluation(gold, text, place, year, errors)
