"""Printed numbers and printed units -> exact values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import yaml

from pipelines.extraction.numerals import NumeralRules, multiplier_power, parse_arabic
from pipelines.paths import RULES_DIR
from pipelines.statistics.notation import clean_name, compact, fold, notation, split_bracket

if TYPE_CHECKING:
    from pipelines.extraction.catalogue import Catalogue, Unit

# Digits in groups of three or in one run; anything else (1,23 or 1 2) is no number of this notation.
_NUMBER = re.compile(
    r"(?P<number>[+\-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"(?P<rest>(?![0-9,.]).*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed: its value, its digits after the point, and what is printed after it."""

    value: Decimal
    decimals: int
    rest: str


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """A unit as printed, taken apart: 万标箱 -> power 4, unit_text 标箱, unit `teu`."""

    power: int
    unit_text: str
    unit: Unit


@cache
def _numerals() -> NumeralRules:
    rules = yaml.safe_load((RULES_DIR / "numerals.yml").read_text(encoding="utf-8"))
    return NumeralRules.from_data(rules)


def parse_number(text: str) -> PrintedNumber:
    """Read a number with an optional sign and thousands separators, full-width or half-width.

    `16，452.8①` -> 16452.8 with one decimal and the rest `①`; `５．４％` -> 5.4 and the rest `%`.

    Raises:
        ValueError: the text does not start with a number.
    """
    match = _NUMBER.fullmatch(fold(text))
    if match is None:
        raise ValueError(f"{text!r} is not a number")
    value, decimals = parse_arabic(match["number"].replace("−", "-"))
    return PrintedNumber(value, decimals, compact(match["rest"] or ""))


def split_unit(text: str, catalogue: Catalogue, measure: str | None = None) -> PrintedUnit | None:
    """Split a printed unit into its multiplier and a unit of the seed.

    The shortest multiplier that leaves a known unit wins, so that 千瓦时 stays a unit of its own
    while 万千瓦时 is ten thousand of it. `measure` settles words that mean two units (第3位, 3位院士).

    Returns:
        None when no split leaves a known unit.
    """
    bare = compact(text)
    multipliers = _numerals().tens.keys() | _numerals().myriads.keys()
    for cut in range(len(bare)):
        if cut and bare[cut - 1] not in multipliers:
            return None
        unit = catalogue.unit(bare[cut:], measure)
        if unit is not None:
            return PrintedUnit(multiplier_power(bare[:cut], _numerals()), bare[cut:], unit)
    return None


def split_name(text: str, catalogue: Catalogue) -> tuple[str, str | None, str]:
    """A printed name -> (name, unit in its last bracket or None, footnote marks).

    `# 出 口①(亿元)` -> (`出口`, `亿元`, `①`). A bracket that holds no unit stays part of the name.
    """
    folded = fold(text)
    body = notation().trailing_marks.sub("", folded)
    head, bracket = split_bracket(body)
    if bracket and split_unit(bracket, catalogue) is not None:
        name, marks = clean_name(head + folded[len(body) :])
        return name, bracket, marks
    name, marks = clean_name(folded)
    return name, None, marks


def exact(value: Decimal, power: int) -> float:
    """The value times its power of ten, computed in decimals and rounded once."""
    return float(value.scaleb(power))
