"""Stage 2: texts become statements; numbers that are none are kept with their reason."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import handed_over, lake_spec, log_progress, log_readings, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.lake.statements import read_statements_stage

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
    """Read the statements of every document that is new or changed, then apply the corrections of
    raw/corrections."""
    paths = workspace.paths
    done = read_statements_stage(
        paths,
        log_progress(context, "documents extracted"),
        rehash=workspace.distrusts_hashes,
        engine=workspace.engine_choice,
    )
    log_readings(context, done.stage)
    set_aside(paths, "extraction", done.stage.quarantined)
    set_aside(paths, "corrections", done.corrections)
    yield from handed_over(paths, done.stage)
