"""Speed of reading: `python -m pipelines.bench.reading`, part of `make bench`.

One core, warm: characters a second of the outline, of the number scan and of the whole reading, over the
texts of tests/gold, which are dense with numbers, and over made-up reports (`gwr synth`), in which most
sentences have none, as in a real report. Beside them one `re` pass over the digits of the same text, and
JioNLP's extraction of money where that is installed (`uv pip install --group bench`). Then the time of
1, 4 and 16 copies of the gold texts, which must grow in proportion.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO

import yaml
from rich.console import Console
from rich.table import Table

from pipelines.bench.results import environment, write_results
from pipelines.compiled import is_compiled
from pipelines.documents.outline import outline
from pipelines.documents.readers import read_text
from pipelines.extraction.quantities import scan
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.paths import PROJECT_ROOT
from pipelines.rules import engine
from pipelines.synth.reports import generate

INDEX = PROJECT_ROOT / "tests" / "gold" / "index.yml"
SECTION = "reading"
ROUNDS = 7
COPIES = (1, 4, 16)
MADE_UP, SEED = 8, 3
DIGITS = "one `re` pass over the digits"
JIONLP = "JioNLP, amounts of money only"
Text = tuple[str, str, int]
Row = tuple[str, str, float, float]
"""Sample, work, characters a second, times the digits pass."""


def texts() -> list[Text]:
    """Text, place and year of every gold file."""
    entries = yaml.safe_load(INDEX.read_text(encoding="utf-8"))
    return [
        (read_text((PROJECT_ROOT / entry["text"]).read_bytes(), ".txt").text, entry["place"], entry["year"])
        for entry in entries
    ]


def made_up() -> list[Text]:
    """Text, place and year of the first reports of a seed."""
    return [
        (report.text, report.document.ref_area, report.document.report_year)
        for report in generate(MADE_UP, SEED)
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


def money_reader() -> Callable[[str], object] | None:
    """JioNLP's reader of amounts of money, None where it is not installed."""
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # it greets
            from jionlp.algorithm.ner.money_extractor import MoneyExtractor  # noqa: PLC0415
    except ImportError:
        return None
    reader: Callable[[str], object] = MoneyExtractor()
    return reader


def works(found: list[Text]) -> dict[str, Callable[[], object]]:
    """What is measured over a sample, by name."""
    lexicon = engine().lexicon
    folded = [lexicon.fold(text) for text, _, _ in found]
    digits = re.compile(r"\d+(?:\.\d+)?")
    measured: dict[str, Callable[[], object]] = {
        DIGITS: lambda: [digits.findall(text) for text in folded],
        "outline": lambda: [outline(text, year) for text, _, year in found],
        "number scan": lambda: [scan(text, lexicon) for text in folded],
        "whole reading": lambda: read_all(found),
    }
    money = money_reader()
    if money is not None:
        measured[JIONLP] = lambda: [money(text) for text, _, _ in found]
    return measured


def _copied(found: list[Text], many: int) -> list[Text]:
    return [(text * many, place, year) for text, place, year in found]


def _measured(sample: str, found: list[Text]) -> tuple[list[Row], str]:
    """Rows, and a sentence on the sample."""
    characters = sum(len(text) for text, _, _ in found)
    speeds = {name: characters / seconds(work) for name, work in works(found).items()}
    statements = read_all(found)
    note = (
        f"{sample}: {characters:,} characters, {statements:,} statements"
        f" ({1000 * statements / characters:.0f} a thousand characters)."
    )
    return [(sample, name, speed, speeds[DIGITS] / speed) for name, speed in speeds.items()], note


def measure() -> tuple[list[Row], list[str]]:
    """Rows for both samples, and sentences on the samples, on growth and on what was left out."""
    gold = texts()
    rows, note = _measured("gold texts", gold)
    more, other_note = _measured("made-up reports", made_up())
    copies = {many: seconds(partial(read_all, _copied(gold, many))) for many in COPIES}
    growth = ", ".join(f"{many} copies {spent / copies[1] / many:.2f}" for many, spent in copies.items())
    notes = [note, other_note, f"Time per copy of the gold texts against one: {growth}."]
    if money_reader() is None:
        notes.append("JioNLP is not installed, so it was not measured: uv pip install --group bench")
    return [*rows, *more], notes


def main(arguments: list[str]) -> None:
    """Measure and print; `--write` puts the figures into docs/benchmarks.md."""
    rows, notes = measure()
    code = "compiled" if is_compiled() else "pure Python"
    table = Table("sample", "work", "characters a second", "times the digits pass", box=None)
    for sample, name, speed, ratio in rows:
        table.add_row(sample, name, f"{speed:,.0f}", f"{ratio:.1f}")
    console = Console()
    console.print(table)
    for note in (f"Extraction: {code}.", *notes):
        console.print(note, markup=False, highlight=False)
    if "--write" in arguments:
        about = environment(ROUNDS) | {"command": f"make bench (median of {ROUNDS} warm runs, one core)"}
        about["extraction"] = code
        lines = [f"- {name}: {text}" for name, text in about.items()]
        lines += ["", "| sample | work | characters a second | times the digits pass |"]
        lines += ["| --- | --- | ---: | ---: |"]
        lines += [
            f"| {sample} | {name} | {speed:,.0f} | {ratio:.1f} |" for sample, name, speed, ratio in rows
        ]
        write_results("\n\n".join(["\n".join(lines), *notes]), section=SECTION, title="Reading, one core")


if __name__ == "__main__":
    main(sys.argv[1:])
