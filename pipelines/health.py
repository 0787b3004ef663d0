"""Is what readers see there, whole and fresh, and can the next build work? For monitoring."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.lock import build_is_running
from pipelines.logs import redacted
from pipelines.paths import Paths
from pipelines.publication.versions import current_version, is_whole

if TYPE_CHECKING:
    from dagster import DagsterInstance

_HOUR = 3600
_GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, in words, and its figures."""

    name: str
    ok: bool
    message: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """All that was looked at."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every check is well."""
        return all(check.ok for check in self.checks)

    def as_object(self) -> dict[str, Any]:
        """`healthy`, and `checks` (name -> ok, message and figures), for JSON."""
        checks = {check.name: asdict(check) for check in self.checks}
        return {
            "healthy": self.ok,
            "checks": {
                name: {"ok": check["ok"], "message": check["message"], **check["figures"]}
                for name, check in checks.items()
            },
        }


def health(paths: Paths, *, max_age_hours: float | None, min_free_gb: float) -> Health:
    """Look at a data folder; nothing is changed, and a build may be at work.

    Args:
        paths: the folders.
        max_age_hours: the oldest a version may be since a build published or confirmed it; None = any age.
        min_free_gb: least free space, in GB, of the disk that holds `data/`.
    """
    return Health(
        (*_published(paths, max_age_hours), _last_build(paths), _building(paths), _disk(paths, min_free_gb))
    )


def _published(paths: Paths, max_age_hours: float | None) -> tuple[Check, ...]:
    version = current_version(paths.published)
    if version is None:
        return (Check("published", False, "nothing is published yet; run: gwr build"),)
    if not is_whole(version):
        advice = "see: gwr published, and put another back with: gwr rollback VERSION"
        return (Check("published", False, f"version {version.name} is damaged; {advice}"),)
    age = (time.time() - version.stat().st_mtime) / _HOUR
    fresh = max_age_hours is None or age <= max_age_hours
    limit = "" if fresh else f", more than {max_age_hours:g}; see why the last builds did not publish"
    return (
        Check("published", True, f"version {version.name} is whole", {"version": version.name}),
        Check("age", fresh, f"published or confirmed {age:.1f} hours ago{limit}", {"hours": round(age, 2)}),
    )


def _building(paths: Paths) -> Check:
    running = build_is_running(paths.data)
    return Check(
        "build", True, "a build is running" if running else "no build is running", {"running": running}
    )


def _disk(paths: Paths, min_free_gb: float) -> Check:
    folder = next(path for path in (paths.data, *paths.data.parents) if path.exists())
    free = shutil.disk_usage(folder).free / _GIGABYTE
    enough = free >= min_free_gb
    advice = "" if enough else f", less than {min_free_gb:g}; a build may fail. Make room"
    return Check("disk", enough, f"{free:.1f} GB free{advice}", {"free_gb": round(free, 2)})


def _instance(paths: Paths) -> DagsterInstance | None:
    """The instance of a server ($DAGSTER_HOME), else that of the data folder; None before the first run."""
    from dagster import DagsterInstance  # noqa: PLC0415 - importing Dagster takes seconds

    if os.environ.get("DAGSTER_HOME"):
        return DagsterInstance.get()
    if not (paths.dagster_home / "dagster.yaml").exists():
        return None
    return DagsterInstance.from_config(str(paths.dagster_home))


def _last_build(paths: Paths) -> Check:
    from dagster import DagsterRunStatus, RunsFilter  # noqa: PLC0415 - importing Dagster takes seconds

    from pipelines.automation import JOB_NAME  # noqa: PLC0415

    ended = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
    try:
        instance = _instance(paths)
        if instance is None:
            return Check("last_build", True, "no run is recorded", {"status": None})
        with instance:
            runs = instance.get_run_records(RunsFilter(job_name=JOB_NAME, statuses=ended), limit=1)
    except Exception as error:
        reason = redacted(f"{type(error).__name__}: {error}").splitlines()[0]
        return Check("last_build", False, f"the history of runs can't be read: {reason}")
    if not runs:
        return Check("last_build", True, "no run has ended yet", {"status": None})
    [record] = runs
    status = record.dagster_run.status.value.lower()
    figures = {"status": status, "run_id": record.dagster_run.run_id}
    failed = record.dagster_run.status is DagsterRunStatus.FAILURE
    advice = "; the run's page says why (gwr serve)" if failed else ""
    return Check("last_build", not failed, f"the last build ended with {status}{advice}", figures)
