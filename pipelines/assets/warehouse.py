"""Stage 4: dbt builds the warehouse; each model, seed and test shows as an asset or a check of it."""

import os
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from pipelines.assets.lake import PREVIEW_ROWS, log_progress, markdown, table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.build_changes import describe, forget_build, note_built, plan_build
from pipelines.build_lake.lock import build_lake_lock
from pipelines.build_lake.place import builds_in_lake
from pipelines.dbt_core import DbtCore
from pipelines.executor import WAREHOUSE_QUEUE
from pipelines.failing_rows import described, failing_rows
from pipelines.lean_imports.dagster_dbt import (
    DagsterDbtCliRuntimeError,
    DagsterDbtTranslator,
    DbtProject,
    dbt_assets,
)
from pipelines.orphans import end_child
from pipelines.paths import DBT_PROJECT_DIR, Paths
from pipelines.publication.preload import preload
from pipelines.retries import retried_where_it_helps, step_retries
from pipelines.settings import Settings
from pipelines.warehouse import (
    DBT,
    collect_build,
    dbt_environment,
    note_left,
    prepare_build_database,
    relation_name,
    run_folder,
)

DBT_OPTIONS = ("--no-use-colors", "--log-level-file", "info", "--log-format-file", "text")
"""Messages without escape codes; a log of lines, without every statement: that takes an eighth of dbt's time."""


class WarehouseTranslator(DagsterDbtTranslator):
    """An asset has the name of its table; its group is the dbt group."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The name of the model, seed or lake table, without its schema."""
        return dg.AssetKey(dbt_resource_props["name"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description of the node; for a model its SQL too."""
        if dbt_resource_props["resource_type"] == "model":
            return super().get_description(dbt_resource_props)
        return str(dbt_resource_props["description"])

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The asset of a node, with what it is in the database as a kind."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        materialized = self.get_resource_props(manifest, unique_id).get("config", {}).get("materialized")
        return spec.replace_attributes(kinds={*spec.kinds, materialized}) if materialized else spec


def dbt_resource() -> DbtCore:
    """The dbt of this project."""
    return DbtCore(
        project_dir=str(DBT_PROJECT_DIR), profiles_dir=str(DBT_PROJECT_DIR), dbt_executable=str(DBT)
    )


def relation_metadata(database: duckdb.DuckDBPyConnection, node: Mapping[str, Any]) -> dict[str, Any]:
    """Row count and preview of a model or seed that dbt has just built."""
    relation = relation_name(node)
    (row_count,) = database.execute(f"select count(*) from {relation}").fetchone() or (0,)
    preview = database.execute(f"select * from {relation} limit {PREVIEW_ROWS}").pl()
    return table_metadata(row_count, preview)


def warehouse_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The assets of every seed and model, and the checks of every data test, of a dbt manifest."""

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=WarehouseTranslator(),
        name="dbt_build",
        op_tags=WAREHOUSE_QUEUE,
        retry_policy=step_retries(),
    )
    @retried_where_it_helps
    def dbt_build(context: dg.AssetExecutionContext, workspace: Workspace, dbt: DbtCore) -> Iterator[Any]:
        """Build and test what is selected. Rows are counted after dbt has let go of the database."""
        with build_lake_lock(workspace.paths, Settings()):
            yield from _build(context, workspace.paths, dbt, manifest)

    return dbt_build


def _build(
    context: dg.AssetExecutionContext, paths: Paths, dbt: DbtCore, manifest: Mapping[str, Any]
) -> Iterator[Any]:
    os.environ.update(dbt_environment(paths))
    in_lake = builds_in_lake(Settings())
    prepare_build_database(paths)
    # What a build was made from is kept in the build database: a DuckLake is built whole.
    plan = None if context.is_subset or in_lake else plan_build(paths)
    if plan is None:
        forget_build(paths)
    else:
        context.log.info(describe(plan))
        if plan.is_done:
            yield from with_row_counts(list(as_before(context, manifest)), manifest, paths.build_database)
            return
    # Unit tests check the SQL, not the data: `make test` runs them.
    command = [*DBT_OPTIONS, "build", "--exclude-resource-type", "unit_test"]
    if plan is None or plan.is_full:
        command.append("--full-refresh")
    invocation = dbt.build(command, context, run_folder(paths))
    preload(pages=Settings().pages)
    nodes = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
    report = log_progress(context, "models and tests")
    events, failure = [], None
    try:
        for event in invocation.stream():
            events.append(event)
            report(len(events), nodes)
    except DagsterDbtCliRuntimeError as error:
        failure = error
    finally:
        # An interrupt that comes between two of its events does not reach dbt.
        end_child(invocation.process)
    if failure:
        if not in_lake:
            events = list(with_failing_rows(events, paths))
        yield from events if in_lake else with_row_counts(events, manifest, paths.build_database)
        raise failure
    if plan:
        checks = [event for event in events if isinstance(event, dg.AssetCheckResult)]
        note_built(paths, plan, all_passed=all(check.passed for check in checks))
    collect_build(paths)
    note_left(paths.build_database)
    events = list(with_failing_rows(events, paths))
    yield from with_row_counts(events, manifest, paths.build_database)


def as_before(
    context: dg.AssetExecutionContext, manifest: Mapping[str, Any]
) -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
    """The events of a run in which dbt had nothing to do, because all it would do it has done."""
    nodes = manifest["nodes"]
    names = {key.path[-1]: name for name, key in context.assets_def.keys_by_output_name.items()}
    # Dagster wants an asset after those that it is made from.
    needed = {unique_id: node["depends_on"].get("nodes", ()) for unique_id, node in nodes.items()}
    for unique_id in TopologicalSorter(needed).static_order():
        node = nodes.get(unique_id, {"resource_type": "source"})
        if node["resource_type"] in ("model", "seed"):
            yield dg.Output(None, output_name=names[node["name"]], metadata={"unique_id": unique_id})
    for check in context.selected_asset_check_keys:
        yield dg.AssetCheckResult(
            asset_key=check.asset_key,
            check_name=check.name,
            passed=True,
            description="Passed when these rows were built; nothing has changed since.",
        )


def with_row_counts(events: list[Any], manifest: Mapping[str, Any], build_database: Path) -> Iterator[Any]:
    """The events of a finished dbt command, those of models and seeds with row count and preview."""
    if not any(isinstance(event, dg.Output) for event in events):
        yield from events
        return
    with duckdb.connect(str(build_database), read_only=True) as database:
        for event in events:
            if isinstance(event, dg.Output):
                node = manifest["nodes"][event.metadata["unique_id"].value]
                yield event.with_metadata({**event.metadata, **relation_metadata(database, node)})
            else:
                yield event


def with_failing_rows(events: list[Any], paths: Paths) -> Iterator[Any]:
    """The events of a finished dbt command, those of checks that did not pass with the rows that they found."""
    failed = {
        str(event.metadata["unique_id"].value): event
        for event in events
        if isinstance(event, dg.AssetCheckResult) and not event.passed
    }
    found = {}
    if failed and paths.build_database.exists():
        found = failing_rows(paths.build_database, paths.dbt_target / "run" / "run_results.json", failed)
    rows_of = {id(failed[unique_id]): rows for unique_id, rows in found.items()}
    for event in events:
        rows = rows_of.get(id(event))
        if rows is None:
            yield event
        else:
            yield dg.AssetCheckResult(
                passed=False,
                asset_key=event.asset_key,
                check_name=event.check_name,
                severity=event.severity,
                description=described(rows),
                metadata={**event.metadata, "failing_rows": markdown(rows)},
            )
