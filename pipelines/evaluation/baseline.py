"""The accuracy that must not be lost: strict F1 per gold file, kept in a committed file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_STEPS = 1000
_ROUNDING = 1e-6


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


def load_baseline(path: Path) -> dict[str, float]:
    """Strict F1 by gold file's stem.

    Raises:
        ValueError: the file is no JSON object of numbers.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not all(isinstance(value, int | float) for value in data.values()):
        raise ValueError(f"{path}: an object of gold file -> strict F1 is expected")
    return {str(key): float(value) for key, value in data.items()}


def write_baseline(path: Path, scores: Mapping[str, float]) -> None:
    """Keep the scores, sorted by gold file."""
    data = {name: kept(score) for name, score in sorted(scores.items())}
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def compare(baseline: Mapping[str, float], scores: Mapping[str, float]) -> list[BaselineChange]:
    """Every gold file whose kept score differs from the baseline or that one side lacks, by name."""
    measured = {name: kept(score) for name, score in scores.items()}
    return [
        BaselineChange(name, baseline.get(name), measured.get(name))
        for name in sorted(baseline.keys() | measured.keys())
        if baseline.get(name) != measured.get(name)
    ]
