"""How a process that reads for another begins. Imports nothing heavy before it has said how much it may use."""

from __future__ import annotations

import os
from importlib import import_module

from pipelines.worker_process import begin


def start(stage: str) -> None:
    """Prepare this process for the tasks of a stage: one core, no Ctrl-C of its own, no life without its
    parent, everything imported and compiled that the first task would wait for."""
    begin()
    # One process a core: threads of their own would only wait for each other.
    os.environ["POLARS_MAX_THREADS"] = "1"
    import_module("pipelines.lake.reading")
    if stage == "statements":
        import_module("pipelines.rules").engine()
