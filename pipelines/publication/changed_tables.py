"""A version made from the one before it: its DuckDB file with the rows that changed replaced, and the Parquet files of
tables that changed. Files of tables that did not change are links to the earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.build_log import last_build
from pipelines.publication.catalog import PublishedModel
from pipelines.publication.delta import Delta, changed_rows, delta_rules, lay_out
from pipelines.publication.earlier_files import copied, linked
from pipelines.publication.order import row_order
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import (
    DATABASE,
    STORAGE_VERSION,
    Sum,
    column_types,
    copy_table,
    parquet_file,
    spill_folder,
    sum_of,
    write_parquet,
)
from pipelines.publication.unchanged import Appended

ALL, NONE = "true", "false"


class DeltaError(ValueError):
    """A version can't be made from the one before it."""


@dataclass(slots=True)
class ChangedTables:
    """What was written.

    Attributes:
        data_types: model -> column -> DuckDB type.
        where: model -> the condition on the rows that were replaced, over the tables of `changes`; `false` where
            no row of the model changed.
        replaced: model -> the sum over the rows that were replaced, as the build database has them.
        sums: model -> the sum over all its rows: that of the earlier version, with what was replaced.
        appended: model -> its rows that stand behind those in order.
        built: the last build of the build database.
    """

    data_types: dict[str, dict[str, str]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, Sum] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    appended: dict[str, Appended] = field(default_factory=dict)
    built: str | None = None


def write_changed_tables(
    database: duckdb.DuckDBPyConnection,
    build_database: Path,
    root: Path,
    models: tuple[PublishedModel, ...],
    delta: Delta,
) -> ChangedTables:
    """Write `warehouse.duckdb` and `parquet/<model>.parquet` into an empty folder, from an earlier version.

    Args:
        database: a connection to a database in memory; afterwards it has `build` attached, and `changes` with
            the tables of the conditions.
        build_database: what is published.
        root: the empty folder.
        models: what is published.
        delta: what changed.

    Raises:
        DeltaError: the earlier version has other columns.
        DamagedFileError: a file of the earlier version is not as it was published.
        duckdb.Error: a database lacks a model, or a value breaks `not null`.
    """
    written = ChangedTables()
    (root / "parquet").mkdir(parents=True)
    file = copied(delta.earlier, root, DATABASE)
    database.execute(f"set temp_directory = {literal(str(spill_folder(root)))}")
    database.execute(f"attach {literal(str(file))} as fresh (storage_version {literal(STORAGE_VERSION)})")
    database.execute(f"attach {literal(str(build_database))} as build (read_only)")
    database.execute("use fresh.main")
    written.built = last_build(database, "build")
    lay_out(database, delta)
    for model in models:
        _replace_rows(database, model, delta, written)
        if written.where[model.name] == NONE:
            linked(delta.earlier, root, parquet_file(root, model).relative_to(root).as_posix())
        else:
            write_parquet(database, model, root, in_order(model, written.appended.get(model.name)))
    # Closing in silence would swallow what goes wrong when the last pages are written.
    database.execute("use memory")
    database.execute("detach fresh")
    return written


def _replace_rows(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, delta: Delta, written: ChangedTables
) -> None:
    table, build = quoted(model.name), f"build.main.{quoted(model.name)}"
    types = written.data_types[model.name] = column_types(database, build)
    if list(types.items()) != list(column_types(database, table).items()):
        raise DeltaError(f"{model.name} has other columns than in version {delta.earlier.name}")
    where = changed_rows(model) or _compared(database, model)
    gone, new = sum_of(database, table, where), sum_of(database, build, where)
    (count, total), before = delta.sums[model.name], delta.appended.get(model.name)
    written.replaced[model.name] = new
    written.sums[model.name] = (count - gone[0] + new[0], total - gone[1] + new[1])
    if gone == new:
        written.where[model.name] = NONE
        if before:
            written.appended[model.name] = before
        return
    written.where[model.name] = where
    after = Appended(rows=(before.rows if before else 0) + new[0], values=before.values if before else ())
    if where == ALL or after.rows > delta_rules().most_appended_rows:
        database.execute(f"drop table {table}")
        copy_table(database, model, types)
        return
    order = row_order(model)
    database.execute(f"delete from {table} where {where}")
    database.execute(
        f"insert into {table} select * from {build} where {where} order by {', '.join(map(quoted, order))}"
    )
    values = database.execute(
        f"select distinct {quoted(order[0])}::varchar from {build} where {where}"
    ).fetchall()
    written.appended[model.name] = Appended(
        rows=after.rows,
        values=tuple(sorted({*after.values, *(value for (value,) in values)}, key=_nulls_last)),
    )


def _nulls_last(value: str | None) -> tuple[bool, str]:
    return value is None, value or ""


def _compared(database: duckdb.DuckDBPyConnection, model: PublishedModel) -> str:
    """The condition on the rows that differ between `fresh` and `build`, found by comparing them: on all rows, or
    on those with some values of the column that the table is ordered by."""
    table = quoted(model.name)
    (rows,) = database.execute(f"select count(*) from {table}").fetchone() or (0,)
    if rows < delta_rules().compared_by_place_from:
        return ALL
    column, differs = quoted(row_order(model)[0]), f"changes.{quoted(f'differs {model.name}')}"
    sums = (
        f"select {column} as part, count(*) as n, sum(hash(rows)::hugeint) as total from {{}}.main.{table} as rows"
        " group by all"
    )
    database.execute(
        f"create table {differs} as select coalesce(f.part, b.part) as part, f.n as rows_before"
        f" from ({sums.format('fresh')}) as f full join ({sums.format('build')}) as b"
        " on f.part is not distinct from b.part where (f.n, f.total) is distinct from (b.n, b.total)"
    )
    parts, unnamed, lost = database.execute(
        f"select count(*), count(*) filter (where part is null), coalesce(sum(rows_before), 0) from {differs}"
    ).fetchone() or (0, 0, 0)
    if parts == 0:
        return NONE
    if 2 * lost > rows:
        return ALL
    among = f"{column} in (select part from {differs})"
    return f"({among} or {column} is null)" if unnamed else among


def in_order(model: PublishedModel, appended: Appended | None) -> str:
    """A query for a table's rows in their order, of which some stand behind the others.

    Rows that share a value of the first column with one of those are sorted; what lies between stands in order.
    """
    table, (first, *rest) = quoted(model.name), row_order(model)
    if appended is None or not appended.values:
        return f"select * from {table}"
    if len(appended.values) > delta_rules().most_pieces:
        return f"select * from {table} order by {', '.join(map(quoted, (first, *rest)))}"
    return " union all ".join(f"({piece})" for piece in _pieces(table, first, rest, appended.values))


def _pieces(table: str, first: str, rest: list[str], values: tuple[str | None, ...]) -> Iterator[str]:
    column, after = quoted(first), "true"
    by = f" order by {', '.join(map(quoted, rest))}" if rest else ""
    for value in values:
        if value is None:
            continue
        yield f"select * from {table} where {after} and {column} < {literal(value)}"
        yield f"select * from {table} where {column} = {literal(value)}{by}"
        after = f"{column} > {literal(value)}"
    yield f"select * from {table} where {after} and {column} is not null"
    yield f"select * from {table} where {column} is null{by if None in values else ''}"
