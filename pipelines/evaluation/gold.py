"""Gold files: careful readings of a text, one JSON object a line, and what makes such a file valid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.evaluation.agreement import Row, judge
from pipelines.vocabulary import codes

_CLOSED_LISTS = {
    "measure": "measure",
    "bound": "bound",
    "target_type": "target_type",
    "commitment": "commitment",
    "growth_basis": "growth_basis",
}
_REQUIRED_KEYS = (
    "char_start",
    "char_end",
    "source_text",
    "indicator_text",
    "core",
    "measure",
    "value",
    "value_upper",
    "unit_text",
    "bound",
    "target_type",
    "year",
    "period_start_year",
    "streak_years",
    "commitment",
    "sector",
    "optional",
)
_TARGETS = ("annual_target", "plan_target")
_MODIFIER_WINDOW = 40


class GoldError(ValueError):
    """A file of rows that can't be read; the message names file, line and reason."""


def load_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file.

    Raises:
        GoldError: a line is no JSON object.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise GoldError(
                f"{path}:{number}: no JSON ({error.msg}); one object a line is expected"
            ) from error
        if not isinstance(row, dict):
            raise GoldError(f"{path}:{number}: one JSON object a line is expected")
        rows.append(row)
    return rows


def load_gold(path: Path) -> list[dict[str, Any]]:
    """The rows of a gold file.

    Raises:
        GoldError: a line is no JSON object, a key that the comparison needs is missing, or `sector`
            is no list.
    """
    rows = load_rows(path)
    for number, row in enumerate(rows, start=1):
        missing = [key for key in _REQUIRED_KEYS if key not in row]
        if missing:
            raise GoldError(f"{path}: row {number} lacks {', '.join(missing)} (see docs/annotation.md)")
        if not isinstance(row["sector"], list) or not row["sector"]:
            raise GoldError(f'{path}: row {number}: sector must be a list; [""] allows any')
    return rows


def problems(rows: Sequence[Row], text: str) -> list[str]:
    """What is wrong with the annotations of a text, in words; empty for a valid file."""
    return [
        f"row {number}: {problem}"
        for number, row in enumerate(rows, start=1)
        for problem in _problems(row, text)
    ]


def _problems(row: Row, text: str) -> Iterator[str]:
    span = text[row["char_start"] : row["char_end"]]
    if span != row["source_text"]:
        yield f"the span holds {span!r}, not {row['source_text']!r}"
    around = text[max(0, row["char_start"] - _MODIFIER_WINDOW) : row["char_end"] + _MODIFIER_WINDOW]
    if (row.get("modifier_text") or "") not in around:
        yield f"modifier_text {row['modifier_text']!r} does not stand near the number"
    for key, list_name in _CLOSED_LISTS.items():
        if row.get(key) is not None and row[key] not in codes(list_name):
            yield f"{key} {row[key]!r} is not in the closed list"
    for sector in row["sector"]:
        if sector and sector not in codes("sector"):
            yield f"sector {sector!r} is not in the closed list"
    if (row["bound"] == "range") != (row["value_upper"] is not None):
        yield "value_upper stands exactly with bound range"
    if (row["target_type"] in _TARGETS) != (row["commitment"] is not None):
        yield "commitment stands exactly with a target"
    if row["period_start_year"] is not None and row["period_start_year"] > row["year"]:
        yield "period_start_year is after year"
    if not judge().holds_core(row["core"], row["indicator_text"]):
        yield f"indicator_text {row['indicator_text']!r} lacks its own core {row['core']!r}"
    if judge().is_clause(row["indicator_text"]):
        yield f"indicator_text {row['indicator_text']!r} holds a clause mark"
