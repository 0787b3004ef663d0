"""What a run did, in numbers, and how that went from run to run: `data/metrics/run_metrics.parquet`.

Long form, a row a number: run_id, started_at (UTC), metric, key, value. Times of runs stand here, and
nowhere in published data.

| metric | key | value |
| --- | --- | --- |
| lake_rows | table of the lake | rows; `candidates` are the numbers rejected, `quarantine` what was set aside |
| mart_rows | published table | rows |
| seconds | step of the run | seconds it took |
| documents_read, documents_kept | stage | documents read in this run, and those whose reading was kept |
| checks_failed | error, warning | checks that did not pass so far |
| accuracy | precision, recall, f1, gold_rows | strict agreement with gold, over all texts of the lake that have one |
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipelines.paths import Paths

SCHEMA = pl.Schema(
    [
        ("run_id", pl.String()),
        ("started_at", pl.Datetime("us", "UTC")),
        ("metric", pl.String()),
        ("key", pl.String()),
        ("value", pl.Float64()),
    ]
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a run."""

    name: str
    key: str
    value: float


def history_file(paths: Paths) -> Path:
    """Where the history of a data folder lies."""
    return paths.data / "metrics" / "run_metrics.parquet"


def load_history(paths: Paths) -> pl.DataFrame:
    """The metrics of all runs, oldest run first; empty where none was measured.

    A file that can't be read is set aside as `run_metrics.parquet.damaged`, with a warning: the history
    is no input of a build.
    """
    file = history_file(paths)
    if not file.exists():
        return SCHEMA.to_frame()
    try:
        found = pl.read_parquet(file, glob=False)
        if found.schema != SCHEMA:
            raise pl.exceptions.SchemaError("its columns are not those of a history of runs")
    except pl.exceptions.PolarsError as error:
        aside = file.with_name(f"{file.name}.damaged")
        file.replace(aside)
        log.warning("%s can't be read (%s); it is kept as %s, a new history begins", file, error, aside.name)
        return SCHEMA.to_frame()
    return found


def add_to_history(
    paths: Paths, run_id: str, started_at: datetime, metrics: Iterable[Metric]
) -> pl.DataFrame:
    """Add a run to the history, in place of what it may have noted before, and return the whole of it.

    The file appears whole. The caller holds the build lock.

    Raises:
        OSError: the folder can't be written to.
    """
    rows = [(run_id, started_at.astimezone(UTC), one.name, one.key, one.value) for one in metrics]
    added = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    history = pl.concat([load_history(paths).filter(pl.col("run_id") != run_id), added])
    history = history.sort("started_at", "run_id", "metric", "key")
    file = history_file(paths)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    history.write_parquet(partial, compression="zstd")
    partial.replace(file)
    return history
