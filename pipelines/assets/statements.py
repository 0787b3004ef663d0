"""Stage 2: texts become statements; numbers that are none are kept with their reason."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import dagster as dg

from pipelines.assets.lake import hand_over, lake_spec, log_progress, read_lake, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.statements import extract_statements


@dg.multi_asset(
    specs=[
        lake_spec("statements", group="statements", deps=["documents", "sentences"]),
        lake_spec("candidates", group="statements", deps=["documents", "sentences"]),
    ]
)
def statements(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> Iterator[dg.MaterializeResult[Any]]:
    """Read the statements of every document."""
    documents = read_lake(workspace.paths, "documents")
    report, done = log_progress(context, "documents extracted"), count(1)
    read = extract_statements(
        documents,
        read_lake(workspace.paths, "sentences"),
        progress=lambda _: report(next(done), documents.height),
    )
    set_aside(workspace.paths, "extraction", read.quarantined)
    yield from hand_over(workspace.paths, {"statements": read.statements, "candidates": read.candidates})
