"""Words and signs of grammar that several steps look at, from rules/function_words.yml."""

from __future__ import annotations

import re
from typing import Any

from pipelines.extraction.guarded import AtEnd

HOLE = "\x01"
"""Stands for each character of a bracket that is read as a clause of its own."""


class FunctionWords:
    """The compiled function words."""

    def __init__(self, rules: dict[str, Any]) -> None:
        """Compile."""
        self.separator = re.compile(rules["separator"])
        self.conjunctions: tuple[str, ...] = tuple(rules["conjunctions"])
        self.verb_connective = re.compile(rules["verb_connective"])
        self.noun_breaks = frozenset(rules["noun_breaks"])
        self.capacity_breaks = frozenset(rules["capacity_breaks"])
        self.threshold_breaks = frozenset(rules["threshold_breaks"] + HOLE)
        self.object_end = re.compile(rules["object_end"])
        self.opening_marks = str(rules["opening_marks"]) + HOLE
        self.after_time = str(rules["after_time"]) + HOLE
        self.after_verb = str(rules["after_verb"]) + HOLE
        self.plan_openings: tuple[str, ...] = tuple(rules["plan_openings"])
        self.open_quote, self.close_quote = rules["quotes"]
        self.year_tail = AtEnd(rules["year_tail"])
        self.time_and_comma = str(rules["time_and_comma"])
        self.time_lead = str(rules["time_lead"])
        self.field_particle = str(rules["field_particle"])
        self.share_units = frozenset(rules["share_units"])
        self.points_unit = str(rules["points_unit"])
        self.rate_units = self.share_units | {self.points_unit}
        self.ratio_unit = str(rules["ratio_unit"])
        self.relative_units = self.share_units | {self.ratio_unit}
        self.rank_unit = str(rules["rank_unit"])
        self.average_of = str(rules["average_of"])
        self.share_verb = str(rules["share_verb"])
        self.clause_marks = str(rules["clause_marks"])
