"""Stage 3: tables under raw/statistics/ become observations."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import hand_over, lake_spec, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.statistics.read import read_statistics

raw_statistics = dg.AssetSpec(
    "raw_statistics",
    group_name="raw",
    kinds={"file"},
    description="Published figures, one row each, a sidecar beside each table:"
    " `raw/statistics/<code>-<slug>/<source>.<csv|xlsx>`. Never edited.",
)


@dg.multi_asset(specs=[lake_spec("observations", group="statistics", deps=["raw_statistics"])])
def observations(workspace: Workspace) -> Iterator[dg.MaterializeResult[Any]]:
    """Read every table; a row that can't be taken is set aside with its reason."""
    read = read_statistics(workspace.paths.raw)
    set_aside(workspace.paths, "statistics", read.quarantined)
    yield from hand_over(workspace.paths, {"observations": read.observations})
