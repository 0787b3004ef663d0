"""What executes the steps of a run that Dagster starts: its own process, or workers on several machines."""

from __future__ import annotations

import dagster as dg

from pipelines.settings import Settings

WAREHOUSE_QUEUE = {"dagster-celery/queue": "warehouse"}
"""Tag of the steps that open the build database: one worker at a time takes them, where that file is at hand."""


def run_executor(settings: Settings) -> dg.ExecutorDefinition:
    """The executor of this deployment. `gwr build` always executes in its own process.

    Raises:
        ModuleNotFoundError: Celery is wanted and dagster-celery is not installed.
    """
    if settings.executor == "celery":
        # Not among what every installation has: only a deployment with workers needs it.
        from dagster_celery import celery_executor  # noqa: PLC0415

        broker = {"env": "GWR_CELERY_BROKER"}
        # Without a backend of its own, results would come by a queue that Redis does not have.
        configured: dg.ExecutorDefinition = celery_executor.configured(
            {"broker": broker, "backend": broker}, name="celery"
        )
        return configured
    # One process for the whole run: it holds the build lock, and nothing is imported twice.
    return dg.in_process_executor
