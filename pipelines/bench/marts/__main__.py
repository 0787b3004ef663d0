"""Waits of readers of a big published file: `make bench-marts`, `python -m pipelines.bench.marts --help`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from pipelines.bench.marts.corpus import FACTS, Corpus, write_corpus
from pipelines.bench.marts.measure import FIRST_TOUCH, FRESH, Waits, one_reader, several_readers
from pipelines.bench.marts.questions import Question, baselines, questions
from pipelines.bench.results import environment, write_results
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.warehouse import ensure_manifest

SECTION = "marts"
REPORTS = 60
READERS = 8
HEADINGS = (
    "query",
    "median ms",
    "p95 ms",
    "fresh p95",
    "first touch p95",
    "8 readers p95",
    "slower",
    "× select 1",
)


def _specimen(folder: Path) -> Paths:
    """A warehouse of made-up reports and the shipped statistics.

    Raises:
        RuntimeError: it can't be built; the build says why.
    """
    paths = Paths(raw=folder / "raw", data=folder / "data")
    where = ["--raw", str(paths.raw)]
    gwr = [sys.executable, "-m", "pipelines.cli"]
    subprocess.run([*gwr, "synth", "--reports", str(REPORTS), "--seed", "7", "--no-gold", *where], check=True)
    shutil.copytree(PROJECT_ROOT / "raw" / "statistics", paths.raw / "statistics")
    # No page is asked anything here, and one file set aside would be no harm.
    settings = {**os.environ, "GWR_PAGES": "false"}
    done = subprocess.run([*gwr, "build", "--data", str(paths.data), *where], env=settings, check=False)
    if done.returncode not in {0, 3}:
        raise RuntimeError("the specimen can't be built; what the build said stands above")
    return paths


def measure(file: Path, many: int) -> list[tuple[Question, tuple[Waits, Waits, Waits, Waits]]]:
    """Waits of each query: kept, fresh, first touch, and kept with `READERS` readers."""
    with duckdb.connect(str(file), read_only=True) as warehouse:
        asked = [*baselines(warehouse, many), *questions(warehouse, many)]
    kept = one_reader(file, asked)
    fresh = one_reader(file, asked, FRESH)
    first = one_reader(file, asked, FIRST_TOUCH)
    crowd = several_readers(file, asked, READERS)
    return [(q, (kept[q.name], fresh[q.name], first[q.name], crowd[q.name])) for q in asked]


def rows_of(found: list[tuple[Question, tuple[Waits, Waits, Waits, Waits]]]) -> list[tuple[str, ...]]:
    """The figures as texts, in the order of `HEADINGS`."""
    base = found[0][1][0].median
    return [
        (
            question.name,
            f"{kept.median:.1f}",
            f"{kept.p95:.1f}",
            f"{fresh.p95:.1f}",
            f"{first.p95:.1f}",
            f"{crowd.p95:.1f}",
            f"{crowd.p95 / kept.p95:.1f}",
            f"{kept.median / base:.0f}",
        )
        for question, (kept, fresh, first, crowd) in found
    ]


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=100_000, help=f"least number of rows of {FACTS}")
    parser.add_argument("--subjects", type=int, default=20, help="places and indicators asked about")
    parser.add_argument("--data", type=Path, help="a built data folder to multiply; without it one is built")
    parser.add_argument("--file", type=Path, help="measure this published file as it is")
    parser.add_argument("--memory", default="5GB", help="what DuckDB may take while it writes")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    given = parser.parse_args()
    corpus: Corpus | None = None
    with tempfile.TemporaryDirectory(prefix="gwr-bench-marts-") as folder:
        file = given.file
        if file is None:
            paths = Paths(raw=Path(), data=given.data) if given.data else _specimen(Path(folder))
            file = Path(folder) / "warehouse.duckdb"
            manifest = ensure_manifest(paths)
            corpus = write_corpus(paths.published_database, manifest, file, given.facts, memory=given.memory)
        found = measure(file, given.subjects)
        size = file.stat().st_size
        with duckdb.connect(str(file), read_only=True) as warehouse:
            [[facts]] = warehouse.execute(f"select count(*) from {FACTS}").fetchall()
    rows = rows_of(found)
    errors = sum(waits.errors for _, four in found for waits in four)
    note = f"{facts:,} facts, a file of {size / 1e6:,.0f} MB; {errors} errors."
    if corpus:
        note += f" {sum(corpus.rows.values()):,} rows written in {corpus.seconds:.0f} s."
    table = Table(*HEADINGS, box=None)
    for row in rows:
        table.add_row(*row)
    Console(width=160).print(table)
    print(note, f"Load {os.getloadavg()[0]:.1f}.")
    if given.write:
        command = f'make bench-marts ARGS="--facts {given.facts} --write" (each query about {given.subjects} places)'
        lines = [f"- {name}: {text}" for name, text in (environment(1) | {"command": command}).items()]
        lines += ["", f"| {' | '.join(HEADINGS)} |", "| --- |" + " ---: |" * (len(HEADINGS) - 1)]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        write_results("\n".join([*lines, "", note]), section=SECTION, title="Readers of a big published file")


if __name__ == "__main__":
    main()
