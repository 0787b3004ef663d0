"""How a stage hands its tables to the lake: written, described and checked the same way for all."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.workspace import Workspace
from pipelines.paths import Paths
from pipelines.schemas import LAKE_TABLES, LakeTable, Quarantined, frame, violations, write_parquet

PREVIEW_ROWS = 5
VIOLATION_ROWS = 20
SECONDS_BETWEEN_MESSAGES = 2.0


def markdown(table: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """A small table as Markdown; long texts are shortened, pipes escaped."""
    text = table.with_columns(
        pl.all().cast(pl.String, strict=False).str.replace_all("|", r"\|", literal=True)
    )
    with pl.Config(
        tbl_formatting="MARKDOWN",
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=60_000,
        fmt_str_lengths=60,
    ):
        return dg.MetadataValue.md(str(text))


def table_metadata(row_count: int, preview: pl.DataFrame) -> dict[str, Any]:
    """Row count and preview, as every asset of the project shows them."""
    return {"dagster/row_count": row_count, "preview": markdown(preview)}


def lake_spec(name: str, *, group: str, deps: list[str]) -> dg.AssetSpec:
    """The asset of a lake table; its description and columns are those of its schema."""
    model = LAKE_TABLES[name]
    columns = [
        dg.TableColumn(column, str(declared.dtype), declared.description)
        for column, declared in model.to_schema().columns.items()
    ]
    return dg.AssetSpec(
        name,
        deps=deps,
        group_name=group,
        kinds={"python", "parquet"},
        description=f"{str(model.__doc__).strip()} `data/lake/{name}.parquet`",
        metadata={"dagster/column_schema": dg.TableSchema(columns)},
    )


def hand_over(paths: Paths, tables: Mapping[str, pl.DataFrame]) -> Iterator[dg.MaterializeResult[Any]]:
    """Write tables to the lake and report each as materialised.

    Raises:
        TypeError: columns or types of a table are not those of its schema.
    """
    for name, table in tables.items():
        write_parquet(LAKE_TABLES[name], table, paths.lake / f"{name}.parquet")
        yield dg.MaterializeResult(
            asset_key=name, metadata=table_metadata(table.height, table.head(PREVIEW_ROWS))
        )


def read_lake(paths: Paths, name: str) -> pl.DataFrame:
    """A table of the lake, as it was written."""
    return pl.read_parquet(paths.lake / f"{name}.parquet")


def set_aside(paths: Paths, stage: str, rows: list[dict[str, Any]]) -> None:
    """Keep what a stage did not take, until the quarantine table gathers all stages."""
    folder = paths.build_database.parent / "quarantine"
    write_parquet(Quarantined, frame(Quarantined, rows), folder / f"{stage}.parquet")


def gather_quarantine(paths: Paths) -> pl.DataFrame:
    """What all stages set aside, ordered by file and line."""
    files = sorted((paths.build_database.parent / "quarantine").glob("*.parquet"))
    rows = pl.concat([pl.read_parquet(file) for file in files])
    return rows.sort("file_path", "line", "reason_code", "quarantine_id")


def log_progress(context: dg.AssetExecutionContext, noun: str) -> Callable[[int, int], None]:
    """A callback for a long stage: says how far it is, in the run's log, every two seconds."""
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_MESSAGES:
            last = time.monotonic()
            context.log.info(f"{done:,} of {total:,} {noun}")

    return report


def schema_check(name: str, model: type[LakeTable]) -> dg.AssetChecksDefinition:
    """The blocking check of a lake table against its schema: all rules at once, failing rows shown."""

    @dg.asset_check(
        asset=name,
        name="schema",
        blocking=True,
        description=f"Every row of {name} keeps the rules of the pandera model {model.__name__};"
        " where one doesn't, dbt and the publication do not run.",
    )
    def check(workspace: Workspace) -> dg.AssetCheckResult:
        table = read_lake(workspace.paths, name)
        found = violations(model, table)
        metadata: dict[str, Any] = {"rows": table.height, "violations": found.height}
        if not found.is_empty():
            failing = found["row"].drop_nulls().unique().sort().head(VIOLATION_ROWS)
            metadata["broken_rules"] = markdown(found.head(VIOLATION_ROWS))
            metadata["failing_rows"] = markdown(table[failing.to_list()])
        return dg.AssetCheckResult(passed=found.is_empty(), metadata=metadata)

    return check


schema_checks = [schema_check(name, model) for name, model in LAKE_TABLES.items()]
