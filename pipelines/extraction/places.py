"""Places, found by the names that texts print.

Pure. Many names are borne by several places (鼓楼区), or are words of the language as well (朝阳, 资源).
A name that nothing settles finds no place: a county's figure must never pass for another place's.

How a name is settled:

- Inside first: of the places that bear it, those in the prefecture of the document's place count, else
  those in its province, else all.
- The highest level of them wins (长沙 is the city, not 长沙县). Two of that level: no place. A place
  that was dissolved wins over none that bears its name today.
- A county is not found by an ordinary word, and by some words only inside (`rules/place_names.yml`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LEVELS = ("nation", "province", "prefecture", "county")
"""The administrative levels, highest first."""


class PlaceNameError(ValueError):
    """The places or their name rules cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """The nation, a province, a prefecture-level or a county-level place with its GB/T 2260 code."""

    ref_area: str
    name_zh: str
    short_name_zh: str
    name_en: str
    level: str
    parent_ref_area: str | None
    abolished_year: int | None
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the seed: full, short, other and former ones."""
        return self.name_zh, self.short_name_zh, *self.aliases


@dataclass(frozen=True, slots=True)
class PlaceNameRules:
    """Words that are names of counties as well. `ordinary_words` never find one, `local_words` only
    inside the document's own prefecture or province."""

    ordinary_words: frozenset[str] = frozenset()
    local_words: frozenset[str] = frozenset()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> PlaceNameRules:
        """The rules as `rules/place_names.yml` states them: groups of words under both sections.

        Raises:
            PlaceNameError: a section is missing, or is no mapping of lists.
        """
        try:
            ordinary, local = (
                frozenset(word for words in data[section].values() for word in words)
                for section in ("ordinary_words", "local_words")
            )
        except KeyError as error:
            raise PlaceNameError(f"the section {error} is missing") from error
        except (AttributeError, TypeError) as error:
            raise PlaceNameError(f"a section has another shape than expected ({error})") from error
        return cls(ordinary, local)


_SHORTEST = 2


class PlaceNames:
    """Printed name -> place. A lookup reads the few places that bear the name."""

    def __init__(self, places: Iterable[Place], rules: PlaceNameRules, clean: Callable[[str], str]):
        """Take the places, the rules and the function that unifies typography.

        Raises:
            PlaceNameError: two places above the counties bear one name.
        """
        self._rules = rules
        self._bearers: dict[str, tuple[Place, ...]] = {}
        for place in places:
            for name in dict.fromkeys(clean(printed) for printed in place.names):
                bearers = self._bearers.get(name, ())
                rivals = [other.ref_area for other in bearers if other.level != "county"]
                if rivals and place.level != "county":
                    raise PlaceNameError(
                        f"place name {name!r} stands for both {rivals[0]} and {place.ref_area}"
                    )
                self._bearers[name] = (*bearers, place)
        self._openings = frozenset(name[:_SHORTEST] for name in self._bearers)

    def may_begin(self, text: str) -> bool:
        """Whether some place's name begins with the first two characters of a text."""
        return text[:_SHORTEST] in self._openings

    def find(self, name: str, within: str | None) -> Place | None:
        """The place of a name in clean typography; `within` is the code of the document's place."""
        bearers = self._bearers.get(name, ())
        # The first four digits of a GB/T 2260 code are the prefecture, the first two the province.
        for area in ("",) if within is None else (within[:4], within[:2], ""):
            near = [place for place in bearers if place.ref_area.startswith(area)]
            if near:
                place = _outranking(near)
                return place if place and self._is_meant(place, name, inside=area != "") else None
        return None

    def _is_meant(self, place: Place, name: str, *, inside: bool) -> bool:
        if place.level != "county":
            return True
        if name in self._rules.ordinary_words:
            return False
        return inside or not (
            name in self._rules.local_words or place.short_name_zh in self._rules.ordinary_words
        )


def _outranking(places: list[Place]) -> Place | None:
    """The only place of the highest level, unless it is gone and another still exists."""
    highest = min(LEVELS.index(place.level) for place in places)
    first, *others = [place for place in places if LEVELS.index(place.level) == highest]
    if others or (first.abolished_year and any(place.abolished_year is None for place in places)):
        return None
    return first
