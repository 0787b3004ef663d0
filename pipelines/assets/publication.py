"""Stage 5: readers get the new warehouse, in one switch."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.lake import table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.publication.catalog import published_models
from pipelines.publication.publish import publish
from pipelines.settings import Settings


def publication_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The asset of the published version; it waits for every model that readers see."""

    @dg.asset(
        name="published_warehouse",
        deps=[model.name for model in published_models(manifest)],
        group_name="publication",
        kinds={"duckdb", "parquet"},
        description="What readers open: `data/published/warehouse.duckdb`, `parquet/<model>.parquet` and"
        " `datapackage.json`. A new version is written beside the old one and switched to in one step.",
    )
    def published_warehouse(workspace: Workspace) -> dg.MaterializeResult[Any]:
        paths = workspace.paths
        published = publish(paths.build_database, manifest, paths.published, Settings().keep_versions)
        tables = pl.DataFrame({"table": list(published.rows), "rows": list(published.rows.values())})
        return dg.MaterializeResult(
            metadata={
                **table_metadata(sum(published.rows.values()), tables),
                "version": published.version,
                "new_to_readers": published.changed,
                "path": dg.MetadataValue.path(paths.published_database),
            }
        )

    return published_warehouse
