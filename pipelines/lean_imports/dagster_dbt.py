"""dagster-dbt without the modules of dbt-core: dbt runs in a process of its own.

With them it selects nodes and opens adapters in this process. Here every node is an asset or a check, and
rows are counted when dbt has ended (`pipelines.dbt_core`).
"""

from pipelines.lean_imports import without

with without("dbt"):
    from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets
    from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
    from dagster_dbt.errors import DagsterDbtCliRuntimeError

__all__ = [
    "DagsterDbtCliRuntimeError",
    "DagsterDbtTranslator",
    "DbtCliInvocation",
    "DbtCliResource",
    "DbtProject",
    "dbt_assets",
    "get_updated_cli_invocation_params_for_context",
]
