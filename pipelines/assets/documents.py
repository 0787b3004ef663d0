"""Stage 1: files under raw/ become texts with an outline."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import hand_over, lake_spec, log_kept, log_progress, readings, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.documents.read import read_documents
from pipelines.ledger import documents_ledger
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
    ledger = documents_ledger(paths)
    read = read_documents(paths.raw, progress=log_progress(context, "documents read"), earlier=ledger.load())
    log_kept(context, "documents", read.kept, read.documents.height)
    set_aside(paths, "documents", read.quarantined)
    tables = {"documents": read.documents, "sentences": read.sentences}
    yield from hand_over(paths, tables, readings(read.kept, read.documents.height))
    ledger.save(read.keys)
