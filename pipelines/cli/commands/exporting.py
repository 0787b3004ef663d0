"""`gwr export`."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, clear_errors, folders
from pipelines.cli.root import app


class FileFormat(StrEnum):
    """Files that tables can be exported to."""

    XLSX = "xlsx"
    CSV = "csv"
    SDMX = "sdmx"


@app.command()
def export(
    marts: Annotated[
        list[str] | None,
        typer.Option("--mart", metavar="NAME", help="A published table; may be repeated for xlsx."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every published table; xlsx only.")] = False,
    output_format: Annotated[
        FileFormat,
        typer.Option("--format", help="Excel workbook, CSV, or SDMX-CSV 2.0 for statistics offices."),
    ] = FileFormat.XLSX,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="File to make, - for standard output (csv, sdmx). [default: the table's name, in this folder]",
            show_default=False,
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help="Only rows that a condition in DuckDB's SQL holds for.",
            show_default=False,
        ),
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="csv: begin with the mark by which Excel knows UTF-8.")
    ] = False,
    verbatim: Annotated[
        bool,
        typer.Option(
            "--verbatim", help="csv: no apostrophe before texts that a spreadsheet would take for a formula."
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
    data: DataOption = None,
) -> None:
    """Write published tables to a file. Read-only: it never blocks a build, nor does a build block it.

    An Excel workbook begins with two sheets on the tables and their columns; its texts stay texts, whatever
    they begin with. In CSV an apostrophe stands before a text that a spreadsheet would take for a formula
    (one that begins with = + - @), unless `--verbatim`; nulls are empty, lines end with CRLF. SDMX-CSV is
    verbatim, and needs no `--mart`.

    Examples:

    `gwr export --mart fct_target_outcomes --where "year = 2025"`

    `gwr export --all --output gov-work-reports.xlsx`

    `gwr export --mart fct_indicators --format csv --bom`

    `gwr export --format sdmx --where "\\"REF_AREA\\" = '330200'" --output -`
    """
    from pipelines.cli.export import Request, run_export
    from pipelines.export.errors import ExportError

    with clear_errors(ExportError, OSError):
        run_export(
            folders(None, data).published_database,
            Request(output_format.value, tuple(marts or ()), everything, output, where, bom, verbatim, force),
        )
