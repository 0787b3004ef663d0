"""The words that reports are made of, read from `rules/` and the seeds, and checked against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.extraction.catalogue import Indicator
from pipelines.seeds import indicators
from pipelines.synth.dice import Weighted
from pipelines.synth.rule_files import SynthRuleError, load_rules
from pipelines.synth.template import Template, parse
from pipelines.synth.wording import printed_unit, wording

_RATIO_UNIT = "times"
_MEASURES = {"share": "share", "permille": "share", "ratio": "ratio", "price": "growth"}
_FALLING = ("intensity", "quality", "ratio")
Phrase = tuple[str, str, str]
"""Words before a number, words after it, and which of them is its modifier."""


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator as reports print it; `low` and `high` are of a county, in the printed unit."""

    indicator_id: str
    names: tuple[str, ...]
    sector: str
    theme: str
    kind: str
    measure: str
    unit_printed: str
    unit_text: str
    mult: int
    low: float
    high: float
    decimals: int
    grows: bool
    falls: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done and counted; per verb the indicator that the catalogue knows by that name.

    One that it does not know has no sector of its own: any is right (`""`).
    """

    verbs: tuple[str, ...]
    object: str
    core: str
    theme: str
    sectors_of: tuple[tuple[str, ...], ...]
    indicator_ids: tuple[str | None, ...]
    unit_text: str
    mult: int
    low: float
    high: float
    decimals: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that `rules/` says, ready to draw from.

    `templates` are by role and kind of indicator; `plainest` is the one that any indicator of a kind, growing
    or not, can fill alone. A kind without one is not spoken of in that role.
    """

    layout: Mapping[str, Any]
    phrases: Mapping[str, Any]
    items: Mapping[str, Item]
    items_of: Mapping[str, tuple[Item, ...]]
    deeds_of: Mapping[str, tuple[Deed, ...]]
    templates: Mapping[tuple[str, str], Weighted[Template]]
    plainest: Mapping[tuple[str, str, bool], Template]
    decoys: tuple[str, ...]
    clauses_of: Mapping[str, Mapping[str, Sequence[str]]]
    patterns: Mapping[str, Weighted[str]]
    bounds: Mapping[tuple[str, str], Weighted[str]]
    commitments: Weighted[tuple[str, str]]

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes of sections; `macro` opens a review instead."""
        return tuple(theme for theme in self.layout["themes"] if theme != "macro")


@cache
def lexicon() -> Lexicon:
    """The words of this process.

    Raises:
        SynthRuleError: a rule file is broken or names what no seed knows.
    """
    layout, phrases = load_rules("layout"), load_rules("phrases")
    theme_of = {sector: theme for theme, entry in layout["themes"].items() for sector in entry["sectors"]}
    seed = {indicator.indicator_id: indicator for indicator in indicators()}
    items = {key: _item(key, entry, seed, theme_of) for key, entry in load_rules("indicators").items()}
    known = {name: one for one in seed.values() for name in (one.name_zh, *one.aliases)}
    prose = load_rules("prose")
    patterns = prose.pop("patterns")
    deeds = {
        theme: tuple(_deed(row, theme, known) for row in rows) for theme, rows in load_rules("deeds").items()
    }
    templates = _templates(load_rules("statements"))
    return Lexicon(
        layout=layout,
        phrases=phrases,
        items=items,
        items_of={
            theme: tuple(item for item in items.values() if item.theme == theme) for theme in layout["themes"]
        },
        deeds_of=deeds,
        templates={key: Weighted(weighted) for key, weighted in templates.items()},
        plainest=_plainest(templates),
        decoys=tuple(load_rules("decoys")),
        clauses_of=prose,
        patterns={
            tense: Weighted((text, weight) for text, weight in rows) for tense, rows in patterns.items()
        },
        bounds={
            (mood, direction): Weighted(weights.items())
            for mood, directions in phrases["bounds"].items()
            for direction, weights in directions.items()
        },
        commitments=Weighted(((word, code), weight) for word, code, weight in phrases["commitments"]),
    )


def _item(
    key: str, entry: Mapping[str, Any], seed: Mapping[str, Indicator], theme_of: Mapping[str, str]
) -> Item:
    if key not in seed:
        raise SynthRuleError(f"indicators.yml: {key} is not in the indicators seed")
    known = seed[key]
    kind = entry["kind"]
    mult, unit_printed = split_unit(entry["unit"])
    low, high = entry["range"]
    return Item(
        indicator_id=key,
        names=tuple(entry["called"]) if "called" in entry else (known.name_zh, *entry.get("names", ())),
        sector=known.sector,
        theme=entry.get("theme") or theme_of[known.sector],
        kind=kind,
        measure=_MEASURES.get(kind, "level"),
        unit_printed=unit_printed,
        unit_text=unit_printed or printed_unit(_RATIO_UNIT),
        mult=mult,
        low=float(low),
        high=float(high),
        decimals=entry["decimals"],
        grows=entry.get("growth", True),
        falls=known.good_direction == "down" or kind in _FALLING,
    )


def _deed(row: Sequence[Any], theme: str, known: Mapping[str, Indicator]) -> Deed:
    verbs, thing, unit, low, high, *core = row
    mult, unit_text = split_unit(unit)
    meant = [known.get(verb + thing) for verb in verbs]
    return Deed(
        verbs=tuple(verbs),
        object=thing,
        core=core[0] if core else thing,
        theme=theme,
        sectors_of=tuple((one.sector if one else "",) for one in meant),
        indicator_ids=tuple(one.indicator_id if one else None for one in meant),
        unit_text=unit_text,
        mult=mult,
        low=float(low),
        high=float(high),
        decimals=1 if mult else 0,
    )


def split_unit(unit: str) -> tuple[int, str]:
    """The power of ten before a unit, and the unit: 万人次 -> 4, 人次.

    Raises:
        SynthRuleError: another multiplier follows the first.
    """
    multipliers = wording().numbers.multipliers
    word = max((one for one in multipliers if unit.startswith(one)), key=len, default="")
    bare = unit.removeprefix(word)
    if bare.startswith(tuple(multipliers)):
        raise SynthRuleError(f"unit {unit!r}: only one of {', '.join(multipliers)} may stand before a unit")
    return multipliers.get(word, 0), bare


def _templates(
    rules: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[tuple[str, str], list[tuple[Template, float]]]:
    """With their weights, by role and kind of indicator."""
    found: dict[tuple[str, str], list[tuple[Template, float]]] = {}
    for role, entries in rules.items():
        for entry in entries:
            template = parse(entry)
            for kind in entry["kinds"]:
                found.setdefault((role, kind), []).append((template, entry["weight"]))
    return found


def _plainest(
    templates: Mapping[tuple[str, str], Sequence[tuple[Template, float]]],
) -> dict[tuple[str, str, bool], Template]:
    found: dict[tuple[str, str, bool], Template] = {}
    for (role, kind), weighted in templates.items():
        for template, _ in weighted:
            if template.most > 1 or template.needs:
                continue
            found.setdefault((role, kind, True), template)
            if not template.asks_growth:
                found.setdefault((role, kind, False), template)
    return found
