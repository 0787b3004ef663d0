"""Reading tables of the lake, as one table each, whatever files they are made of."""

from __future__ import annotations

import polars as pl

from pipelines.lake.layout import lake_files
from pipelines.paths import Paths
from pipelines.schemas import LAKE_TABLES, frame


def scan_lake(paths: Paths, name: str) -> pl.LazyFrame:
    """A table of the lake, read only as far as a query needs: partitions by path, rows as written."""
    files = lake_files(paths.lake, name)
    if not files:
        return frame(LAKE_TABLES[name], []).lazy()
    return pl.scan_parquet(files, glob=False, hive_partitioning=False)


def read_lake(paths: Paths, name: str) -> pl.DataFrame:
    """A whole table of the lake in memory: for the small ones, and for tests."""
    return scan_lake(paths, name).collect()


def row_count(paths: Paths, name: str) -> int:
    """Rows of a table, from what its files say of themselves."""
    return int(scan_lake(paths, name).select(pl.len()).collect().item())


def preview(paths: Paths, name: str, rows: int) -> pl.DataFrame:
    """The first rows of a table, from its first file."""
    files = lake_files(paths.lake, name)
    if not files:
        return frame(LAKE_TABLES[name], [])
    return pl.read_parquet(files[0], n_rows=rows, glob=False, hive_partitioning=False)
