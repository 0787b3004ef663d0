"""Stage 4: dbt builds the warehouse; each model, seed and test shows as an asset or a check of it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from pipelines.assets.lake import PREVIEW_ROWS, log_progress, table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.dbt_core import DbtCore
from pipelines.orphans import end_child
from pipelines.paths import DBT_PROJECT_DIR
from pipelines.retries import retried_where_it_helps, step_retries
from pipelines.warehouse import DBT, dbt_environment, prepare_build_database, relation_name, run_folder

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
        retry_policy=step_retries(),
    )
    @retried_where_it_helps
    def dbt_build(context: dg.AssetExecutionContext, workspace: Workspace, dbt: DbtCore) -> Iterator[Any]:
        """Build and test what is selected. Rows are counted after dbt has let go of the database."""
        paths = workspace.paths
        os.environ.update(dbt_environment(paths))
        prepare_build_database(paths)
        # Unit tests check the SQL, not the data: `make test` runs them.
        command = [*DBT_OPTIONS, "build", "--exclude-resource-type", "unit_test"]
        invocation = dbt.build(command, context, run_folder(paths))
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
        yield from with_row_counts(events, manifest, paths.build_database)
        if failure:
            raise failure

    return dbt_build


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
