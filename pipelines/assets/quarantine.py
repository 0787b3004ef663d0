"""What no stage took: files and rows with their reason, in one table that everybody can query."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import VIOLATION_ROWS, gather_quarantine, hand_over, lake_spec, markdown
from pipelines.assets.workspace import Workspace
from pipelines.lake.tables import read_lake


@dg.multi_asset(
    specs=[
        lake_spec(
            "quarantine",
            group="quarantine",
            deps=["documents", "sentences", "statements", "candidates", "observations"],
        )
    ]
)
def quarantine(workspace: Workspace) -> Iterator[dg.MaterializeResult[Any]]:
    """Gather what the stages set aside."""
    yield from hand_over(workspace.paths, "quarantine", gather_quarantine(workspace.paths))


@dg.asset_check(
    asset="quarantine",
    name="all_input_taken",
    blocking=True,
    description="Every file and row of raw/ was taken. A warning, so that one bad file never stops the"
    " rest; an error that stops the run where the run is strict (`gwr build --strict`).",
)
def all_input_taken(workspace: Workspace) -> dg.AssetCheckResult:
    """Show what was not taken."""
    rows = read_lake(workspace.paths, "quarantine")
    shown = rows.select("file_path", "line", "column_name", "reason", "hint").head(VIOLATION_ROWS)
    return dg.AssetCheckResult(
        passed=rows.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR if workspace.strict else dg.AssetCheckSeverity.WARN,
        metadata={"rows": rows.height, **({} if rows.is_empty() else {"not_taken": markdown(shown)})},
    )
