"""`gwr evaluate`: what is read from a text against a gold file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from pipelines.cli.reading import identify, read_statements
from pipelines.evaluation.gold import load_gold
from pipelines.evaluation.report import render
from pipelines.evaluation.score import evaluate


def print_evaluation(gold: Path, text: Path, place: str | None, year: int | None, errors: int) -> None:
    """Print precision, recall and F1, the fields, and up to `errors` errors of each kind.

    Raises:
        GoldError: the gold file can't be read.
        DocumentError: place or year are not known, or the text can't be read.
    """
    rows = load_gold(gold)
    extraction = read_statements(text, identify(text, place, year))
    print(render(evaluate(rows, list(map(asdict, extraction.statements))), errors))
