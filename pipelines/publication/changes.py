"""What a new warehouse changes, against the version that readers see: rows a table, sums an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field

RULES_FILE = Path(__file__).parent / "rules" / "changes.yml"

_COUNT_FILES = """
select count(distinct file_path) from (
    select file_path from {0}.main.dim_documents
    union all
    select regexp_replace(row_ref, ':[^:/]*$', '') from {0}.main.fct_statistic_observations
    union all
    select file_path from {0}.main.rpt_quarantine
)
"""

_SUMS = """
select
    after.indicator_key, after.measure, after.target_type, after.unit_measure,
    count(*) as figures, sum(before.obs_value) as sum_before, sum(after.obs_value) as sum_after
from fresh.main.fct_indicators as after
inner join published.main.fct_indicators as before on after.fact_id = before.fact_id
where after.obs_value is not null and before.obs_value is not null
group by all
having sum_before is distinct from sum_after
order by all
"""


class _RowRules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    warn_lost_percent: float = Field(ge=0, le=100)
    stop_lost_percent: float = Field(ge=0, le=100)
    least_rows: int = Field(ge=1)
    may_shrink: frozenset[str]


class _SumRules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    warn_changed_percent: float = Field(ge=0)


class ChangeRules(BaseModel):
    """What is suspicious: `publication/rules/changes.yml`.

    Raises:
        pydantic.ValidationError: a rule is missing, unknown or out of its range.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: _RowRules
    sums: _SumRules


def load_change_rules(path: Path = RULES_FILE) -> ChangeRules:
    """The rules of a file.

    Raises:
        pydantic.ValidationError: see `ChangeRules`.
    """
    return ChangeRules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Changes:
    """A new warehouse against the published one.

    Attributes:
        rows: a row a table that both hold: table, rows_before, rows_after, lost_percent, verdict (`ok`,
            `warn` or `stop`).
        sums: a row an indicator, measure, target_type and unit whose sum over the figures of both versions
            moved by more than the rule allows: figures, sum_before, sum_after, changed_percent.
        files_before: input files that the published version was made of, those set aside included.
        files_after: the same for the new one.
    """

    rows: pl.DataFrame
    sums: pl.DataFrame
    files_before: int
    files_after: int

    @property
    def files_fell(self) -> bool:
        """Whether input was taken away, which explains lost rows."""
        return self.files_after < self.files_before

    def tables(self, verdict: Literal["warn", "stop"]) -> pl.DataFrame:
        """The tables with a verdict."""
        return self.rows.filter(pl.col("verdict") == verdict)


def compare_versions(fresh: Path, published: Path, rules: ChangeRules) -> Changes:
    """Compare a warehouse that dbt has built with the published one. Both are only read.

    Args:
        fresh: the build database; nothing may have it open for writing.
        published: `warehouse.duckdb` of the version that readers see.
        rules: what is suspicious.

    Raises:
        duckdb.Error: a file can't be read, or the new one lacks a table of the comparison.
    """
    with duckdb.connect() as database:
        for path, name in ((fresh, "fresh"), (published, "published")):
            database.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
        counts = _counts(database)
        before, after = (_file_count(database, name) for name in ("published", "fresh"))
        sums = database.execute(_SUMS).pl() if _has(database, "fct_indicators") else pl.DataFrame()
    rows = _judged(counts, rules.rows, files_fell=after < before)
    return Changes(rows, _moved(sums, rules.sums), before, after)


def _has(database: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = database.execute(
        "select count(*) from duckdb_tables() where database_name = 'published' and table_name = ?", [table]
    ).fetchone()
    return bool(found and found[0])


def _counts(database: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    names = database.execute(
        "select table_name from duckdb_tables() where schema_name = 'main'"
        " and database_name in ('fresh', 'published') group by all having count(*) = 2 order by all"
    ).fetchall()
    counted = []
    for (name,) in names:
        pair = database.execute(
            f'select (select count(*) from published.main."{name}"), (select count(*) from fresh.main."{name}")'
        ).fetchone()
        counted.append((name, *(pair or (0, 0))))
    schema = {"table": pl.String, "rows_before": pl.Int64, "rows_after": pl.Int64}
    return pl.DataFrame(counted, schema=schema, orient="row")


def _file_count(database: duckdb.DuckDBPyConnection, name: str) -> int:
    found = database.execute(_COUNT_FILES.format(name)).fetchone()
    return int(found[0]) if found else 0


def _judged(counts: pl.DataFrame, rules: _RowRules, *, files_fell: bool) -> pl.DataFrame:
    lost = (1 - pl.col("rows_after") / pl.col("rows_before")) * 100
    compared = (pl.col("rows_before") >= rules.least_rows) & ~pl.col("table").is_in(sorted(rules.may_shrink))
    stop = pl.lit("warn" if files_fell else "stop")
    return counts.with_columns(lost_percent=lost.fill_nan(0.0).round(1)).with_columns(
        verdict=pl.when(compared & (pl.col("lost_percent") > rules.stop_lost_percent))
        .then(stop)
        .when(compared & (pl.col("lost_percent") > rules.warn_lost_percent))
        .then(pl.lit("warn"))
        .otherwise(pl.lit("ok"))
    )


def _moved(sums: pl.DataFrame, rules: _SumRules) -> pl.DataFrame:
    if sums.is_empty():
        return sums
    # A sum of zero has no percentage; any change of it is worth a look.
    changed = (pl.col("sum_after") / pl.col("sum_before") - 1) * 100
    return sums.with_columns(changed_percent=changed.round(1)).filter(
        (pl.col("changed_percent").abs() > rules.warn_changed_percent)
        | ~pl.col("changed_percent").is_finite()
    )
