"""What changed, as tables and views where the models of dbt look for it (dbt_project/macros/changed_rows.sql)."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path

import duckdb

from pipelines.lake.layout import PARTITIONED, SCHEMA_FILE
from pipelines.paths import Paths
from pipelines.publication.sql import literal


def strings(values: Iterable[str]) -> str:
    """Texts as a list of SQL, sorted."""
    return f"[{', '.join(literal(value) for value in sorted(values))}]::varchar[]"


def rows_of_files(files: Sequence[Path]) -> str:
    """The rows of some Parquet files as SQL's FROM has them, whatever their paths are made of."""
    listed = ", ".join(literal(glob.escape(str(file))) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def lay_out_changes(
    database: duckdb.DuckDBPyConnection,
    paths: Paths,
    *,
    documents: Set[str],
    places: Set[str],
    files: Mapping[str, Sequence[Path]],
    all_passed: bool,
) -> None:
    """Lay out the schema `changes`, which is not there yet.

    Args:
        database: the build database.
        paths: whose lake it is made from.
        documents: those that are new, changed or gone.
        places: those whose figures or documents changed.
        files: partitioned table -> the files that hold rows of these documents.
        all_passed: whether all tests passed on all rows that are there.
    """
    database.execute("create schema changes")
    database.execute(f"create table changes.documents as select unnest({strings(documents)}) as document_id")
    database.execute(f"create table changes.places as select unnest({strings(places)}) as ref_area")
    # All documents of the places: those that were there, and those that come.
    database.execute(
        "create table changes.place_documents as"
        " select document_id from main.dim_documents where ref_area in (select ref_area from changes.places)"
        " union select document_id from changes.documents"
    )
    database.execute(
        "create table changes.targets as select target_id from main.fct_target_outcomes"
        " where ref_area in (select ref_area from changes.places)"
    )
    for table in PARTITIONED:
        read = rows_of_files([paths.lake / table / SCHEMA_FILE, *files[table]])
        database.execute(f"create view changes.lake_{table} as select * from {read}")
    if all_passed:
        database.execute("create table changes.tested (of varchar)")
