"""Where and when a sentence stands: the words of the place, and what its part of the report says of years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.extraction.places import Place
from pipelines.seeds import places

PLAN_YEARS = 5
_TARGETS = ("annual_target", "plan_target")


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """How a report speaks of its place.

    `parts` are places inside it: the name as printed and the code.
    """

    ref_area: str
    name: str
    who: str
    whole: str
    upper: str
    fields: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    scale: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of a report.

    `first` is the first year where it speaks of several; `before` the year that a FROM value is of.
    """

    role: str
    target_type: str
    year: int
    first: int | None
    before: int
    report_year: int

    @property
    def promises(self) -> bool:
        """Whether its numbers are targets."""
        return self.target_type in _TARGETS


def scene(role: str, year: int) -> Scene:
    """The scene of a part of the report of a year."""
    if role == "review_period":
        return Scene(role, "actual", year - 1, year - PLAN_YEARS, year - PLAN_YEARS - 1, year)
    if role == "goals_plan":
        return Scene(role, "plan_target", year + PLAN_YEARS - 1, year, year - 1, year)
    if role in ("goals_year", "work_year"):
        return Scene(role, "annual_target", year, None, year - 1, year)
    return Scene(role, "actual", year - 1, None, year - 2, year)


@cache
def _by_code() -> dict[str, Place]:
    return {place.ref_area: place for place in places()}


@cache
def _children() -> dict[str, tuple[Place, ...]]:
    """The places right below each place that were never abolished."""
    found: dict[str, list[Place]] = {}
    for place in places():
        if place.parent_ref_area and place.abolished_year is None:
            found.setdefault(place.parent_ref_area, []).append(place)
    return {code: tuple(members) for code, members in found.items()}


def place_words(place: Place, layout: Mapping[str, Any]) -> PlaceWords:
    """What a place and its parts are called."""
    who, whole = _called(place.name_zh, layout["called"])
    parent = _by_code()[place.parent_ref_area] if place.parent_ref_area else place
    upper = parent.short_name_zh if parent.level == "nation" else _called(parent.name_zh, layout["called"])[1]
    return PlaceWords(
        ref_area=place.ref_area,
        name=place.name_zh,
        who=who,
        whole=whole,
        upper=upper,
        fields=tuple(layout["fields"][upper]),
        parts=tuple((part.name_zh, part.ref_area) for part in _children().get(place.ref_area, ())),
        scale=layout["scale"][place.level],
    )


def _called(name: str, endings: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Who governs (市), and the whole (全市), by the end of a place's name."""
    return next((who, whole) for ending, who, whole in endings if name.endswith(ending))
