"""Stage 1: files under raw/ become texts with an outline."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import handed_over, lake_spec, log_progress, log_readings, set_aside
from pipelines.assets.lake_url import bring_lake_from_url
from pipelines.assets.workspace import Workspace
from pipelines.lake.documents import read_documents_stage
from pipelines.retries import retried_where_it_helps, step_retries

raw_texts = dg.AssetSpec(
    "raw_texts",
    group_name="raw",
    kinds={"file"},
    description="Reports, bulletins and plans as received, a sidecar beside each:"
    " `raw/{reports,bulletins,plans}/<code>-<slug>/<year>[-version].<txt|html|pdf|docx>`. Never edited.",
)


@dg.multi_asset(
    specs=[
        lake_spec("documents", group="documents", deps=["raw_texts"]),
        lake_spec("sentences", group="documents", deps=["raw_texts"]),
    ],
    retry_policy=step_retries(),
)
@retried_where_it_helps
def documents(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[dg.MaterializeResult[Any]]:
    """Read every text that is new or changed; what can't be read is set aside with its reason."""
    paths = workspace.paths
    bring_lake_from_url(context, workspace)
    done = read_documents_stage(
        paths,
        log_progress(context, "documents read"),
        rehash=workspace.distrusts_hashes,
        engine=workspace.engine_choice,
    )
    log_readings(context, done)
    set_aside(paths, "documents", done.quarantined)
    yield from handed_over(paths, done)
