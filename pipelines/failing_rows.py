"""The rows that a dbt test found, for whoever reads that it failed."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import duckdb
import polars as pl

MOST_ROWS = 5
MOST_CHARACTERS = 300


def failing_rows(
    build_database: Path, run_results: Path, unique_ids: Collection[str]
) -> dict[str, pl.DataFrame]:
    """The first rows that tests of a run found, asked for again with the SQL that dbt ran.

    Args:
        build_database: after the run, when dbt has let go of it.
        run_results: what dbt wrote about the run.
        unique_ids: of tests that did not pass.

    Returns:
        unique_id -> at most five rows. A test that could not be run, or whose rows are gone since, is left out.
    """
    found = {}
    results = json.loads(run_results.read_bytes())["results"]
    sql = {one["unique_id"]: one.get("compiled_code") for one in results}
    with duckdb.connect(str(build_database), read_only=True) as database:
        database.execute("set threads = 1")
        for unique_id in unique_ids:
            try:
                rows = database.execute(f"select * from ({sql[unique_id]}) limit {MOST_ROWS}").pl()
            except (KeyError, duckdb.Error):
                continue
            if rows.height:
                found[unique_id] = rows
    return found


def described(rows: pl.DataFrame) -> str:
    """The first of the rows in a line: `null_column name_en, sector macro`. What is null is left out."""
    values = ", ".join(
        f"{column} {value}" for column, value in rows.row(0, named=True).items() if value is not None
    )
    return values if len(values) <= MOST_CHARACTERS else f"{values[: MOST_CHARACTERS - 1]}…"
