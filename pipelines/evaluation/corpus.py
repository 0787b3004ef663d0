"""The gold files of an index, measured against what the reader makes of their texts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.documents.outline import outline
from pipelines.documents.readers import read_text
from pipelines.evaluation.baseline import Accuracy, kept
from pipelines.evaluation.gold import load_gold
from pipelines.evaluation.score import Evaluation, evaluate
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine


def read_rows(path: Path, place: str, year: int) -> list[dict[str, Any]]:
    """The statements of a text as rows of the contract.

    Raises:
        DocumentError: the file can't be read.
    """
    text = read_text(path.read_bytes(), path.suffix).text
    document = DocumentKey(f"{place}-report-{year}", place, year)
    found = extract(document, outline(text, year).sentences, engine())
    return [dataclasses.asdict(statement) for statement in found.statements]


def _entries(index: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(index.read_text(encoding="utf-8"))
    return entries


def accuracies(index: Path, evaluations: Mapping[str, Evaluation]) -> dict[str, Accuracy]:
    """What `measure` found of each gold file, as the baseline keeps it."""
    return {
        entry["gold"]: Accuracy(
            place=entry["place"],
            year=entry["year"],
            numbers=evaluations[entry["gold"]].gold_count,
            found_f1=kept(evaluations[entry["gold"]].found.f1),
            strict_f1=kept(evaluations[entry["gold"]].strict.f1),
        )
        for entry in _entries(index)
    }


def measure(index: Path, root: Path) -> dict[str, Evaluation]:
    """Every gold file of an index: YAML rows of gold, text, place and year; text paths count from root."""
    return {
        entry["gold"]: evaluate(
            load_gold(index.parent / f"{entry['gold']}.jsonl"),
            read_rows(root / entry["text"], entry["place"], entry["year"]),
        )
        for entry in _entries(index)
    }
