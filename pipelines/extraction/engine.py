"""The compiled rules in one object: made once, used for every document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.extraction.confidence import Confidence
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.periods import PeriodReader
from pipelines.extraction.resolve import Resolver

if TYPE_CHECKING:
    from pipelines.extraction.catalogue import Catalogue


_REMEMBERED_NAMES = 65_536
_BINDING_WINDOW = 12


class Engine:
    """Lexicon, period reader and resolver over one set of rules.

    Args:
        rules: parsed YAML of `extraction/rules/`, by file stem.
        catalogue: units, indicators and places from the seeds.
        unit_spellings: every way to print a unit.
        name_spellings: every name and alias of an indicator.
        plans: first and last year of each five-year plan, by name (十四五 -> 2021, 2025).
        version: names extractor and rules; stands in every statement.
    """

    def __init__(
        self,
        rules: Mapping[str, Any],
        catalogue: Catalogue,
        unit_spellings: Iterable[str],
        name_spellings: Iterable[str],
        plans: Mapping[str, tuple[int, int]],
        version: str,
    ) -> None:
        """Compile everything."""
        self.version = version
        self.normal_form = lru_cache(_REMEMBERED_NAMES)(catalogue.normal_form)
        self.match_indicator = lru_cache(_REMEMBERED_NAMES)(catalogue.match_indicator)
        self.lexicon = Lexicon(rules, catalogue, unit_spellings, name_spellings)
        self.confidence = Confidence(rules["confidence"])
        self.periods = PeriodReader(rules["periods"], plans, self.lexicon)
        self.resolver = Resolver(dict(rules), self.lexicon)
        self._bindings = [
            (re.compile(rule["pattern"]), str(rule["binding_type"])) for rule in rules["measures"]["bindings"]
        ]

    def binding(self, text: str, end: int) -> str | None:
        """预期性 or 约束性 in the bracket right after a value that ends at an offset."""
        if "(" not in text[end : end + _BINDING_WINDOW]:
            return None
        for pattern, binding_type in self._bindings:
            if pattern.match(text, end, end + _BINDING_WINDOW):
                return binding_type
        return None
