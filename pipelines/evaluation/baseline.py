"""The accuracy that must not be lost, kept in a committed file; the site shows the same figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import yaml

BASELINE = Path(__file__).with_name("baseline.yml")
"""What this reader reaches; written by `python -m pipelines.evaluation --write-baseline`."""
FIRST_SIGHT = Path(__file__).with_name("first_sight.yml")
"""What it reached when it first met a text; noted then, and not to be repeated."""

_STEPS = 1000
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Accuracy on one annotated text.

    Attributes:
        place: GB/T 2260 code of the place whose report the text is like.
        year: year of the text.
        numbers: gold rows that count.
        found_f1: F1 of value and unit, 0 to 1.
        strict_f1: F1 of value, unit, indicator, measure, bound, target type and year, 0 to 1.
    """

    place: str
    year: int
    numbers: int
    found_f1: float
    strict_f1: float


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """A gold file whose strict F1 differs from the baseline; None where one side lacks the file."""

    gold: str
    expected: float | None
    measured: float | None

    @property
    def is_regression(self) -> bool:
        """Whether accuracy was lost: F1 fell, or a gold file is no longer measured or not yet kept."""
        return self.expected is None or self.measured is None or self.measured < self.expected

    def __str__(self) -> str:
        """The change in words, with what to do about it."""
        if self.expected is None:
            return f"{self.gold}: measured {self.measured}, not in the baseline; add it"
        if self.measured is None:
            return f"{self.gold}: {self.expected} in the baseline, not measured"
        verdict = "fell" if self.is_regression else "rose; raise the baseline"
        return f"{self.gold}: strict F1 {self.expected} -> {self.measured}, {verdict}"


def kept(score: float) -> float:
    """A score as the baseline keeps it: three decimals, never rounded up."""
    return math.floor(score * _STEPS + _ROUNDING) / _STEPS


def load_baseline(path: Path = BASELINE) -> dict[str, Accuracy]:
    """Accuracy by gold file's stem.

    Raises:
        ValueError: the file does not give each gold file what `Accuracy` holds.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    keys = {field.name for field in fields(Accuracy)}
    if not isinstance(data, dict) or not all(
        isinstance(row, dict)
        and set(row) == keys
        and all(map(_is_score, (row["found_f1"], row["strict_f1"])))
        for row in data.values()
    ):
        raise ValueError(f"{path}: gold file -> {', '.join(sorted(keys))} is expected, both F1 from 0 to 1")
    return {str(gold): Accuracy(**row) for gold, row in data.items()}


def load_first_sight(path: Path = FIRST_SIGHT) -> dict[str, tuple[float, float]]:
    """Gold file's stem -> F1 of what was found and strict F1, when the reader first met the text."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {row["gold"]: (row["found_f1"], row["strict_f1"]) for row in rows}


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def write_baseline(path: Path, measured: Mapping[str, Accuracy]) -> None:
    """Keep the accuracy, sorted by gold file."""
    data = {gold: asdict(one) for gold, one in sorted(measured.items())}
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")


def compare(baseline: Mapping[str, float], scores: Mapping[str, float]) -> list[BaselineChange]:
    """Every gold file whose kept score differs from the baseline or that one side lacks, by name."""
    measured = {name: kept(score) for name, score in scores.items()}
    return [
        BaselineChange(name, baseline.get(name), measured.get(name))
        for name in sorted(baseline.keys() | measured.keys())
        if baseline.get(name) != measured.get(name)
    ]
