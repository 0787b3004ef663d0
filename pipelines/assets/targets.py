"""Stage 6: copies of the published version in other databases, each off until its setting names a place."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.lake import table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.executor import WAREHOUSE_QUEUE
from pipelines.publication.targets.push import SWITCHES, push
from pipelines.settings import Settings

_DESCRIPTIONS = {
    "postgres": "The published tables in a schema of PostgreSQL, replaced in one transaction, with comments,"
    " keys and the role `gwr_reader`.",
    "ducklake": "The published tables in a DuckLake: each version is one snapshot, and earlier ones can be"
    " asked as well.",
}


def target_asset(target: str) -> dg.AssetsDefinition:
    """The asset of a target. Where it fails the publication stands and the run is reported as failed."""

    @dg.asset(
        name=f"{target}_target",
        deps=["published_warehouse"],
        group_name="publication",
        op_tags=WAREHOUSE_QUEUE,
        kinds={target},
        description=f"{_DESCRIPTIONS[target]} Off unless {SWITCHES[target]} is set (metadata `enabled`).",
    )
    def copy(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[Any]:
        copied = push(workspace.paths, Settings(), target)
        if copied is None:
            said = f"switched off: set {SWITCHES[target]} to switch it on"
            context.log.info(said)
            off = pl.DataFrame({"switched off": [said]})
            return dg.MaterializeResult(metadata={**table_metadata(0, off), "enabled": False})
        tables = pl.DataFrame({"table": list(copied.rows), "rows": list(copied.rows.values())})
        return dg.MaterializeResult(
            metadata={
                **table_metadata(sum(copied.rows.values()), tables),
                "enabled": True,
                "version": copied.version,
                "copied": copied.changed,
            }
        )

    return copy


target_assets = [target_asset(target) for target in SWITCHES]
