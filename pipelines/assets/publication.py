"""Stage 5: readers get the new warehouse and its pages, in one switch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl

from pipelines.assets.changes import ASSET as CHANGES_ASSET
from pipelines.assets.lake import markdown, table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.executor import WAREHOUSE_QUEUE
from pipelines.publication.catalog import published_models
from pipelines.publication.preload import wait_until_loaded
from pipelines.publication.provenance import provenance
from pipelines.retries import retried_where_it_helps, step_retries
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.publication.site.maker import SiteMaker


def _pages(pages: "SiteMaker | None") -> dict[str, Any]:
    """What to say of the pages; None where there are to be none."""
    if pages is None:
        return {"none": "pages are switched off (GWR_PAGES); gwr site makes those of the published version"}
    written = pages.written
    if written is None:
        return {"kept": "the pages of this version were made before"}
    sections = pl.DataFrame({"section": list(written.pages), "pages": list(written.pages.values())})
    return {
        "pages": written.count,
        "bytes": written.size,
        "places_kept": written.kept,
        "preview": markdown(sections),
    }


def publication_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The assets of the published version; they wait for every model that readers see."""
    warehouse = dg.AssetSpec(
        "published_warehouse",
        deps=[*(model.name for model in published_models(manifest)), CHANGES_ASSET],
        group_name="publication",
        kinds={"duckdb", "parquet"},
        description="What readers open: `data/published/warehouse.duckdb`, `parquet/<model>.parquet`,"
        " `datapackage.json` and `manifest.json`. A new version is written beside the old one, read back and"
        " checked, and switched to in one step.",
    )
    site = dg.AssetSpec(
        "published_site",
        deps=["published_warehouse"],
        group_name="publication",
        kinds={"html"},
        description="What people look at: `data/published/site/index.html`, pages made from the tables of the"
        " same version and switched to with them. Opens from the folder; `gwr site --serve` shows it.",
    )

    @dg.multi_asset(
        name="published_warehouse",
        specs=[warehouse, site],
        can_subset=False,
        op_tags=WAREHOUSE_QUEUE,
        retry_policy=step_retries(),
    )
    @retried_where_it_helps
    def publish_version(workspace: Workspace) -> tuple[dg.MaterializeResult[Any], dg.MaterializeResult[Any]]:
        # Loaded while dbt builds, not before the first step.
        wait_until_loaded()
        from pipelines.publication.publish import publish  # noqa: PLC0415
        from pipelines.publication.site.maker import SiteMaker  # noqa: PLC0415

        paths = workspace.paths
        settings = Settings()
        pages = SiteMaker(manifest, settings.workers) if settings.pages else None
        published = publish(
            paths.build_database,
            manifest,
            paths.published,
            settings.keep_versions,
            provenance(paths),
            accept_changes=settings.accept_changes,
            companion=pages,
            record=paths.build_database.with_name("published.json"),
        )
        tables = pl.DataFrame({"table": list(published.rows), "rows": list(published.rows.values())})
        seen: dict[str, Any] = {"version": published.version, "new_to_readers": published.changed}
        return (
            dg.MaterializeResult(
                asset_key="published_warehouse",
                metadata={
                    **table_metadata(sum(published.rows.values()), tables),
                    **seen,
                    **({"held_back": published.held_back} if published.held_back else {}),
                    "path": dg.MetadataValue.path(paths.published_database),
                },
            ),
            dg.MaterializeResult(
                asset_key="published_site",
                metadata={
                    **seen,
                    **_pages(pages),
                    "path": dg.MetadataValue.path(paths.published_site / "index.html"),
                },
            ),
        )

    return publish_version
