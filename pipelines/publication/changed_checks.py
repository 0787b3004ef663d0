"""The checks of a version that was made from the one before it: the same ones, on what can have gone wrong.

| check | here |
| --- | --- |
| `smoke`, `contract` | as ever: they cost next to nothing |
| `grain` | of rows that share theirs one was written now: the others were held against each other before |
| `rows` | the table has as many rows as the build database has; the rows that changed, read from the file that readers open, are those of the build database |
| `parquet` | a file that was written as one part is read whole: its sum is that of the earlier version with what changed. Of one that was put together from parts those that are new are read whole and held against the DuckDB file, and all are read for the places they hold |
| `ids` | the ids of the places that changed lead to them |

What did not change was read and held against the build database when it was published first. That its bytes are still
those is known from their sums, which are compared before a file is taken over. The sum over a Parquet file is also
one over the rows of the DuckDB file, which it was written from.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.publication.catalog import PublishedModel
from pipelines.publication.changed_tables import ALL, NONE, ChangedTables
from pipelines.publication.checks import (
    Check,
    contract_problem,
    first_line,
    grain_problem,
    parquet_columns_problem,
    rows_problem,
    smoke_problem,
)
from pipelines.publication.ids import id_rules, lookup_problem
from pipelines.publication.parquet_files import WrittenFile
from pipelines.publication.parts import WHOLE_TABLE, part_column
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import DATABASE, from_parquet, parquet_file, spill_folder, sum_of


def check_changed_version(
    database: duckdb.DuckDBPyConnection,
    root: Path,
    models: tuple[PublishedModel, ...],
    written: ChangedTables,
) -> list[Check]:
    """Read back what was replaced, and hold it against the build database and what the models declare.

    Args:
        database: the connection that the version was written with, see `write_changed_tables`.
        root: the version's folder.
        models: what is published.
        written: what was written.

    Raises:
        duckdb.Error: the build database can't be read.
    """
    file = str(root / DATABASE)
    try:
        with duckdb.connect(file, read_only=True) as alone:
            alone.execute(f"set temp_directory = {literal(str(spill_folder(root)))}")
            checks = [Check(f"{model.name}.smoke", smoke_problem(alone, model)) for model in models]
    except duckdb.Error as error:
        return [Check(f"{DATABASE}.opens", first_line(error))]
    database.execute(f"attach {literal(file)} as version (read_only)")
    database.execute("use version.main")
    for model in models:
        checks += _checks(database, root, model, written)
    database.execute("use memory")
    database.execute("detach version")
    return sorted(checks, key=lambda check: check.name)


def _checks(
    database: duckdb.DuckDBPyConnection, root: Path, model: PublishedModel, written: ChangedTables
) -> list[Check]:
    table, built = quoted(model.name), f"build.main.{quoted(model.name)}"
    where, total = written.where[model.name], written.sums[model.name]
    grain = parquet = ids = ""
    rows = _count_problem(database, model, built, total[0])
    if where != NONE:
        file = from_parquet(parquet_file(root, model))
        grain = _grain_problem(database, model, where)
        rows = rows or rows_problem(database, table, written.replaced[model.name], where)
        parts = written.files[model.name]
        parquet = parquet_columns_problem(database, model, file) or (
            rows_problem(database, file, total)
            if WHOLE_TABLE in parts.parts
            else new_parts_problem(database, model, file, parts) or borders_problem(root, model, parts)
        )
        ids = lookup_problem(database, model.name, of_what_changed=True)
    return [
        Check(f"{model.name}.contract", contract_problem(database, model, built)),
        Check(f"{model.name}.grain", grain),
        Check(f"{model.name}.rows", rows),
        Check(f"{model.name}.parquet", parquet),
        *([Check(f"{model.name}.ids", ids)] if model.name in id_rules().functions else []),
    ]


def _grain_problem(database: duckdb.DuckDBPyConnection, model: PublishedModel, where: str) -> str:
    if where == ALL:
        return grain_problem(database, model)
    # In a table of their own it is known how few they are, and the others are held against them, not they against all.
    mine, columns = f"changes.{quoted(f'grain {model.name}')}", ", ".join(map(quoted, model.grain))
    database.execute(f"create table {mine} as select {columns} from {quoted(model.name)} where {where}")
    return grain_problem(database, model, mine)


def new_parts_problem(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, file: str, written: WrittenFile
) -> str:
    """What is wrong with the rows of the parts of a Parquet file that were written now, against the table's."""
    column = part_column(model) or ""
    for part in written.parts:
        if part in written.new:
            where = part.where(column)
            expected = sum_of(database, quoted(model.name), where)
            if problem := rows_problem(database, file, expected, where):
                return f"{part}: {problem}"
    return ""


def borders_problem(root: Path, model: PublishedModel, written: WrittenFile) -> str:
    """What is wrong with where the parts of a Parquet file lie: each has its rows, and values of its own.

    A column of every row group is read, by another reader than the one that wrote it: all columns of a group were
    moved by as much.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only who writes parts waits for it

    file, column = parquet_file(root, model), part_column(model) or ""
    group = 0
    try:
        with pq.ParquetFile(file, read_dictionary=[column]) as reader:
            for part, rows in written.parts.items():
                left = rows
                while left > 0:
                    values = reader.read_row_group(group, columns=[column])[column]
                    left, group = left - len(values), group + 1
                    if not all(map(part.holds, values.unique().to_pylist())):
                        return f"{part} holds rows of others"
                if left:
                    return f"{part} has {rows - left:,} rows, not {rows:,}"
            if group != reader.num_row_groups:
                return f"{reader.num_row_groups:,} row groups, {group:,} of them in parts"
    except (pa.ArrowException, OSError) as error:
        return first_line(error)
    return ""


def _count_problem(
    database: duckdb.DuckDBPyConnection, model: PublishedModel, built: str, expected: int
) -> str:
    found = []
    for relation in (quoted(model.name), built):
        (rows,) = database.execute(f"select count(*) from {relation}").fetchone() or (0,)
        found.append(rows)
    if found == [expected, expected]:
        return ""
    return f"{found[0]:,} rows, the build database has {found[1]:,}, {expected:,} were expected"
