"""Reading alone, from files to the lake, for more and more reports: `make bench-lake`.

Made-up reports (`gwr synth`) are read by the two stages that a build reads with, in a process of its own and
the processes that it starts. "Cores" is processor time over time, of all there are; memory is looked at twice
a second.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.bench.memory import Peak
from pipelines.bench.results import environment, write_results
from pipelines.compiled import is_compiled
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.statements import read_statements_stage
from pipelines.paths import Paths
from pipelines.synth.folder import write

TITLE = "Reading alone"
SECTION = "lake"
SEED = 11
HEADINGS = (
    *("reports", "characters", "seconds", "characters/s", "cores %", "peak MB", "largest process MB"),
    "second half / first",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a corpus into an empty lake.

    Attributes:
        reports: how many there were.
        characters: of all of them together.
        wall: seconds.
        processor: seconds of all cores.
        course: MB of the processes together at each look.
        largest_mb: the highest memory of one process.
    """

    reports: int
    characters: int
    wall: float
    processor: float
    course: tuple[float, ...]
    largest_mb: float

    @property
    def cores(self) -> float:
        """Share of all cores that it used, 0 to 1."""
        return self.processor / self.wall / (os.cpu_count() or 1)

    @property
    def growth(self) -> float:
        """Median memory of the second half over that of the first: 1.0 is flat."""
        half = len(self.course) // 2
        if half < 2:
            return 1.0
        return statistics.median(self.course[half:]) / statistics.median(self.course[:half])


def read(raw: Path, data: Path) -> None:
    """The two stages, as a build runs them.

    Raises:
        OSError: a file of the lake can't be written.
    """
    paths = Paths(raw, data)
    for folder in (paths.lake, paths.readings):
        folder.mkdir(parents=True, exist_ok=True)
    read_documents_stage(paths)
    read_statements_stage(paths)


def measured(reports: int, folder: Path) -> Reading:
    """Read a corpus of so many reports, which is written into the folder.

    Raises:
        subprocess.CalledProcessError: it could not be read.
    """
    raw, data = folder / f"raw-{reports}", folder / f"data-{reports}"
    written = write(raw, None, reports, SEED)
    command = [sys.executable, "-m", "pipelines.bench.lake", "--read", str(raw), str(data)]
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(command)
    with Peak(process.pid, every_seconds=0.5) as peak:
        status = process.wait()
    wall, after = time.perf_counter() - start, os.times()
    if status:
        raise subprocess.CalledProcessError(status, command)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Reading(reports, written.characters, wall, used, tuple(peak.course), peak.largest_mb)


def row_of(reading: Reading) -> tuple[str, ...]:
    """The figures of a reading as texts, in the order of `HEADINGS`."""
    return (
        f"{reading.reports:,}",
        f"{reading.characters:,}",
        f"{reading.wall:.1f}",
        f"{reading.characters / reading.wall:,.0f}",
        f"{100 * reading.cores:.0f}",
        f"{max(reading.course, default=0.0):,.0f}",
        f"{reading.largest_mb:,.0f}",
        f"{reading.growth:.2f}",
    )


def off_the_line(found: Sequence[Reading]) -> float | None:
    """How far the readings in between lie off the line through the smallest and the largest.

    Returns:
        The largest share of their time, 0.1 for a tenth; None for fewer than three readings.
    """
    if len(found) < 3:
        return None
    ordered = sorted(found, key=lambda one: one.characters)
    small, large = ordered[0], ordered[-1]
    slope = (large.wall - small.wall) / (large.characters - small.characters)
    return max(
        abs(one.wall / (small.wall + slope * (one.characters - small.characters)) - 1)
        for one in ordered[1:-1]
    )


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, nargs="+", default=[200, 600], help="sizes, one after another")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    parser.add_argument("--read", type=Path, nargs=2, metavar=("RAW", "DATA"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        read(*given.read)
        return
    with tempfile.TemporaryDirectory(prefix="gwr-bench-lake-") as folder:
        found = [measured(reports, Path(folder)) for reports in given.reports]
    table = Table(*HEADINGS, box=None)
    for one in found:
        table.add_row(*row_of(one))
    console = Console(width=160)
    console.print(table)
    off = off_the_line(found)
    note = (
        ""
        if off is None
        else f"Off the line through the smallest and the largest by at most {100 * off:.1f} % of the time."
    )
    console.print(note, highlight=False)
    if given.write:
        sizes = " ".join(map(str, given.reports))
        about = environment(1) | {
            "command": f'make bench-lake ARGS="--reports {sizes} --write" (one run)',
            "extraction": "compiled" if is_compiled() else "pure Python",
        }
        lines = [f"- {name}: {text}" for name, text in about.items()]
        lines += ["", f"| {' | '.join(HEADINGS)} |", "|" + " ---: |" * len(HEADINGS)]
        lines += [f"| {' | '.join(row_of(one))} |" for one in found]
        write_results("\n".join([*lines, "", note]).rstrip(), section=SECTION, title=TITLE)


if __name__ == "__main__":
    main()
