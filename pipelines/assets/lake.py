"""How a stage hands its tables to the lake: written, described and checked the same way for all."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.workspace import Workspace
from pipelines.display import markdown_text
from pipelines.lake.checks import check_table
from pipelines.lake.layout import single_file, source_pattern
from pipelines.lake.stage import StageResult
from pipelines.lake.tables import preview
from pipelines.paths import Paths
from pipelines.schemas import LAKE_TABLES, LakeTable, Quarantined, frame, write_parquet

PREVIEW_ROWS = 5
CELL_LENGTH = 60
VIOLATION_ROWS = 20
SECONDS_BETWEEN_MESSAGES = 2.0


def markdown(table: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """A small table as Markdown; long texts are shortened, and none of them is markup."""
    rows = [table.columns, ["---"] * table.width, *table.iter_rows()]
    lines = (f"| {' | '.join(map(_markdown_cell, row))} |" for row in rows)
    return dg.MetadataValue.md("\n".join(lines))


def _markdown_cell(value: Any) -> str:
    words = "" if value is None else str(value)
    return markdown_text(words if len(words) <= CELL_LENGTH else f"{words[:CELL_LENGTH]}…")


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
        description=f"{str(model.__doc__).strip()} `data/lake/{source_pattern(name)}`",
        metadata={"dagster/column_schema": dg.TableSchema(columns)},
    )


def hand_over(paths: Paths, name: str, table: pl.DataFrame) -> Iterator[dg.MaterializeResult[Any]]:
    """Write a table that is one file to the lake, and report it as materialised.

    Raises:
        TypeError: columns or types of the table are not those of its schema.
    """
    write_parquet(LAKE_TABLES[name], table, single_file(paths.lake, name))
    yield dg.MaterializeResult(
        asset_key=name, metadata=table_metadata(table.height, table.head(PREVIEW_ROWS))
    )


def handed_over(paths: Paths, done: StageResult) -> Iterator[dg.MaterializeResult[Any]]:
    """Report the tables that a stage handed over by partition."""
    for name, rows in done.rows.items():
        yield dg.MaterializeResult(
            asset_key=name,
            metadata={
                **table_metadata(rows, preview(paths, name, PREVIEW_ROWS)),
                "partitions": len(done.entries),
                "documents_read": done.read,
                "documents_kept": done.kept,
                "read_by": done.read_by,
            },
        )


def log_readings(context: dg.AssetExecutionContext, done: StageResult) -> None:
    """Say in the run's log how much was read anew, and by what."""
    kept = f"{done.kept:,} kept unchanged from the run before"
    context.log.info(f"{done.read:,} documents read by {done.read_by}, {kept}")


def set_aside(paths: Paths, stage: str, rows: list[dict[str, Any]]) -> None:
    """Keep what a stage did not take, until the quarantine table gathers all stages."""
    folder = paths.build_database.parent / "quarantine"
    write_parquet(Quarantined, frame(Quarantined, rows), folder / f"{stage}.parquet")


def gather_quarantine(paths: Paths) -> pl.DataFrame:
    """What all stages set aside, ordered by file and line."""
    files = sorted((paths.build_database.parent / "quarantine").glob("*.parquet"))
    rows = pl.concat([pl.read_parquet(file, glob=False) for file in files])
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
        checked = check_table(workspace.paths, name, VIOLATION_ROWS, rehash=workspace.distrusts_hashes)
        metadata: dict[str, Any] = {"rows": checked.rows, "violations": checked.violations}
        if checked.violations:
            metadata["broken_rules"] = markdown(checked.broken)
            metadata["failing_rows"] = markdown(checked.failing)
        return dg.AssetCheckResult(passed=not checked.violations, metadata=metadata)

    return check


schema_checks = [schema_check(name, model) for name, model in LAKE_TABLES.items()]
