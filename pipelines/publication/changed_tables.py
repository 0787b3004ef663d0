"""A version made from the one before it: its DuckDB file with the rows that changed replaced, and the Parquet files of
tables that changed. Files of tables that did not change are links to the earlier ones.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.build_log import last_build
from pipelines.publication.catalog import PublishedModel
from pipelines.publication.delta import Delta, changed_rows, delta_rules, lay_out
from pipelines.publication.earlier_files import copied, linked
from pipelines.publication.ids import replace_places
from pipelines.publication.order import row_order
from pipelines.publication.parquet_files import FileToWrite, WrittenFile, write_parquet_files
from pipelines.publication.parts import TablePart, part_column, part_rules, part_value
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import (
    DATABASE,
    Sum,
    attach_fresh,
    by_row_groups,
    column_types,
    copy_table,
    parquet_file,
    spill_folder,
    sums_by,
    total_of,
)

ALL, NONE = "true", "false"
_MOST_NARROWED = 100


class DeltaError(ValueError):
    """A version can't be made from the one before it."""


@dataclass(slots=True)
class ChangedTables:
    """What was written.

    Attributes:
        data_types: model -> column -> DuckDB type.
        where: model -> the condition on the rows that were replaced, over the tables of `changes`; `false` where
            no row of the model changed.
        changed: model -> the part values (`part_value`) of which rows differ.
        files: model -> its Parquet file, where it was written.
        replaced: model -> the sum over the rows that were replaced, as the build database has them.
        sums: model -> the sum over all its rows: that of the earlier version, with what was replaced.
        appended: model -> how many of its rows stand behind those in order.
        built: the last build of the build database.
    """

    data_types: dict[str, dict[str, str]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    changed: dict[str, frozenset[str | None]] = field(default_factory=dict)
    files: dict[str, WrittenFile] = field(default_factory=dict)
    replaced: dict[str, Sum] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    appended: dict[str, int] = field(default_factory=dict)
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
        DeltaError: the earlier version has other tables or columns.
        DamagedFileError: a file of the earlier version is not as it was published.
        duckdb.Error: a database lacks a model, or a value breaks `not null`.
    """
    written = ChangedTables()
    if delta.sums.keys() != {model.name for model in models}:
        raise DeltaError(f"version {delta.earlier.name} has other tables")
    (root / "parquet").mkdir(parents=True)
    file = copied(delta.earlier, root, DATABASE)
    database.execute(f"set temp_directory = {literal(str(spill_folder(root)))}")
    database.execute(f"attach {literal(str(build_database))} as build (read_only)")
    attach_fresh(database, file, min(group for group, _ in by_row_groups(models)))
    written.built = last_build(database, "build")
    lay_out(database, delta)
    for model in models:
        _replace_rows(database, model, delta, written)
    # Closing in silence would swallow what goes wrong when the last pages are written.
    database.execute("use memory")
    database.execute("detach fresh")
    _write_parquet_files(root, models, delta, written)
    return written


def _write_parquet_files(
    root: Path, models: tuple[PublishedModel, ...], delta: Delta, written: ChangedTables
) -> None:
    """Link or write the Parquet file of each model."""
    changed = []
    for model in models:
        name = model.name
        if written.where[name] == NONE:
            linked(delta.earlier, root, parquet_file(root, model).relative_to(root).as_posix())
        else:
            in_order = not written.appended.get(name, 0)
            changed.append(FileToWrite(model, in_order, delta.earlier, written.changed[name]))
    written.files = write_parquet_files(root, changed)


def _replace_rows(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, delta: Delta, written: ChangedTables
) -> None:
    table, build = quoted(model.name), f"build.main.{quoted(model.name)}"
    types = written.data_types[model.name] = column_types(database, build)
    if list(types.items()) != list(column_types(database, table).items()):
        raise DeltaError(f"{model.name} has other columns than in version {delta.earlier.name}")
    where = changed_rows(database, model) or _compared(database, model)
    column = part_column(model)
    value = part_value(column) if column else "null"
    before, after = (sums_by(database, relation, value, where) for relation in (table, build))
    changed = {part for part in before.keys() | after.keys() if before.get(part) != after.get(part)}
    replaced = before.keys() | after.keys()
    if column and where != ALL and 0 < len(changed) <= _MOST_NARROWED:
        where, replaced = _narrowed(where, column, changed), changed
    gone, new = (total_of(sums, replaced) for sums in (before, after))
    (count, total), appended = delta.sums[model.name], delta.appended.get(model.name, 0)
    written.replaced[model.name] = new
    written.sums[model.name] = (count - gone[0] + new[0], total - gone[1] + new[1])
    written.changed[model.name] = frozenset(changed)
    written.where[model.name] = where if changed else NONE
    if not changed:
        written.appended[model.name] = appended
        return
    if where == ALL or appended + new[0] > delta_rules().most_appended_rows:
        database.execute(f"drop table {table}")
        copy_table(database, model, types)
        return
    order = ", ".join(map(quoted, row_order(model)))
    database.execute("begin")
    database.execute(f"delete from {table} where {where}")
    database.execute(f"insert into {table} select * from {build} where {where} order by {order}")
    replace_places(database, model.name)
    database.execute("commit")
    written.appended[model.name] = appended + new[0]


def _narrowed(where: str, column: str, values: Collection[str | None]) -> str:
    """The condition on those rows with some part values only, so that groups of rows without them are left out."""
    among = (f"({TablePart(value, part_rules().most_characters).where(column)})" for value in values)
    return f"(({' or '.join(among)}) and {where})"


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
