"""Stage 5: readers get the new warehouse, in one switch."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.changes import ASSET as CHANGES_ASSET
from pipelines.assets.lake import table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.publication.catalog import published_models
from pipelines.publication.provenance import provenance
from pipelines.publication.publish import publish
from pipelines.retries import retried_where_it_helps, step_retries
from pipelines.settings import Settings


def publication_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The asset of the published version; it waits for every model that readers see."""

    @dg.asset(
        name="published_warehouse",
        deps=[*(model.name for model in published_models(manifest)), CHANGES_ASSET],
        group_name="publication",
        kinds={"duckdb", "parquet"},
        description="What readers open: `data/published/warehouse.duckdb`, `parquet/<model>.parquet`,"
        " `datapackage.json` and `manifest.json`. A new version is written beside the old one, read back and"
        " checked, and switched to in one step.",
        retry_policy=step_retries(),
    )
    @retried_where_it_helps
    def published_warehouse(workspace: Workspace) -> dg.MaterializeResult[Any]:
        paths = workspace.paths
        settings = Settings()
        published = publish(
            paths.build_database,
            manifest,
            paths.published,
            settings.keep_versions,
            provenance(paths),
            accept_changes=settings.accept_changes,
        )
        tables = pl.DataFrame({"table": list(published.rows), "rows": list(published.rows.values())})
        return dg.MaterializeResult(
            metadata={
                **table_metadata(sum(published.rows.values()), tables),
                "version": published.version,
                "new_to_readers": published.changed,
                **({"held_back": published.held_back} if published.held_back else {}),
                "path": dg.MetadataValue.path(paths.published_database),
            }
        )

    return published_warehouse
