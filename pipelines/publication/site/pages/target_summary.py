"""What became of a place's targets in sum: by outcome, by how firm the promise was, by sector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pipelines.publication.site.source import Row

SETTLED = ("met", "met_within_tolerance", "missed")
OUTCOMES = (*SETTLED, "pending", "not_comparable", "no_observation")
COMMITMENTS = ("ensure", "strive", "plain", None)


@dataclass(frozen=True, slots=True)
class Tally:
    """Targets of one kind.

    Attributes:
        code: of the kind; None for targets without one.
        counts: outcome -> targets.
    """

    code: str | None
    counts: Counter[str]

    @property
    def settled(self) -> int:
        """Targets that were judged: what a share may be taken of."""
        return sum(self.counts[outcome] for outcome in SETTLED)

    @property
    def kept(self) -> int:
        """Targets that were met, also within tolerance."""
        return self.counts["met"] + self.counts["met_within_tolerance"]

    @property
    def open(self) -> int:
        """Targets that were not judged."""
        return self.counts.total() - self.settled


def tallies(rows: Iterable[Row], column: str, order: Callable[[Tally], Any]) -> list[Tally]:
    """Targets counted by the codes of a column.

    Args:
        rows: targets, with `outcome`.
        column: whose codes they are grouped by.
        order: key by which the groups are sorted.
    """
    found: dict[str | None, Counter[str]] = {}
    for row in rows:
        found.setdefault(row[column], Counter())[row["outcome"]] += 1
    return sorted((Tally(code, counts) for code, counts in found.items()), key=order)


def summary(rows: list[Row]) -> dict[str, Any]:
    """The counts on top of a place's page."""
    sectors = tallies(rows, "sector", lambda tally: (-tally.settled, -tally.open, tally.code or ""))
    return {
        "outcomes": Counter(row["outcome"] for row in rows),
        "reasons": Counter(
            row["outcome_reason"] for row in rows if row["outcome_reason"] is not None
        ).most_common(),
        "commitments": tallies(rows, "commitment", lambda tally: COMMITMENTS.index(tally.code)),
        "sectors": [tally for tally in sectors if tally.settled],
        "unsettled_sectors": [tally for tally in sectors if not tally.settled],
    }
