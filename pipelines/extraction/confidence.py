"""How far a reading can be trusted: a product of what had to be assumed. See docs/reading.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.extraction.readings import Reading

_FRAME = {
    "name_verb_value": 0.97,
    "verb_object_value": 0.95,
    "coordination": 0.94,
    "rank": 0.93,
    "share_of": 0.93,
    "from_to": 0.92,
    "value_noun": 0.90,
    "in_brackets": 0.85,
}

RELATIVE_MATCHED = 0.85
RELATIVE_UNMATCHED = 0.6


def confidence(reading: Reading, *, matched: bool, unit_known: bool) -> float:
    """A number from 0 to 1.

    Args:
        reading: what was read.
        matched: whether the catalogue knows the indicator.
        unit_known: whether the unit seed knows the unit.
    """
    score = _FRAME[reading.rule_id]
    if matched:
        score += (1 - score) * 0.5
    if "subject" in reading.inherited:
        score *= 0.93
    if "verb" in reading.inherited:
        score *= 0.97
    if not unit_known:
        score *= 0.6
    if len(reading.name) > 20:
        score *= 0.85
    elif len(reading.name) == 1:
        score *= 0.6
    if not matched and not reading.predicate.words and reading.rule_id == "name_verb_value":
        score *= 0.9
    return round(score, 3)
