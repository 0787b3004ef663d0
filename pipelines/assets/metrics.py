"""After the publication: what the run did, in numbers, with history."""

from dataclasses import asdict
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.lake import markdown
from pipelines.assets.workspace import Workspace
from pipelines.metrics.history import add_to_history
from pipelines.metrics.measure import measure_run, started_at
from pipelines.paths import PROJECT_ROOT
from pipelines.settings import Settings

ASSET = "run_metrics"


@dg.asset(
    name=ASSET,
    deps=["published_warehouse"],
    group_name="publication",
    kinds={"parquet"},
    description="What each run did, in numbers: rows, seconds, readings kept, accuracy against gold."
    " `data/metrics/run_metrics.parquet`, a row a number; also `gwr metrics`.",
)
def run_metrics(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[Any]:
    """Measure this run and add it to the history. A history that can't be written is no failure: the
    warehouse is published already."""
    paths, run_id = workspace.paths, context.run_id
    gold_dir = Settings().gold_dir or PROJECT_ROOT / "tests" / "gold"
    metrics = measure_run(paths, context.instance, run_id, gold_dir)
    try:
        history = add_to_history(paths, run_id, started_at(context.instance, run_id), metrics)
    except OSError as error:
        context.log.warning(f"the metrics of this run could not be kept: {error}")
        rows = len(metrics)
    else:
        rows = history.height
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": rows,
            "preview": markdown(pl.DataFrame([asdict(one) for one in metrics])),
            **{f"{one.name}/{one.key}": one.value for one in metrics},
        }
    )
