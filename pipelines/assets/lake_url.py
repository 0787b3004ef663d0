"""The lake at `GWR_LAKE_URL`: brought before texts are read, put back once every table of it was checked."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.lake import table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.lake.mirror import bring_lake, put_lake
from pipelines.schemas import LAKE_TABLES
from pipelines.settings import Settings


def bring_lake_from_url(context: dg.AssetExecutionContext, workspace: Workspace) -> None:
    """Bring what other machines have read, where a URL is set.

    Raises:
        LakeUrlError: it can't be read.
    """
    url = Settings().lake_url
    if not url:
        return
    brought = bring_lake(workspace.paths, url, rehash=workspace.distrusts_hashes)
    context.log.info(
        f"{brought.files:,} files ({brought.size:,} bytes) brought from version {brought.version}"
        f" of the lake at its URL; {len(brought.damaged):,} damaged ones left there"
    )


@dg.asset(
    deps=list(LAKE_TABLES),
    group_name="publication",
    kinds={"parquet"},
    description="The lake and its ledgers at `GWR_LAKE_URL`, where the next machine finds them: a new version"
    " there as soon as every table keeps its schema. Without that variable this asset does not exist.",
)
def lake_at_url(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[Any]:
    """Put what changed; where that fails, the publication goes on and the run is reported as failed."""
    url = Settings().lake_url
    assert url
    done = put_lake(workspace.paths, url, rehash=workspace.distrusts_hashes)
    context.log.info(f"{done.files:,} files ({done.size:,} bytes) put; version {done.version} at the URL")
    shown = pl.DataFrame({"version": [done.version], "files": [done.files], "bytes": [done.size]})
    return dg.MaterializeResult(
        metadata={
            **table_metadata(done.files, shown),
            "files_put": done.files,
            "bytes_put": done.size,
            "version": done.version,
        }
    )
