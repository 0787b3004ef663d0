"""Stage 2: texts become statements; numbers that are none are kept with their reason."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import hand_over, lake_spec, log_progress, read_lake, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.corrections import apply_corrections
from pipelines.statements import extract_statements

raw_corrections = dg.AssetSpec(
    "raw_corrections",
    group_name="raw",
    kinds={"file"},
    description="Corrections of wrong readings, with a guard each: `raw/corrections/*.yml`.",
)


@dg.multi_asset(
    specs=[
        lake_spec("statements", group="statements", deps=["documents", "sentences", "raw_corrections"]),
        lake_spec("candidates", group="statements", deps=["documents", "sentences"]),
    ]
)
def statements(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> Iterator[dg.MaterializeResult[Any]]:
    """Read the statements of every document, then apply the corrections of raw/corrections."""
    documents = read_lake(workspace.paths, "documents")
    read = extract_statements(
        documents,
        read_lake(workspace.paths, "sentences"),
        progress=log_progress(context, "documents extracted"),
    )
    set_aside(workspace.paths, "extraction", read.quarantined)
    applied = apply_corrections(read.statements, workspace.paths.raw)
    set_aside(workspace.paths, "corrections", applied.quarantined)
    yield from hand_over(workspace.paths, {"statements": applied.statements, "candidates": read.candidates})
