"""Speed of reading: `python -m pipelines.bench_reading`, part of `make bench`.

One core, warm: characters a second of the outline, of the number scan and of the whole reading, over the
texts of tests/gold, beside one `re` pass over the digits of the same text; and the time of 1, 4 and 16
copies of them, which must grow in proportion.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import yaml
from rich.console import Console
from rich.table import Table

from pipelines.bench import environment, write_results
from pipelines.documents.outline import outline
from pipelines.documents.readers import read_text
from pipelines.extraction.quantities import scan
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.paths import PROJECT_ROOT
from pipelines.rules import engine

INDEX = PROJECT_ROOT / "tests" / "gold" / "index.yml"
SECTION = "reading"
ROUNDS = 7
COPIES = (1, 4, 16)
Text = tuple[str, str, int]


def texts() -> list[Text]:
    """Text, place and year of every gold file."""
    entries = yaml.safe_load(INDEX.read_text(encoding="utf-8"))
    return [
        (read_text((PROJECT_ROOT / entry["text"]).read_bytes(), ".txt").text, entry["place"], entry["year"])
        for entry in entries
    ]


def seconds(work: Callable[[], object]) -> float:
    """Median of several runs after one that does not count."""
    work()
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def read_all(found: list[Text]) -> int:
    """Outline and statements of every text; returns the number of statements."""
    compiled = engine()
    return sum(
        len(
            extract(
                DocumentKey(f"{place}-{year}", place, year), outline(text, year).sentences, compiled
            ).statements
        )
        for text, place, year in found
    )


def _copied(found: list[Text], many: int) -> list[Text]:
    return [(text * many, place, year) for text, place, year in found]


def measure() -> tuple[list[tuple[str, float, float]], str]:
    """Rows of (work, characters a second, ratio to the digits pass), and a sentence on growth."""
    found = texts()
    characters = sum(len(text) for text, _, _ in found)
    lexicon = engine().lexicon
    folded = [lexicon.fold(text) for text, _, _ in found]
    digits = re.compile(r"\d+(?:\.\d+)?")
    works: dict[str, Callable[[], object]] = {
        "one `re` pass over the digits": lambda: [digits.findall(text) for text in folded],
        "outline": lambda: [outline(text, year) for text, _, year in found],
        "number scan": lambda: [scan(text, lexicon) for text in folded],
        "whole reading": lambda: read_all(found),
    }
    speeds = {name: characters / seconds(work) for name, work in works.items()}
    baseline = speeds["one `re` pass over the digits"]
    rows = [(name, speed, baseline / speed) for name, speed in speeds.items()]
    statements = read_all(found)
    copies = {many: seconds(partial(read_all, _copied(found, many))) for many in COPIES}
    growth = ", ".join(f"{many} copies {spent / copies[1] / many:.2f}" for many, spent in copies.items())
    density = 1000 * statements / characters
    note = (
        f"{characters:,} characters, {statements:,} statements ({density:.0f} a thousand characters)."
        f" Time per copy against one: {growth}."
    )
    return rows, note


def main(arguments: list[str]) -> None:
    """Measure and print; `--write` puts the figures into docs/benchmarks.md."""
    rows, note = measure()
    table = Table("work", "characters a second", "times the digits pass", box=None)
    for name, speed, ratio in rows:
        table.add_row(name, f"{speed:,.0f}", f"{ratio:.1f}")
    Console().print(table)
    print(note)
    if "--write" in arguments:
        about = environment(ROUNDS) | {"command": f"make bench (median of {ROUNDS} warm runs, one core)"}
        lines = [f"- {name}: {text}" for name, text in about.items()]
        lines += ["", "| work | characters a second | times the digits pass |", "| --- | ---: | ---: |"]
        lines += [f"| {name} | {speed:,.0f} | {ratio:.1f} |" for name, speed, ratio in rows]
        write_results("\n".join([*lines, "", note]), section=SECTION, title="Reading, one core")


if __name__ == "__main__":
    main(sys.argv[1:])
