"""The published tables: a fresh DuckDB file and a Parquet file for each model."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.publication.catalog import PublishedModel


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"


def _copy_table(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, data_types: dict[str, str]
) -> None:
    """A model as a table in the order of its grain, with its comments."""
    table = _name(model.name)
    required = {column.name for column in model.columns if column.required}
    columns = ", ".join(
        f"{_name(name)} {kind}{' not null' if name in required else ''}" for name, kind in data_types.items()
    )
    order = ", ".join(map(_name, model.grain))
    database.execute(f"create table {table} ({columns})")
    database.execute(f"insert into {table} select * from build.main.{table} order by {order}")
    database.execute(f"comment on table {table} is {_text(model.description)}")
    for column in model.columns:
        database.execute(f"comment on column {table}.{_name(column.name)} is {_text(column.description)}")


def write_tables(
    build_database: Path, root: Path, models: tuple[PublishedModel, ...]
) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    """Write `warehouse.duckdb` and `parquet/<model>.parquet` into an empty folder.

    Rows stand in the order of their grain, so that the same rows give the same Parquet bytes
    whatever the number of threads. Views become tables: the file needs no other file.

    Returns:
        Model -> rows, and model -> column -> DuckDB type.

    Raises:
        duckdb.Error: the build database lacks a model, or a value breaks `not null`.
    """
    rows: dict[str, int] = {}
    data_types: dict[str, dict[str, str]] = {}
    (root / "parquet").mkdir(parents=True)
    with duckdb.connect(str(root / "warehouse.duckdb")) as database:
        database.execute(f"attach {_text(str(build_database))} as build (read_only)")
        for model in models:
            described = database.execute(f"describe build.main.{_name(model.name)}").fetchall()
            data_types[model.name] = {name: kind for name, kind, *_ in described}
            _copy_table(database, model, data_types[model.name])
            file = root / "parquet" / f"{model.name}.parquet"
            written = database.execute(
                f"copy {_name(model.name)} to {_text(str(file))} (format parquet, compression zstd)"
            ).fetchone()
            rows[model.name] = int(written[0]) if written else 0
        database.execute("detach build")
    return rows, data_types
