"""Dagster and dbt with nothing to do, for `pipelines.bench.start`: `python -m pipelines.bench.nothing FOLDER`."""

# Dagster reads the annotations of an asset: no `from __future__ import annotations` here.
import sys
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from pipelines.dbt_core import DbtCore


def do_nothing(folder: Path) -> None:
    """Build the dbt project in a folder from Dagster, in the way in which a build does it.

    Raises:
        RuntimeError: the run failed.
    """
    target = folder / "target"

    @dbt_assets(manifest=target / "manifest.json", name="nothing")
    def nothing(context: dg.AssetExecutionContext, dbt: DbtCore) -> Any:
        yield from dbt.build(["build"], context, target).stream()

    dbt = DbtCore(
        project_dir=str(folder),
        profiles_dir=str(folder),
        dbt_executable=str(Path(sys.executable).parent / "dbt"),
    )
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    definitions = dg.Definitions(
        assets=[nothing], jobs=[dg.define_asset_job("all_assets")], resources={"dbt": dbt}
    )
    with dg.DagsterInstance.from_config(str(home)) as instance:
        job = definitions.resolve_job_def("all_assets")
        if not job.execute_in_process(instance=instance).success:
            raise RuntimeError("the run that does nothing failed")


if __name__ == "__main__":
    do_nothing(Path(sys.argv[1]))
