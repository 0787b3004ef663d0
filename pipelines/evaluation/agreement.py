"""Where one statement agrees with one gold row: the judge's rule for a single pair."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Row = Mapping[str, Any]

FOUND_FIELDS = ("value", "unit_text")
"""What must be right for a number to count as found."""

STRICT_FIELDS = (*FOUND_FIELDS, "indicator_text", "measure", "bound", "target_type", "year")
"""What must be right for a statement to count as strictly right."""

REPORTED_FIELDS = (
    "indicator_text",
    "measure",
    "bound",
    "exact_bound",
    "target_type",
    "year",
    "period_start_year",
    "sector",
    "streak_years",
    "commitment",
)
"""What is reported per field, over the numbers that were found."""

_JUDGE_FILE = Path(__file__).with_name("judge.yml")
_RELATIVE_TOLERANCE = 1e-6


class Judge:
    """The comparison rules of `judge.yml`, compiled."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        """Compile parsed rules."""
        self._ignored = re.compile(f"[{rules['ignored_characters']}]")
        self._clause_mark = re.compile(f"[{rules['clause_marks']}]")
        self._bound_classes: dict[str, str] = rules["bound_classes"]
        self._unit_synonyms: dict[str, str] = rules["unit_synonyms"]
        self._length_factor = float(rules["name_length_factor"])
        self._length_extra = float(rules["name_length_extra"])

    def agreement(self, gold: Row, statement: Row) -> dict[str, bool]:
        """For each of STRICT_FIELDS and REPORTED_FIELDS, whether the statement says what the gold row says.

        `bound` compares how the number is tied (以上 and 超 are one class), `exact_bound` the code itself.
        """
        return {
            "value": _close(gold["value"], statement.get("value"))
            and _close(gold["value_upper"], statement.get("value_upper")),
            "unit_text": self._unit(gold["unit_text"]) == self._unit(statement.get("unit_text")),
            "indicator_text": self._same_name(gold, statement.get("indicator_text") or ""),
            "bound": self._bound_classes.get(gold["bound"] or "")
            == self._bound_classes.get(statement.get("bound") or ""),
            "exact_bound": _same("bound", gold, statement),
            "target_type": _same("target_type", gold, statement),
            "year": _same("year", gold, statement),
            "measure": _same("measure", gold, statement),
            "period_start_year": _same("period_start_year", gold, statement),
            "sector": not gold["sector"][0] or statement.get("sector") in gold["sector"],
            "streak_years": _same("streak_years", gold, statement),
            "commitment": _same("commitment", gold, statement),
        }

    def holds_core(self, core: str, name: str) -> bool:
        """Whether a name holds everything of one alternative of a core: `A+B` both, `A|B` either."""
        plain = self._plain(name)
        return not core or any(
            all(self._plain(part) in plain for part in alternative.split("+"))
            for alternative in core.split("|")
        )

    def is_clause(self, name: str) -> bool:
        """Whether a name holds a mark that no noun phrase holds."""
        return self._clause_mark.search(name) is not None

    def _same_name(self, gold: Row, name: str) -> bool:
        longest = self._length_factor * len(self._plain(gold["indicator_text"])) + self._length_extra
        return (
            self.holds_core(gold["core"], name)
            and len(self._plain(name)) <= longest
            and not self.is_clause(name)
        )

    def _unit(self, unit_text: str | None) -> str:
        plain = self._plain(unit_text or "")
        return self._unit_synonyms.get(plain, plain)

    def _plain(self, text: str) -> str:
        return self._ignored.sub("", text)


@cache
def judge() -> Judge:
    """The judge of this process."""
    return Judge(yaml.safe_load(_JUDGE_FILE.read_text(encoding="utf-8")))


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= _RELATIVE_TOLERANCE * max(1.0, abs(a), abs(b))


def _same(field: str, gold: Row, statement: Row) -> bool:
    return bool((gold.get(field) or None) == (statement.get(field) or None))
