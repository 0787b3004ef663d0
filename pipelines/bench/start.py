"""The fixed start of a build against Dagster and dbt doing nothing: a part of `make bench`.

Every figure is of processes of their own, and the median of rounds in which all of them take turns:

- nothing: Dagster is imported and runs a job of one dbt asset in its process; dbt builds one model
- as many nodes: the same with as many models, seeds and tests as there are here, each `select 1`; both as they
  come, without what shortens a build here
- fresh folder: `gwr build` of raw/ into a data folder without lake, warehouse and pages, its dbt manifest kept
- nothing changed: the same once more

Processor seconds are those of a process and its children; on a busy machine they say more than the wall's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipelines.bench.empty_project import files_of, make_nothing, nodes_of
from pipelines.bench.results import environment, write_results
from pipelines.bench.stages import make_fresh
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.warehouse import manifest_folders

NOTHING, AS_MANY = "Dagster and dbt, nothing to do", "as many nodes, each select 1"
FIRST, FRESH, UNCHANGED = "first ever", "fresh folder", "no change"
TITLE = "The fixed start"
Cost = dict[str, float]
"""Part -> seconds; `wall` and `processor` are those of the whole."""


def _timed(command: Sequence[str | Path], environment: Mapping[str, str]) -> tuple[Cost, str]:
    """Run a command to its end; what it cost, and what it wrote to standard error.

    Raises:
        RuntimeError: it failed, so that its times mean nothing.
    """
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(
        list(map(str, command)),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode not in {0, 3}:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall": wall, "processor": used}, done.stderr


def _build(raw: Path, data: Path) -> Cost:
    """One `gwr build`: the whole, its steps, and what went by before the first and after the last of them."""
    gwr = Path(sys.executable).parent / "gwr"
    began = time.time()
    cost, log = _timed([gwr, "build", "--raw", raw, "--data", data], {"GWR_LOG_FORMAT": "json"})
    steps: Cost = {}
    moments = []
    for line in filter(lambda line: line.startswith("{"), log.splitlines()):
        entry = json.loads(line)
        if entry.get("message") in {"step started", "step ended"}:
            moments.append(datetime.fromisoformat(entry["timestamp"]).timestamp())
        if entry.get("message") == "step ended":
            checks = entry["step"].endswith(("_schema", "_all_input_taken"))
            name = "checks of the lake" if checks else entry["step"]
            steps[name] = steps.get(name, 0.0) + entry["seconds"]
    start = moments[0] - began
    results = json.loads((data / "build" / "dbt" / "run" / "run_results.json").read_bytes())
    steps["of dbt_build: models and tests"] = results["elapsed_time"]
    return {**cost, "before the first step": start, **steps}


def measure(raw: Path, rounds: int) -> dict[str, Cost]:
    """The median of each part of each kind of run; the very first build is one."""
    found: dict[str, list[Cost]] = {NOTHING: [], AS_MANY: [], FIRST: [], FRESH: [], UNCHANGED: []}
    with tempfile.TemporaryDirectory(prefix="gwr-bench-") as scratch:
        nothing, as_many, data = (Path(scratch) / name for name in ("nothing", "as_many", "data"))
        make_nothing(nothing)
        found[FIRST].append(_build(raw, data))
        (manifest,) = manifest_folders(Paths(raw=raw, data=data))
        make_nothing(as_many, files_of(nodes_of(json.loads((manifest / "manifest.json").read_bytes()))))
        for _ in range(rounds):
            for kind, project in {NOTHING: nothing, AS_MANY: as_many}.items():
                command: list[str | Path] = [sys.executable, "-m", "pipelines.bench.nothing", project]
                (project / "x.duckdb").unlink(missing_ok=True)
                found[kind].append(_timed(command, {})[0])
            make_fresh(data)
            found[FRESH].append(_build(raw, data))
            found[UNCHANGED].append(_build(raw, data))
    return {
        kind: {part: statistics.median(one[part] for one in costs) for part in costs[0]}
        for kind, costs in found.items()
    }


def markdown(figures: Mapping[str, Cost], about: Mapping[str, str]) -> str:
    """The figures as a section of `docs/benchmarks.md`."""
    lines = [f"- {name}: {text}" for name, text in about.items()]
    lines += ["", "| seconds | " + " | ".join(figures) + " |", "| --- |" + " ---: |" * len(figures)]
    parts = dict.fromkeys(part for cost in figures.values() for part in cost)
    rows = {part: [cost.get(part) for cost in figures.values()] for part in parts}
    for part in ("wall", "processor"):
        rows[f"ours, {part}"] = [cost[part] - figures[NOTHING][part] for cost in figures.values()]
    for part, values in rows.items():
        cells = ("" if value is None else f"{value:.2f}" for value in values)
        lines.append(f"| {part} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Ours is what a build takes beyond Dagster and dbt with nothing to do (the first column). The second",
    ]
    lines[-1] += " says what the same tools take for as many models, seeds and tests without a query in them."
    return "\n".join(lines)


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--raw", type=Path, help="input of the builds; raw/ of the project unless given")
    parser.add_argument("--rounds", type=int, default=3, help="builds that count")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    given = parser.parse_args()
    figures = measure((given.raw or PROJECT_ROOT / "raw").resolve(), given.rounds)
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    about = environment(given.rounds) | {"load": f"{load} (1, 5, 15 minutes, at the end)"}
    text = markdown(figures, about)
    print(text)
    if given.write:
        write_results(text, section="start", title=TITLE)


if __name__ == "__main__":
    main()
