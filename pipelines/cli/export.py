"""`gwr export`: which tables go into which file."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import typer

from pipelines.export.csv_file import stream_csv, write_csv
from pipelines.export.errors import ExportError
from pipelines.export.sdmx import sdmx_marts, stream_sdmx_csv, write_sdmx_csv
from pipelines.export.source import open_tables
from pipelines.export.workbook import write_xlsx

_STDOUT = Path("-")
_ENDINGS = {"xlsx": ".xlsx", "csv": ".csv", "sdmx": ".sdmx.csv"}
_WORKBOOK = "gov-work-reports"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `gwr export`."""

    output_format: str
    marts: tuple[str, ...]
    everything: bool
    output: Path | None
    where: str | None
    bom: bool
    verbatim: bool
    force: bool


def _tables(database: Path, request: Request) -> tuple[str, ...]:
    """The names of the tables that are asked for.

    Raises:
        ExportError: none is, both --mart and --all are, or more than the format takes.
    """
    if request.everything and request.marts:
        raise ExportError("--all is every table: leave --mart out, or leave --all out")
    with open_tables(database) as published:
        known = tuple(published.marts)
        with_sdmx_shape = sdmx_marts(published)
    names = tuple(dict.fromkeys(request.marts)) or (known if request.everything else ())
    if request.output_format == "sdmx" and not names:
        names = with_sdmx_shape
    if not names:
        raise ExportError(f"which table? Give --mart NAME, or --all. There are: {', '.join(known)}")
    if request.output_format != "xlsx" and len(names) > 1:
        raise ExportError(
            f"a file of {request.output_format} holds one table: give one --mart, or --format xlsx"
        )
    return names


def _refuse_unfit(request: Request) -> None:
    """Refuse options that the format has no use for."""
    if request.output_format == "xlsx" and request.output == _STDOUT:
        raise ExportError("a workbook can't go to standard output: give --output a file, or --format csv")
    for option, given in (("--bom", request.bom), ("--verbatim", request.verbatim)):
        if given and request.output_format != "csv":
            raise ExportError(
                f"{option} is for --format csv; {request.output_format} is written one way only"
            )


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Standard output in UTF-8, with line ends as they are written."""
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        # Whoever reads has enough. What is still held back would be written, and fail, at the very end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    finally:
        stream.detach()


def run_export(database: Path, request: Request) -> None:
    """Write the file that is asked for, and say what it holds.

    Raises:
        ExportError: the options don't fit together, nothing is published, a table or condition is wrong, or
            the file is there already.
        OSError: the file can't be written.
    """
    _refuse_unfit(request)
    names = _tables(database, request)
    if request.output == _STDOUT:
        with _standard_output() as stream:
            if request.bom:
                stream.write("\ufeff")
            if request.output_format == "csv":
                stream_csv(database, names[0], stream, where=request.where, verbatim=request.verbatim)
            else:
                stream_sdmx_csv(database, stream, names[0], where=request.where)
        return
    stem = names[0] if len(names) == 1 else _WORKBOOK
    target = request.output or Path(stem + _ENDINGS[request.output_format])
    rows = _write(database, names, target, request)
    tables = "1 table" if len(names) == 1 else f"{len(names)} tables"
    print(f"{target}: {tables}, {rows:,} rows")


def _write(database: Path, names: tuple[str, ...], target: Path, request: Request) -> int:
    match request.output_format:
        case "csv":
            return write_csv(
                database,
                names[0],
                target,
                where=request.where,
                bom=request.bom,
                verbatim=request.verbatim,
                force=request.force,
            )
        case "sdmx":
            return write_sdmx_csv(database, target, names[0], where=request.where, force=request.force)
        case _:
            return sum(write_xlsx(database, names, target, where=request.where, force=request.force).values())
