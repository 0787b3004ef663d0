"""A table under SDMX concept names as SDMX-CSV 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import polars as pl

from pipelines.export.csv_file import as_text, write_frames
from pipelines.export.errors import ExportError
from pipelines.export.source import DATAFLOW, Mart, Published, Rows, chosen_marts, open_tables
from pipelines.export.target import whole_file

STRUCTURE = "dataflow"
"""What STRUCTURE_ID names."""
ACTION = "I"
"""Data for information: it deletes nothing where it is loaded."""


def sdmx_marts(published: Published) -> tuple[str, ...]:
    """Names of the published tables that can be written as SDMX-CSV."""
    return tuple(name for name, mart in published.marts.items() if mart.has_sdmx_shape)


def _sdmx_mart(published: Published, name: str | None) -> Mart:
    possible = sdmx_marts(published)
    if name is None and len(possible) == 1:
        (name,) = possible
    if name is None:
        raise ExportError(f"which table? These have an SDMX shape: {', '.join(possible) or 'none'}")
    (mart,) = chosen_marts(published, [name])
    if not mart.has_sdmx_shape:
        raise ExportError(
            f"{name} has no SDMX shape (a dataflow, dimensions, OBS_VALUE). These have:"
            f" {', '.join(possible) or 'none'}"
        )
    return mart


def stream_sdmx_csv(
    database: Path | Published, stream: TextIO, mart: str | None = None, *, where: str | None = None
) -> int:
    """Write a table as SDMX-CSV into an open stream; see `write_sdmx_csv`."""
    with open_tables(database) as published:
        chosen = _sdmx_mart(published, mart)
        rows = Rows(published.connection, chosen, where)
        others = [column.name for column in chosen.columns if column.name != DATAFLOW]
        write_frames(
            stream,
            ("STRUCTURE", "STRUCTURE_ID", "ACTION", *others),
            (_lines(frame, others) for frame in rows.frames()),
        )
        return rows.count


def _lines(frame: pl.DataFrame, others: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame([as_text(frame[DATAFLOW]), *(as_text(frame[name]) for name in others)]).select(
        pl.lit(STRUCTURE).alias("STRUCTURE"),
        pl.col(DATAFLOW),
        pl.lit(ACTION).alias("ACTION"),
        pl.col(others),
    )


def write_sdmx_csv(
    database: Path,
    target: Path,
    mart: str | None = None,
    *,
    where: str | None = None,
    force: bool = False,
) -> int:
    """Write a published table as an SDMX-CSV 2.0 file.

    STRUCTURE, STRUCTURE_ID and ACTION come first, then the dimensions up to TIME_PERIOD, OBS_VALUE and the
    attributes, named by their concepts; a missing value is an empty cell. Texts are verbatim: the file is for
    programs that load it.

    Args:
        database: the published DuckDB file; opened read-only.
        target: the file to make; it appears when it is whole.
        mart: name of the table; None for the only one that has an SDMX shape.
        where: a condition on the table's columns, in DuckDB's SQL.
        force: whether a file of that name may be replaced.

    Returns:
        Observations written.

    Raises:
        ExportError: nothing is published, the table has no SDMX shape, the condition is wrong, or the target
            is there already.
        OSError: the target can't be written.
    """
    with (
        whole_file(target, force=force) as partial,
        partial.open("w", encoding="utf-8", newline="") as stream,
    ):
        return stream_sdmx_csv(database, stream, mart, where=where)
