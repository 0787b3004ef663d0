"""Stage 3: tables under raw/statistics/, and what statistical bulletins state, become observations."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.lake import hand_over, lake_spec, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.retries import retried_where_it_helps, step_retries
from pipelines.statistics.bulletins import bulletin_observations, bulletins_of_lake
from pipelines.statistics.grain import one_per_grain
from pipelines.statistics.read import read_statistics

raw_statistics = dg.AssetSpec(
    "raw_statistics",
    group_name="raw",
    kinds={"file"},
    description="Published figures, one row each, a sidecar beside each table:"
    " `raw/statistics/<code>-<slug>/<source>.<csv|xlsx>`. Never edited.",
)


@dg.multi_asset(
    specs=[lake_spec("observations", group="statistics", deps=["raw_statistics", "documents", "statements"])],
    retry_policy=step_retries(),
)
@retried_where_it_helps
def observations(workspace: Workspace) -> Iterator[dg.MaterializeResult[Any]]:
    """Read every table, and take the figures that bulletins state; a row that can't be taken is set
    aside with its reason."""
    read = read_statistics(workspace.paths.raw)
    stated = bulletin_observations(*bulletins_of_lake(workspace.paths))
    kept, contradicted = one_per_grain(pl.concat([read.observations, stated]))
    set_aside(workspace.paths, "statistics", [*read.quarantined, *contradicted])
    yield from hand_over(workspace.paths, "observations", kept)
