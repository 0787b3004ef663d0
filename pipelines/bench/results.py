"""The file that benchmarks write into, and what their figures depend on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path

from pipelines.paths import PROJECT_ROOT

RESULTS = PROJECT_ROOT / "docs" / "benchmarks.md"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def environment(rounds: int) -> dict[str, str]:
    """What a figure depends on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ("dagster", "dbt-core", "duckdb", "polars")
    return {
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}",
        "date": date.today().isoformat(),
        "commit": _commit(),
        "command": f"make bench (median of {rounds} warm builds)",
        "versions": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def write_results(text: str, results: Path = RESULTS, *, section: str, title: str) -> None:
    """Put a section between its markers in the results file, which may hold other sections."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    old = results.read_text(encoding="utf-8") if results.exists() else "# Benchmarks\n"
    if begin not in old:
        old = f"{old}\n{begin}\n{end}\n"
    before, rest = old.split(begin, maxsplit=1)
    after = rest.split(end, maxsplit=1)[1]
    results.write_text(f"{before}{begin}\n## {title}\n\n{text}\n{end}{after}", encoding="utf-8")
