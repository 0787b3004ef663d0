"""The catalogue: canonical indicators, units and places, found by the names that texts print.

Pure: it is built from records and rules that were read elsewhere (`pipelines.seeds`). A lookup is a
few dictionary accesses whatever the size of the catalogue, is deterministic, and says by which rule it
matched. A name that no rule reaches matches nothing: no match is better than a wrong one.

Match rules, strictest first:

- `exact`: the canonical name, typography aside
- `alias`: an alias of the seed, or a short name that the measure makes clear (`measure_aliases`)
- `normalised`: the same normal form as a name or alias (`normalise_name`)
- `head`: the same after a word that `head` lists is taken off in front, behind or both
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipelines.extraction.indicator_names import SHORTEST_NAME, NameNormaliser, NameRules
from pipelines.extraction.places import LEVELS, Place, PlaceNameRules, PlaceNames

MatchRule = Literal["exact", "alias", "normalised", "head"]


class CatalogueError(ValueError):
    """Two entries of the catalogue contradict each other; the message names both."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure. One of it is `factor_to_base` of `base_unit`."""

    unit: str
    name_zh: str
    name_en: str
    unit_type: str
    base_unit: str
    factor_to_base: float
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A canonical indicator. Level and growth of one quantity are one indicator."""

    indicator_id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    definition: str
    default_measure: str
    default_unit: str
    sector: str
    good_direction: str
    is_headline: bool


@dataclass(frozen=True, slots=True)
class IndicatorMatch:
    """A canonical indicator, its sector and the rule that found it."""

    indicator_id: str
    match_rule: MatchRule
    sector: str


class Catalogue:
    """Finds units, indicators and places by printed name."""

    def __init__(
        self,
        indicators: Iterable[Indicator],
        units: Iterable[Unit],
        places: Iterable[Place],
        name_rules: NameRules,
        place_name_rules: PlaceNameRules | None = None,
    ):
        """Build the lookup tables. Without place name rules every name of a county counts.

        Raises:
            CatalogueError: a name stands for two entries, or a rule names an entry that doesn't exist.
            PlaceNameError: two places above the counties bear one name.
        """
        self.indicators: dict[str, Indicator] = {entry.indicator_id: entry for entry in indicators}
        self.units: dict[str, Unit] = {entry.unit: entry for entry in units}
        self.places: dict[str, Place] = {entry.ref_area: entry for entry in places}
        self._rules = name_rules
        # A county in front of a name says what part of the document's place it is about: it stays.
        whole_areas = [place for place in self.places.values() if place.level != "county"]
        self._names = NameNormaliser(
            name_rules,
            full_place_names=[place.name_zh for place in whole_areas],
            short_place_names=[place.short_name_zh for place in whole_areas],
        )
        self._unit_by_name = self._unique(
            "unit", ((name, u.unit) for u in self.units.values() for name in (u.name_zh, *u.aliases))
        )
        self._place_names = PlaceNames(
            self.places.values(), place_name_rules or PlaceNameRules(), self._names.clean
        )
        self._by_exact_name = self._unique(
            "indicator", ((i.name_zh, i.indicator_id) for i in self.indicators.values())
        )
        self._by_alias = self._unique(
            "indicator", ((a, i.indicator_id) for i in self.indicators.values() for a in i.aliases)
        )
        self._by_normal_form = self._normal_forms()
        self._check_rules()

    def unit(self, unit_text: str, measure: str | None = None) -> Unit | None:
        """The unit of a bare printed unit (元, 个百分点, 吨标煤/万元), without 万 or 亿.

        `measure` settles classifiers that depend on it (第3名 is a rank, 3名 are people).
        """
        name = self._names.clean(unit_text)
        if measure is not None and name in (readings := self._rules.unit_readings.get(measure, {})):
            return self.units[readings[name]]
        code = self._unit_by_name.get(name)
        return None if code is None else self.units[code]

    def place_above(self, level: str, within: str) -> Place | None:
        """The place of a level that a place lies in; None for a place of that level or above, or an unknown one."""
        place = self.places.get(within)
        if place is None or LEVELS.index(place.level) <= LEVELS.index(level):
            return None
        while place is not None and LEVELS.index(place.level) > LEVELS.index(level):
            # A district of a municipality has no prefecture: its city is the province.
            place = self.places.get(place.parent_ref_area or "")
        return place

    def place(self, name: str, within: str | None = None) -> Place | None:
        """The place of a full, short or former name (宁波市, 慈溪, 襄樊).

        Args:
            name: the name as printed.
            within: code of the document's place. It settles a name that several places bear (鼓楼区 in a
                text of 南京): by the same prefecture, else by the same province.

        Returns:
            None for a name that no place bears, that nothing settles, or that is an ordinary word.
        """
        return self._place_names.find(self._names.clean(name), within)

    def may_begin_with_place(self, text: str) -> bool:
        """Whether a text can begin with the name of a place: a cheap question before `place`."""
        return self._place_names.may_begin(text)

    def normalise_name(self, indicator_text: str) -> str:
        """The stable normal form of an indicator's name, for joining names outside the catalogue."""
        return self._names.normal_form(indicator_text)

    def normal_form(self, indicator_text: str) -> str:
        """The normal form that names outside the catalogue join on; never empty."""
        return self.normalise_name(indicator_text) or indicator_text

    def match_indicator(self, indicator_text: str, measure: str | None = None) -> IndicatorMatch | None:
        """The canonical indicator that a printed name means, and the rule that says so.

        `measure` (a code of that closed list) admits short names that are clear only under it, and
        refuses an indicator that cannot be measured so.
        """
        name = self._names.clean(indicator_text)
        if not name:
            return None
        found, rule = self._found(name, measure)
        if found is None:
            return None
        indicator = self.indicators[found]
        if indicator.default_measure in self._rules.incompatible_measures.get(measure or "", ()):
            return None
        return IndicatorMatch(found, rule, indicator.sector)

    def _found(self, name: str, measure: str | None) -> tuple[str | None, MatchRule]:
        if found := self._by_exact_name.get(name):
            return found, "exact"
        short_names = self._rules.measure_aliases.get(measure or "", {})
        if found := self._by_alias.get(name) or short_names.get(name):
            return found, "alias"
        normal = self._names.normal_form(name)
        if found := self._by_normal_form.get(normal) or short_names.get(normal):
            return found, "normalised"
        for head in self._heads(normal):
            if found := self._by_normal_form.get(head):
                return found, "head"
        return None, "head"

    def _heads(self, normal: str) -> Iterator[str]:
        """The name without an allowed word in front, behind, and both."""
        fronts = [normal.removeprefix(word) for word in self._rules.head_prefixes if normal.startswith(word)]
        for name in [*fronts, normal]:
            if name != normal and len(name) >= SHORTEST_NAME:
                yield self._names.normal_form(name)
            for word in self._rules.head_suffixes:
                if name.endswith(word) and len(name) - len(word) >= SHORTEST_NAME:
                    yield self._names.normal_form(name.removesuffix(word))

    def _unique(self, kind: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        table: dict[str, str] = {}
        for printed, code in pairs:
            name = self._names.clean(printed)
            if table.setdefault(name, code) != code:
                raise CatalogueError(f"{kind} name {printed!r} stands for both {table[name]} and {code}")
        return table

    def _normal_forms(self) -> dict[str, str]:
        """Normal form -> indicator. A name that is its own normal form keeps it against a derived one;
        two derived claims contradict each other."""
        names = {**self._by_alias, **self._by_exact_name}
        own = {name: code for name, code in names.items() if self._names.normal_form(name) == name}
        derived: dict[str, str] = {}
        for name, code in names.items():
            normal = self._names.normal_form(name)
            if normal in own:
                continue
            if derived.setdefault(normal, code) != code:
                raise CatalogueError(
                    f"{name!r} of {code} has the normal form {normal!r}, as has a name of {derived[normal]}"
                )
        return own | derived

    def _check_rules(self) -> None:
        for name in self._by_alias:
            if self._by_exact_name.get(name, self._by_alias[name]) != self._by_alias[name]:
                raise CatalogueError(
                    f"{name!r} is the name of {self._by_exact_name[name]} and an alias of {self._by_alias[name]}"
                )
        _known(self.indicators, self._rules.measure_aliases, "measure_aliases")
        _known(self.units, self._rules.unit_readings, "unit_readings")


def _known(entries: Mapping[str, object], rules: Mapping[str, Mapping[str, str]], section: str) -> None:
    for readings in rules.values():
        for name, code in readings.items():
            if code not in entries:
                raise CatalogueError(f"{section}: {name!r} leads to {code!r}, which no seed defines")
