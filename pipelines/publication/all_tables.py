"""A version of all rows: a fresh DuckDB file and a Parquet file for each model."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.publication.catalog import PublishedModel
from pipelines.publication.parquet_files import FileToWrite, write_parquet_files
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import (
    DATABASE,
    MEMORY,
    attach_fresh,
    by_row_groups,
    column_types,
    copy_table,
    spill_folder,
)


def write_tables(
    build_database: Path, root: Path, models: tuple[PublishedModel, ...]
) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    """Write `warehouse.duckdb` and `parquet/<model>.parquet` into an empty folder.

    Rows stand in one order (`row_order`), so that the same rows give the same Parquet bytes whatever
    the number of threads, and a place is found without reading the others. Views become tables: the
    file needs no other file.

    Returns:
        Model -> rows, and model -> column -> DuckDB type.

    Raises:
        duckdb.Error: the build database lacks a model, or a value breaks `not null`.
    """
    data_types: dict[str, dict[str, str]] = {}
    (root / "parquet").mkdir(parents=True)
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY}) as database:
        # A database in memory would spill into the current folder.
        database.execute(f"set temp_directory = {literal(str(spill_folder(root)))}")
        database.execute(f"attach {literal(str(build_database))} as build (read_only)")
        for group, some in by_row_groups(models):
            attach_fresh(database, root / DATABASE, group)
            for model in some:
                data_types[model.name] = column_types(database, f"build.main.{quoted(model.name)}")
                copy_table(database, model, data_types[model.name])
            # Closing in silence would swallow what goes wrong when the last pages are written.
            database.execute("use memory")
            database.execute("detach fresh")
    written = write_parquet_files(root, [FileToWrite(model) for model in models])
    return {name: file.rows for name, file in written.items()}, data_types
