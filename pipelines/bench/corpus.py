"""Builds of many reports: `make bench-corpus`, `python -m pipelines.bench.corpus --help`.

For each number of made-up reports (`gwr synth`): the first build, the build after one report more, and one
after nothing, each a `gwr build` of its own. Seconds and processor seconds are those of the process and its
children, memory the highest of all of them together; "cores" is processor time over time. A sample of the
reports is compared with their known truth.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.bench.memory import Peak
from pipelines.bench.results import environment, write_results
from pipelines.compiled import is_compiled
from pipelines.publication.files import files_below
from pipelines.synth.folder import write
from pipelines.synth.reports import generate
from pipelines.synth.scoring import score

TITLE = "Many reports"
SECTION = "corpus"
SEED = 11
CHECKED = 200
FIRST, ONE_MORE, NOTHING = "all new", "one report more", "nothing new"
READING = ("documents", "statements")
STEPS = (*READING, "dbt_build", "published_warehouse")
HEADINGS = (
    *("reports", "build", "seconds", "processor", "cores", "peak MB"),
    *("reading s", "dbt s", "publishing s", "other s"),
)


@dataclass(frozen=True, slots=True)
class SiteSize:
    """The site of a version.

    Attributes:
        files: how many.
        mb: bytes of all of them, in MB.
        new: how many of them are no links to files of an earlier version.
    """

    files: int
    mb: float
    new: int


@dataclass(frozen=True, slots=True)
class Build:
    """One build.

    Attributes:
        reports: how many there were.
        kind: of what it was a build.
        wall: seconds.
        processor: seconds of all cores.
        peak_mb: memory of the process and its children together.
        steps: step -> seconds.
        largest_mb: memory of the largest process.
        site: of the version that readers see; None where none is made.
    """

    reports: int
    kind: str
    wall: float
    processor: float
    peak_mb: float
    steps: Mapping[str, float]
    largest_mb: float = 0.0
    site: SiteSize | None = None


def run(raw: Path, data: Path, reports: int, kind: str, pages: bool) -> Build:
    """Build, and measure it.

    Raises:
        RuntimeError: the build failed, so that its times mean nothing.
    """
    gwr = Path(sys.executable).parent / "gwr"
    settings = {"GWR_LOG_FORMAT": "json", "GWR_PAGES": str(pages).lower()}
    log_file = data.parent / "log"
    before, start = os.times(), time.perf_counter()
    with log_file.open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [gwr, "build", "--raw", raw, "--data", data],
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        with Peak(process.pid) as peak:
            status = process.wait()
        log.seek(0)
        lines = log.read().splitlines()
    wall, after = time.perf_counter() - start, os.times()
    if status:
        raise RuntimeError("\n".join([f"gwr build ended with {status}", *lines[-20:]]))
    used = after.children_user + after.children_system - before.children_user - before.children_system
    site = site_size(data / "published" / ".current" / "site") if pages else None
    return Build(reports, kind, wall, used, peak.mb, _steps(lines), peak.largest_mb, site)


def site_size(site: Path) -> SiteSize:
    """How large a site is, and how much of it was made for its version.

    Raises:
        OSError: it can't be read.
    """
    files = list(files_below(site))
    return SiteSize(
        files=len(files),
        mb=sum(file.stat.st_size for file in files) / 1e6,
        new=sum(file.stat.st_nlink == 1 for file in files),
    )


def _steps(lines: Sequence[str]) -> dict[str, float]:
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return {entry["step"]: entry["seconds"] for entry in entries if entry.get("message") == "step ended"}


def builds(reports: int, folder: Path, pages: bool, say: Console) -> list[Build]:
    """The three builds of a corpus, which is written into the folder and removed again."""
    raw, data, more = folder / "raw", folder / "data", folder / "more"
    write(raw, None, reports, SEED)
    # The reports of a smaller sample are those of a larger one, and one.
    write(more, None, reports + 1, SEED)
    found = []
    for kind in (FIRST, ONE_MORE, NOTHING):
        if kind == ONE_MORE:
            add_missing(more, raw)
        found.append(run(raw, data, reports, kind, pages))
        done = found[-1]
        say.print(
            f"{datetime.now():%H:%M:%S} {reports:,} reports, {kind}: {done.wall:.1f} s", highlight=False
        )
    for made in (raw, data, more):
        shutil.rmtree(made)
    return found


def add_missing(source: Path, target: Path) -> None:
    """Copy the files that a folder has not; those that it has stay as they are."""
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        place = target / file.relative_to(source)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def row_of(build: Build) -> tuple[str, ...]:
    """The figures of a build as texts, in the order of `HEADINGS`."""
    reading = sum(build.steps.get(step, 0.0) for step in READING)
    dbt, publishing = (build.steps.get(step, 0.0) for step in STEPS[2:])
    return (
        f"{build.reports:,}",
        build.kind,
        f"{build.wall:.1f}",
        f"{build.processor:.1f}",
        f"{build.processor / build.wall:.2f}",
        f"{build.peak_mb:,.0f}",
        f"{reading:.1f}",
        f"{dbt:.1f}",
        f"{publishing:.1f}",
        f"{build.wall - reading - dbt - publishing:.1f}",
    )


def checked(reports: int) -> str:
    """A sentence on how much of a sample is read right."""
    found = score(generate(min(reports, CHECKED), SEED))
    return (
        f"Of {found.gold:,} statements in {found.reports} of these reports, whose truth is known, value and unit"
        f" are found with precision {found.found_rates.precision:.4f} and recall {found.found_rates.recall:.4f};"
        f" every field is right with {found.strict_rates.precision:.4f} and {found.strict_rates.recall:.4f}."
    )


def growth(found: Sequence[Build]) -> str:
    """A sentence on what a report costs in the smallest and in the largest first build."""
    first = sorted((build for build in found if build.kind == FIRST), key=lambda build: build.reports)
    if len(first) < 2:
        return ""
    small, large = first[0], first[-1]
    parts = []
    for name, steps in (("reading", READING), ("dbt", STEPS[2:3]), ("publishing", STEPS[3:])):
        costs = [1000 * sum(b.steps.get(step, 0.0) for step in steps) / b.reports for b in (small, large)]
        parts.append(f"{name} {costs[0]:.0f} and {costs[1]:.0f}")
    return (
        f"Milliseconds a report, of {small.reports:,} and of {large.reports:,}: {'; '.join(parts)}."
        " Less for more reports is the fixed start, shared out."
    )


def sites(found: Sequence[Build]) -> str:
    """A sentence on each size of site: its files, those made for one report more, the largest process."""
    sentences = []
    for first, more in pairwise(found):
        if first.site and more.site and (first.kind, more.kind) == (FIRST, ONE_MORE):
            sentences.append(
                f"The site of {first.reports:,} reports has {first.site.files:,} files of {first.site.mb:,.0f} MB;"
                f" of that of one report more {more.site.new:,} are new. The largest process took"
                f" {first.largest_mb:,.0f} and {more.largest_mb:,.0f} MB."
            )
    return " ".join(sentences)


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, nargs="+", default=[200, 600], help="sizes, one after another")
    parser.add_argument("--pages", action="store_true", help="make the site too")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    given = parser.parse_args()
    console = Console(width=160)
    found: list[Build] = []
    with tempfile.TemporaryDirectory(prefix="gwr-bench-corpus-") as folder:
        for reports in given.reports:
            found += builds(reports, Path(folder), given.pages, console)
    rows = [row_of(build) for build in sorted(found, key=lambda build: build.reports)]
    table = Table(*HEADINGS, box=None)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    notes = [note for note in (growth(found), sites(found), checked(max(given.reports))) if note]
    for note in notes:
        console.print(note, highlight=False)
    if given.write:
        sizes = " ".join(map(str, given.reports))
        options = " --pages" if given.pages else ""
        about = environment(1) | {
            "command": f'make bench-corpus ARGS="--reports {sizes}{options} --write" (one run)',
            "extraction": "compiled" if is_compiled() else "pure Python",
            "site": "made too" if given.pages else "not made (GWR_PAGES=false)",
            "load": f"{', '.join(f'{load:.1f}' for load in os.getloadavg())} (1, 5, 15 minutes, at the end)",
        }
        lines = [f"- {name}: {text}" for name, text in about.items()]
        lines += ["", f"| {' | '.join(HEADINGS)} |", "| ---: | --- |" + " ---: |" * (len(HEADINGS) - 2)]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        section, title = (f"{SECTION}-pages", f"{TITLE}, with the site") if given.pages else (SECTION, TITLE)
        write_results("\n\n".join(["\n".join(lines), *notes]), section=section, title=title)


if __name__ == "__main__":
    main()
