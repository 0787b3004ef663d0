"""How far a reading can be trusted: measured shares of strictly right statements, from rules/confidence.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.extraction.readings import Reading


class Confidence:
    """The measured shares, by how a statement was read."""

    def __init__(self, rules: dict[str, Any]) -> None:
        """Take the shares from the parsed YAML."""
        self._matched = float(rules["matched"])
        self._unmatched: dict[str, float] = rules["unmatched"]
        self._short = (int(rules["short_name"]["up_to"]), float(rules["short_name"]["factor"]))
        self._long = (int(rules["long_name"]["over"]), float(rules["long_name"]["factor"]))
        self._no_unit = float(rules["no_unit"])
        self._relative: dict[str, float] = rules["relative"]

    def of_reading(self, reading: Reading, *, matched: bool, unit_known: bool) -> float:
        """A share from 0 to 1.

        Args:
            reading: what was read.
            matched: whether the catalogue knows the indicator.
            unit_known: whether the unit seed knows the unit.
        """
        share = self._matched if matched else self._unmatched[reading.rule_id]
        if not matched:
            length = len(reading.name)
            if length <= self._short[0]:
                share *= self._short[1]
            elif length > self._long[0]:
                share *= self._long[1]
        return round(share if unit_known else share * self._no_unit, 3)

    def of_relative(self, *, matched: bool) -> float:
        """The share for a statement without a value."""
        return self._relative["matched" if matched else "unmatched"]
