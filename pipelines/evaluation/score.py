"""Statements against the gold annotations of the same text: precision, recall and what went wrong.

A statement and a gold row can meet when their spans overlap; they are matched one to one, the pair
that agrees best first. A number is *found* when value and unit are right, a statement is *strictly*
right when indicator, measure, bound, target_type and year are right as well. Optional gold rows, and
statements without a value, count neither for nor against.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.evaluation.agreement import (
    FOUND_FIELDS,
    REPORTED_FIELDS,
    STRICT_FIELDS,
    Row,
    judge,
)

_VALUE_WEIGHT = 8.0
_NAME_WEIGHT = 4.0
_FIELD_WEIGHT = 1 / 20


@dataclass(frozen=True, slots=True)
class Rates:
    """`count` right ones, as shares of the statements (precision) and of the gold rows (recall)."""

    count: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A statement at the place of a gold row that differs from it in `fields`."""

    gold: Row
    statement: Row
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of one comparison.

    `gold_count` and `statement_count` are the rows that count. `fields` gives, per field of
    REPORTED_FIELDS, its share of right values among the numbers found (0 to 1). `missed` are gold rows
    that no statement met, `spurious` statements that met no gold row, `wrong` the pairs that met and
    are not strictly right. `confidences` holds (confidence, strictly right) of every statement that counts.
    """

    gold_count: int
    statement_count: int
    found: Rates
    strict: Rates
    fields: dict[str, float]
    missed: tuple[Row, ...]
    spurious: tuple[Row, ...]
    wrong: tuple[Mismatch, ...]
    confidences: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True)
class _Match:
    gold: int
    statement: int
    agreement: dict[str, bool]

    def is_right(self, fields: Sequence[str]) -> bool:
        return all(self.agreement[field] for field in fields)


def evaluate(gold_rows: Sequence[Row], statement_rows: Sequence[Row]) -> Evaluation:
    """Compare statements with gold rows of the same text.

    Args:
        gold_rows: rows as `gold.load_gold` gives them.
        statement_rows: rows with the keys of the statement contract.
    """
    matches = _match(gold_rows, statement_rows)
    met_gold = {match.gold for match in matches}
    met_statements = {match.statement for match in matches}
    required = [i for i, row in enumerate(gold_rows) if not row["optional"]]
    optional = [row for row in gold_rows if row["optional"]]
    free = {match.statement for match in matches if gold_rows[match.gold]["optional"]}
    free |= {
        j
        for j, row in enumerate(statement_rows)
        if j not in met_statements
        and (row.get("value") is None or any(_overlap(gold, row) for gold in optional))
    }
    counted = [match for match in matches if not gold_rows[match.gold]["optional"]]
    found = [match for match in counted if match.is_right(FOUND_FIELDS)]
    strict = {match.statement for match in counted if match.is_right(STRICT_FIELDS)}
    statement_count = len(statement_rows) - len(free)
    return Evaluation(
        gold_count=len(required),
        statement_count=statement_count,
        found=_rates(len(found), statement_count, len(required)),
        strict=_rates(len(strict), statement_count, len(required)),
        fields={
            field: sum(match.agreement[field] for match in found) / len(found) if found else 0.0
            for field in REPORTED_FIELDS
        },
        missed=tuple(gold_rows[i] for i in required if i not in met_gold),
        spurious=tuple(
            row for j, row in enumerate(statement_rows) if j not in met_statements and j not in free
        ),
        wrong=tuple(
            Mismatch(
                gold_rows[match.gold],
                statement_rows[match.statement],
                tuple(field for field in STRICT_FIELDS if not match.agreement[field]),
            )
            for match in counted
            if match.statement not in strict
        ),
        confidences=tuple(
            (float(row.get("confidence") or 0.0), j in strict)
            for j, row in enumerate(statement_rows)
            if j not in free
        ),
    )


def _match(gold_rows: Sequence[Row], statement_rows: Sequence[Row]) -> list[_Match]:
    """One-to-one matches, best agreement first; ties fall to the earlier row of each list."""
    candidates = [
        _Match(i, j, judge().agreement(gold_rows[i], statement_rows[j]))
        for i, j in _overlapping(gold_rows, statement_rows)
    ]
    candidates.sort(key=lambda match: -_closeness(match.agreement))
    met_gold: set[int] = set()
    met_statements: set[int] = set()
    matches = []
    for match in candidates:
        if match.gold not in met_gold and match.statement not in met_statements:
            met_gold.add(match.gold)
            met_statements.add(match.statement)
            matches.append(match)
    return matches


def _closeness(agreement: dict[str, bool]) -> float:
    return (
        agreement["value"] * _VALUE_WEIGHT
        + agreement["indicator_text"] * _NAME_WEIGHT
        + sum(agreement.values()) * _FIELD_WEIGHT
    )


def _overlapping(gold_rows: Sequence[Row], statement_rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Index pairs whose spans overlap, by gold row and then by statement."""
    by_start = sorted(range(len(statement_rows)), key=lambda j: statement_rows[j]["char_start"])
    longest = max((row["char_end"] - row["char_start"] for row in statement_rows), default=0)
    starts = [statement_rows[j]["char_start"] for j in by_start]
    for i, gold in enumerate(gold_rows):
        first = bisect_left(starts, gold["char_start"] - longest)
        last = bisect_left(starts, gold["char_end"])
        for j in sorted(by_start[first:last]):
            if _overlap(gold, statement_rows[j]):
                yield i, j


def _overlap(a: Row, b: Row) -> bool:
    return bool(a["char_start"] < b["char_end"] and b["char_start"] < a["char_end"])


def _rates(right: int, statements: int, gold: int) -> Rates:
    return Rates(
        count=right,
        precision=right / statements if statements else 0.0,
        recall=right / gold if gold else 0.0,
        f1=2 * right / (statements + gold) if statements + gold else 0.0,
    )
