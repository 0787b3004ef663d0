"""dbt without the files that nobody reads: the graph, its summary, and a second copy of the manifest.

The manifest of the project is kept by its fingerprint (`pipelines.warehouse`), the SQL of a run in `compiled/` and
`run/`, and what came of each node in `run_results.json`; they stay.
"""

from __future__ import annotations

import sys
from typing import Any

import dbt.task.runnable
from dbt.compilation import Linker
from dbt_common.behavior_flags import BehaviorFlagRendered

from pipelines.lean_dbt.replacing import replace


def _write_nothing(*arguments: Any) -> None:
    del arguments


def _no_summary(linker: Linker, manifest: Any) -> dict[int, dict[str, Any]]:
    del linker, manifest
    return {}


def _module_of_caller() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") == "dbt_common.behavior_flags":
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "Unknown"))


def write_no_graph() -> None:
    """Have dbt, in this process, write none of them, and not read its sources to say which module has a flag."""
    replace(dbt.task.runnable, "write_manifest", _write_nothing)
    replace(Linker, "write_graph", _write_nothing)
    replace(Linker, "get_graph_summary", _no_summary)
    replace(BehaviorFlagRendered, "_default_source", staticmethod(_module_of_caller))
