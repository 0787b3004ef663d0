"""The dbt seeds that Python needs too: units, indicators and places of `dbt_project/seeds`.

Each is defined once, in its seed; this module is the reader on the Python side. A broken seed is
refused with its file, line, reason and what to do.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml

from pipelines.extraction.catalogue import Catalogue, CatalogueError, Indicator, IndicatorMatch, Unit
from pipelines.extraction.indicator_names import NameRuleError, NameRules
from pipelines.extraction.places import LEVELS, Place, PlaceNameError, PlaceNameRules
from pipelines.paths import RULES_DIR, SEEDS_DIR
from pipelines.vocabulary import codes

__all__ = [
    "Catalogue",
    "Indicator",
    "IndicatorMatch",
    "Place",
    "SeedError",
    "Unit",
    "catalogue",
    "indicators",
    "load_indicators",
    "load_name_rules",
    "load_place_name_rules",
    "load_places",
    "load_units",
    "places",
    "units",
]

CODE = re.compile(r"[a-z][a-z0-9_]*")
REF_AREA = re.compile(r"[1-9]\d{5}")
GOOD_DIRECTIONS = ("up", "down", "neutral")
BOOLEANS = {"true": True, "false": False}

Record = TypeVar("Record")


class SeedError(ValueError):
    """A seed or rule file cannot be used; the message names file, line, reason and remedy."""


def load_units(path: Path) -> tuple[Unit, ...]:
    """The units of a seed file, in its order.

    Raises:
        SeedError: a row is malformed, a code stands twice, or a base unit is missing or no base.
    """
    found = _records(path, Unit, _unit, key="unit")
    by_code = {unit.unit: unit for _, unit in found}
    for line, unit in found:
        base = by_code.get(unit.base_unit)
        if base is None or base.base_unit != base.unit or base.factor_to_base != 1:
            raise _broken(path, line, f"base unit {unit.base_unit!r} is not a unit with itself as base")
        if base.unit_type != unit.unit_type:
            raise _broken(path, line, f"{unit.unit} is {unit.unit_type}, its base {base.unit_type}")
    return tuple(unit for _, unit in found)


def load_indicators(path: Path, known_units: Mapping[str, Unit]) -> tuple[Indicator, ...]:
    """The indicators of a seed file, in its order.

    Raises:
        SeedError: a row is malformed, a code stands twice, or a unit, sector or measure is unknown.
    """
    found = _records(path, Indicator, _indicator, key="indicator_id")
    for line, indicator in found:
        if indicator.default_unit not in known_units:
            raise _broken(path, line, f"default_unit {indicator.default_unit!r} is not in units.csv")
    return tuple(indicator for _, indicator in found)


def load_places(path: Path) -> tuple[Place, ...]:
    """The places of a seed file, in its order.

    Raises:
        SeedError: a row is malformed, a code stands twice, or a parent is missing or of no higher level.
    """
    found = _records(path, Place, _place, key="ref_area")
    rank_of = {place.ref_area: LEVELS.index(place.level) for _, place in found}
    for line, place in found:
        parent = place.parent_ref_area
        if (parent is None) != (place.level == "nation"):
            raise _broken(path, line, "every place but the nation has a parent_ref_area")
        if parent is None:
            continue
        if parent not in rank_of:
            raise _broken(path, line, f"parent_ref_area {parent!r} is not in the file")
        if rank_of[parent] >= rank_of[place.ref_area]:
            raise _broken(path, line, f"parent_ref_area {parent!r} is of no higher level")
    return tuple(place for _, place in found)


def load_name_rules(path: Path) -> NameRules:
    """The rules by which indicator names are normalised and matched.

    Raises:
        SeedError: the file is no YAML mapping, or a rule in it cannot be used.
    """
    try:
        return NameRules.from_mapping(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, NameRuleError) as error:
        raise SeedError(f"{path.name}: {' '.join(str(error).split())}. Mend the rule file") from error


def load_place_name_rules(path: Path) -> PlaceNameRules:
    """The words that find no county, or one only inside the document's place.

    Raises:
        SeedError: the file is no YAML mapping, or a section of it cannot be used.
    """
    try:
        return PlaceNameRules.from_mapping(
            yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        )
    except (yaml.YAMLError, PlaceNameError) as error:
        raise SeedError(f"{path.name}: {' '.join(str(error).split())}. Mend the rule file") from error


@cache
def units() -> tuple[Unit, ...]:
    """The units of `units.csv`."""
    return load_units(SEEDS_DIR / "units.csv")


@cache
def indicators() -> tuple[Indicator, ...]:
    """The indicators of `indicators.csv`."""
    return load_indicators(SEEDS_DIR / "indicators.csv", {unit.unit: unit for unit in units()})


@cache
def places() -> tuple[Place, ...]:
    """The places of `places.csv`."""
    return load_places(SEEDS_DIR / "places.csv")


@cache
def catalogue() -> Catalogue:
    """The catalogue over all three seeds.

    Raises:
        SeedError: a seed is broken, or two entries contradict each other.
    """
    name_rules = load_name_rules(RULES_DIR / "indicator_names.yml")
    place_name_rules = load_place_name_rules(RULES_DIR / "place_names.yml")
    try:
        return Catalogue(indicators(), units(), places(), name_rules, place_name_rules)
    except (CatalogueError, PlaceNameError) as error:
        raise SeedError(f"{SEEDS_DIR.name}: {error}. Mend the seed or the rule") from error


def _unit(row: Mapping[str, str]) -> Unit:
    factor = float(row["factor_to_base"])
    if not factor > 0:
        raise ValueError(f"factor_to_base {row['factor_to_base']!r} is not positive")
    return Unit(
        unit=_code(row, "unit"),
        name_zh=_text(row, "name_zh"),
        name_en=_text(row, "name_en"),
        unit_type=_code(row, "unit_type"),
        base_unit=_code(row, "base_unit"),
        factor_to_base=factor,
        aliases=_aliases(row),
    )


def _indicator(row: Mapping[str, str]) -> Indicator:
    return Indicator(
        indicator_id=_code(row, "indicator_id"),
        name_zh=_text(row, "name_zh"),
        name_en=_text(row, "name_en"),
        aliases=_aliases(row),
        definition=_text(row, "definition"),
        default_measure=_one_of(row, "default_measure", codes("measure")),
        default_unit=_code(row, "default_unit"),
        sector=_one_of(row, "sector", codes("sector")),
        good_direction=_one_of(row, "good_direction", GOOD_DIRECTIONS),
        is_headline=BOOLEANS[_one_of(row, "is_headline", tuple(BOOLEANS))],
    )


def _place(row: Mapping[str, str]) -> Place:
    for column in ("ref_area", "parent_ref_area"):
        if row[column] and not REF_AREA.fullmatch(row[column]):
            raise ValueError(f"{column} {row[column]!r} is no six-digit code")
    return Place(
        ref_area=_text(row, "ref_area"),
        name_zh=_text(row, "name_zh"),
        short_name_zh=_text(row, "short_name_zh"),
        name_en=_text(row, "name_en"),
        level=_one_of(row, "level", LEVELS),
        parent_ref_area=row["parent_ref_area"] or None,
        abolished_year=int(row["abolished_year"]) if row["abolished_year"] else None,
        aliases=_aliases(row),
    )


def _records(
    path: Path, record: type[Record], parse: Callable[[Mapping[str, str]], Record], key: str
) -> list[tuple[int, Record]]:
    """The rows of a seed with their line numbers; its header is exactly the record's fields."""
    expected = list(record.__dataclass_fields__)  # type: ignore[attr-defined]
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        columns = next(reader, [])
        if sorted(columns) != sorted(expected):
            raise _broken(path, 1, f"the columns are not {', '.join(expected)}")
        found: list[tuple[int, Record]] = []
        first_line: dict[str, int] = {}
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(columns):
                raise _broken(path, line, "the row has more or fewer cells than the header")
            row = dict(zip(columns, cells, strict=True))
            try:
                found.append((line, parse(row)))
            except ValueError as error:
                raise _broken(path, line, str(error)) from error
            if first_line.setdefault(row[key], line) != line:
                raise _broken(path, line, f"{key} {row[key]!r} already stands in line {first_line[row[key]]}")
    return found


def _text(row: Mapping[str, str], column: str) -> str:
    value = row[column]
    if not value or value != value.strip():
        raise ValueError(f"{column} is empty or has spaces at its ends")
    return value


def _code(row: Mapping[str, str], column: str) -> str:
    if not CODE.fullmatch(row[column]):
        raise ValueError(f"{column} {row[column]!r} is no snake_case code")
    return row[column]


def _one_of(row: Mapping[str, str], column: str, allowed: tuple[str, ...]) -> str:
    if row[column] not in allowed:
        raise ValueError(f"{column} {row[column]!r} is none of {', '.join(allowed)}")
    return row[column]


def _aliases(row: Mapping[str, str]) -> tuple[str, ...]:
    found = tuple(row["aliases"].split("|")) if row["aliases"] else ()
    if "" in found or len(set(found)) != len(found):
        raise ValueError("aliases holds an empty or a repeated name")
    return found


def _broken(path: Path, line: int, reason: str) -> SeedError:
    return SeedError(f"{path.name}:{line}: {reason}. Mend that row of the seed")
