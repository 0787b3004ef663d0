"""Seconds and peak memory of each stage of a build: `make bench`, `python -m pipelines.bench.stages --help`.

Each round is a fresh `gwr build` of the shipped raw/ in a process of its own, into a folder of its own
that the first, uncounted round has prepared (dbt manifest parsed, Dagster instance made) and that then holds no
lake, warehouse or version. A stage's
peak is the highest resident memory of the process while it ran, or of dbt, which is a child of it.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.bench.results import environment, write_results
from pipelines.paths import PROJECT_ROOT, Paths

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
STAGES = "Stages of a build"
IMPORTS, CHECKS, WHOLE = "imports", "checks of the lake", "whole build"

CHECK_STEPS = ("_schema", "_all_input_taken")
"""How the names of the steps end that check an asset of the lake."""

Figures = dict[str, tuple[float, float]]
"""Stage -> seconds and peak resident memory in MB."""


def _peak_mb() -> float:
    """Peak resident memory of this process since `_reset_peak`."""
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _reset_peak() -> None:
    CLEAR_REFS.write_text("5", encoding="ascii")


def _child_peak_mb() -> float:
    """Peak resident memory of the largest child that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


class StageMeter:
    """Takes seconds and peak memory of each step of a run, from the run's own log."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self.stages: Figures = {}
        self._started = 0.0

    def __call__(self, entry: Any) -> None:
        """Take one entry of the run's log."""
        event = entry.dagster_event
        if event is None or entry.step_key is None:
            return
        if event.is_step_start:
            _reset_peak()
            self._started = time.perf_counter()
        elif event.is_step_success:
            child = _child_peak_mb() if entry.step_key == "dbt_build" else 0.0
            self.stages[entry.step_key] = (time.perf_counter() - self._started, max(_peak_mb(), child))


def measure_once(raw: Path, data: Path) -> Figures:
    """Run one build in this process.

    Raises:
        RuntimeError: the build failed, so that its times mean nothing.
    """
    start = time.perf_counter()
    from pipelines.build import Outcome, run_build  # noqa: PLC0415 - part of what is measured

    imported = (time.perf_counter() - start, _peak_mb())
    meter = StageMeter()
    result = run_build(Paths(raw=raw, data=data), on_event=meter)
    seconds = time.perf_counter() - start
    if result.outcome is Outcome.FAILED:
        raise RuntimeError("\n".join(result.errors))
    stages = {IMPORTS: imported, **meter.stages}
    checks = [stages.pop(step) for step in meter.stages if step.endswith(CHECK_STEPS)]
    stages[CHECKS] = (sum(spent for spent, _ in checks), max(peak for _, peak in checks))
    return {**stages, WHOLE: (seconds, max(peak for _, peak in stages.values()))}


def make_fresh(data: Path) -> None:
    """Take lake, warehouse and versions out of a data folder: what is known of dbt's project stays."""
    for made in (data / "published", data / "lake", data / "build" / "readings"):
        shutil.rmtree(made, ignore_errors=True)
    (data / "build" / "warehouse.duckdb").unlink(missing_ok=True)


def measure(raw: Path, rounds: int) -> Figures:
    """The median of several builds, each in a process of its own."""
    found: list[dict[str, list[float]]] = []
    with tempfile.TemporaryDirectory(prefix="gwr-bench-") as data:
        command = [
            sys.executable,
            "-m",
            "pipelines.bench.stages",
            "--once",
            "--raw",
            str(raw),
            "--data",
            data,
        ]
        for _ in range(rounds + 1):
            make_fresh(Path(data))
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append(json.loads(done.stdout.splitlines()[-1]))
    counted = found[1:]
    return {
        stage: (
            statistics.median(one[stage][0] for one in counted),
            statistics.median(one[stage][1] for one in counted),
        )
        for stage in counted[0]
    }


def markdown(figures: Figures, about: dict[str, str]) -> str:
    """The figures as a section of `docs/benchmarks.md`."""
    lines = [f"- {name}: {text}" for name, text in about.items()]
    lines += ["", "| stage | seconds | peak MB |", "| --- | ---: | ---: |"]
    lines += [f"| {stage} | {seconds:.2f} | {peak:.0f} |" for stage, (seconds, peak) in figures.items()]
    return "\n".join(lines)


def print_results(figures: Figures, about: dict[str, str]) -> None:
    """The figures as a table for the terminal."""
    console = Console()
    for name, text in about.items():
        console.print(f"{name}: {text}", highlight=False, markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("stage")
    table.add_column("seconds", justify="right")
    table.add_column("peak MB", justify="right")
    for stage, (seconds, peak) in figures.items():
        table.add_row(stage, f"{seconds:.2f}", f"{peak:.0f}")
    console.print(table)


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--raw", type=Path, default=PROJECT_ROOT / "raw", help="input of the builds")
    parser.add_argument("--rounds", type=int, default=3, help="builds that count")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        with redirect_stdout(sys.stderr):
            figures = measure_once(given.raw.resolve(), given.data.resolve())
        print(json.dumps(figures))
        return
    figures, about = measure(given.raw.resolve(), given.rounds), environment(given.rounds)
    print_results(figures, about)
    if given.write:
        write_results(markdown(figures, about), section="stages", title=STAGES)


if __name__ == "__main__":
    main()
