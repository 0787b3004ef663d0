"""A published table in the DuckDB file and its Parquet file: where they lie, their columns, sums over their rows."""

from __future__ import annotations

import glob
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb

from pipelines.publication.catalog import PublishedModel
from pipelines.publication.ids import write_lookup
from pipelines.publication.order import order_rules, row_order
from pipelines.publication.sql import literal, quoted

DATABASE = "warehouse.duckdb"
STORAGE_VERSION = "v1.0.0"
"""Format of the DuckDB file: the oldest client that opens it. Newer formats save little and shut out readers."""

MEMORY = "1GB"
"""What DuckDB may hold while tables are copied, whatever their size: the rest spills into the version's folder."""

ROW_GROUP = 122_880
"""Rows in a group of rows, DuckDB's own number; see `short_groups` of `rules/order.yml` for others."""

Sum = tuple[int, int]
"""Rows, and a sum over the hash of each: equal for the same rows in any order, and every block is read for it."""


def by_row_groups(models: Sequence[PublishedModel]) -> list[tuple[int, list[PublishedModel]]]:
    """The models with as many rows in a group, most rows first: the order to write them in."""
    sizes = {model.name: order_rules().short_groups.get(model.name, ROW_GROUP) for model in models}
    return [
        (size, [model for model in models if sizes[model.name] == size])
        for size in sorted(set(sizes.values()) | {ROW_GROUP}, reverse=True)
    ]


def attach_fresh(database: duckdb.DuckDBPyConnection, file: Path, row_group: int) -> None:
    """Attach the file that is written, as `fresh`, and use it.

    Args:
        database: the connection.
        file: the file, which need not be there.
        row_group: rows in a group of what is written. Whoever writes to a file joins groups that are smaller: a
            file is written with the smallest number last, and with that one again when it is changed.

    Raises:
        duckdb.Error: the file can't be opened.
    """
    database.execute(
        f"attach {literal(str(file))} as fresh"
        f" (storage_version {literal(STORAGE_VERSION)}, row_group_size {row_group})"
    )
    database.execute("use fresh.main")


def parquet_file(root: Path, model: PublishedModel) -> Path:
    """The Parquet file of a model in a version's folder."""
    return root / "parquet" / f"{model.name}.parquet"


def spill_folder(root: Path) -> Path:
    """Where DuckDB spills to while a version is written and checked: beside the version, not in it."""
    return root.with_name(".spill")


def from_parquet(file: Path) -> str:
    """A Parquet file as SQL's FROM has it, whatever its path is made of."""
    return f"read_parquet({literal(glob.escape(str(file)))})"


def column_types(database: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column -> DuckDB type of a table, view or table function, in order."""
    described = database.execute(f"describe select * from {relation}").fetchall()
    return {name: kind for name, kind, *_ in described}


def sum_of(database: duckdb.DuckDBPyConnection, relation: str, where: str = "true") -> Sum:
    """The sum over those rows of a relation that a condition holds for.

    Raises:
        duckdb.Error: a block is damaged, or there is no such relation.
    """
    found = database.execute(
        f"select count(*), coalesce(sum(hash(rows)::hugeint), 0) from {relation} as rows where {where}"
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def sums_by(
    database: duckdb.DuckDBPyConnection, relation: str, expression: str, where: str = "true"
) -> dict[str | None, Sum]:
    """The sums over those rows that a condition holds for, by the value of an expression.

    Raises:
        duckdb.Error: a block is damaged, or there is no such relation.
    """
    found = database.execute(
        f"select {expression}, count(*), sum(hash(rows)::hugeint) from {relation} as rows where {where} group by all"
    ).fetchall()
    return {value: (int(count), int(total)) for value, count, total in found if count}


def total_of(sums: Mapping[str | None, Sum], values: Collection[str | None]) -> Sum:
    """The sum over the rows with some of the values of `sums_by`."""
    chosen = [sums[value] for value in values if value in sums]
    return sum(count for count, _ in chosen), sum(total for _, total in chosen)


def copy_table(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, data_types: dict[str, str]
) -> None:
    """A model of the attached database `build` as a table in its order of rows, with its comments and what finds
    its rows by their id (`pipelines.publication.ids`).

    Raises:
        duckdb.Error: `build` lacks the model, or a value breaks `not null`.
    """
    table = quoted(model.name)
    required = {column.name for column in model.columns if column.required}
    columns = ", ".join(
        f"{quoted(name)} {kind}{' not null' if name in required else ''}" for name, kind in data_types.items()
    )
    order = ", ".join(map(quoted, row_order(model)))
    # In one transaction: the disk is not waited for after each comment.
    database.execute("begin")
    database.execute(f"create table {table} ({columns})")
    database.execute(f"insert into {table} select * from build.main.{table} order by {order}")
    database.execute(f"comment on table {table} is {literal(model.description)}")
    for column in model.columns:
        database.execute(f"comment on column {table}.{quoted(column.name)} is {literal(column.description)}")
    write_lookup(database, model.name)
    database.execute("commit")
