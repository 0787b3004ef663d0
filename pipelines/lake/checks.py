"""Whether the rows of the lake keep the rules of their schemas, file by file."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.file_hashes import FileHashes
from pipelines.fingerprint import schema_fingerprint
from pipelines.lake.layout import PARTITIONED, lake_files, partition_file
from pipelines.lake.ledger import ledger
from pipelines.lake.tasks import TABLES
from pipelines.paths import Paths
from pipelines.schemas import LAKE_TABLES, polars_schema, violations


@dataclass(frozen=True, slots=True)
class TableChecked:
    """What checking a table gave: its rows, how many violations, the first of them, the rows they are in."""

    rows: int
    violations: int
    broken: pl.DataFrame
    failing: pl.DataFrame


def check_table(paths: Paths, name: str, most: int, *, rehash: bool = False) -> TableChecked:
    """Check a table of the lake, a file at a time.

    A file of which the ledger says that all its rows keep the rules of now, and whose bytes are those that
    it says it of, is not read again.

    Args:
        paths: whose lake.
        name: of the table.
        most: how many violations and rows are shown.
        rehash: hash files again instead of trusting size and times.
    """
    model = LAKE_TABLES[name]
    valid = _valid_files(paths, name, rehash=rehash) if name in PARTITIONED else {}
    rows = count = 0
    broken: list[pl.DataFrame] = []
    failing = pl.DataFrame(schema=polars_schema(model))
    for file in lake_files(paths.lake, name):
        if str(file) in valid:
            rows += valid[str(file)]
            continue
        table = pl.read_parquet(file, glob=False, hive_partitioning=False)
        rows += table.height
        found = violations(model, table)
        count += found.height
        if found.is_empty() or failing.height >= most:
            continue
        where = pl.lit(str(file.relative_to(paths.lake))).alias("file")
        broken.append(found.head(most).with_columns(where))
        lines = found["row"].drop_nulls().unique().sort().head(most - failing.height)
        failing = pl.concat([failing, table[lines.to_list()]], how="diagonal_relaxed")
    shown = pl.concat(broken).head(most) if broken else pl.DataFrame()
    return TableChecked(rows, count, shown, failing)


def _valid_files(paths: Paths, name: str, *, rehash: bool) -> dict[str, int]:
    """The files that were found valid when they were written -> their rows."""
    stage = next(stage for stage, tables in TABLES.items() if name in tables)
    hashes = FileHashes(paths.readings / f"lake_{stage}.parquet", paths.lake, distrust=rehash)
    found = {}
    for partition, entry in ledger(paths, stage).load().items():
        file = partition_file(paths.lake, name, partition)
        if entry.valid == schema_fingerprint() and file.exists() and hashes.sha256(file) == entry.sums[name]:
            found[str(file)] = entry.rows[name]
    return found
