"""Stage 1: files under raw/ become texts with an outline."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import hand_over, lake_spec, log_progress, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.documents.read import read_documents

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
    ]
)
def documents(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[dg.MaterializeResult[Any]]:
    """Read every text; what can't be read is set aside with its reason."""
    read = read_documents(workspace.paths.raw, progress=log_progress(context, "documents read"))
    set_aside(workspace.paths, "documents", read.quarantined)
    yield from hand_over(workspace.paths, {"documents": read.documents, "sentences": read.sentences})
