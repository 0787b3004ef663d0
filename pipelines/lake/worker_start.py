"""How a process that reads for another begins. Imports nothing heavy before it has said how much it may use."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from importlib import import_module


def start(stage: str) -> None:
    """Prepare this process for the tasks of a stage: one core, no Ctrl-C of its own, no life without its
    parent, everything imported and compiled that the first task would wait for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # One process a core: threads of their own would only wait for each other.
    os.environ["POLARS_MAX_THREADS"] = "1"
    import_module("pipelines.lake.tasks")
    if stage == "statements":
        import_module("pipelines.rules").engine()


def _end_with_parent() -> None:
    """Where the build is killed, nobody is left to end its processes or to take what they read."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
