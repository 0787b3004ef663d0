"""What a confidence is worth: of the statements with confidence >= x, the share that is strictly right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.evaluation.score import Evaluation

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Statements with `confidence >= threshold`: how many, how many strictly right, and their share.

    `share` is None where no statement is that confident.
    """

    threshold: float
    statements: int
    strict: int
    share: float | None


def table(evaluations: Iterable[Evaluation], thresholds: Sequence[float] = THRESHOLDS) -> list[Reliability]:
    """One row per threshold, over the statements of all evaluations that count."""
    judged = [pair for evaluation in evaluations for pair in evaluation.confidences]
    rows = []
    for threshold in thresholds:
        chosen = [right for confidence, right in judged if confidence >= threshold]
        rows.append(
            Reliability(threshold, len(chosen), sum(chosen), sum(chosen) / len(chosen) if chosen else None)
        )
    return rows
