"""Number words and digits -> exact values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class NumeralRules:
    """The characters that numbers are written with, from rules/numerals.yml."""

    digits: dict[str, int]
    tens: dict[str, int]
    myriads: dict[str, int]
    powers: dict[str, int]
    point: str
    one: str

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> NumeralRules:
        """The rules from the parsed YAML."""
        return cls(
            digits=data["digits"],
            tens=data["tens"],
            myriads=data["myriads"],
            powers=data["powers"],
            point=data["point"],
            one=data["one"],
        )


def multiplier_power(multiplier: str, rules: NumeralRules) -> int:
    """The power of ten of a multiplier: 万 -> 4, 百亿 -> 10, 万亿 -> 12, '' -> 0."""
    return sum(rules.tens.get(char, 0) + rules.myriads.get(char, 0) for char in multiplier)


def parse_arabic(digits: str) -> tuple[Decimal, int]:
    """A number in digits -> (value, printed decimals). Thousands separators are dropped."""
    plain = digits.replace(",", "").replace(" ", "")
    point = plain.find(".")
    return Decimal(plain), 0 if point < 0 else len(plain) - point - 1


def parse_chinese(word: str, rules: NumeralRules) -> tuple[Decimal, int]:
    """A Chinese number word -> (value, printed decimals): 十一 -> 11, 七点八 -> 7.8, 二〇一〇 -> 2010.

    Raises:
        ValueError: the word is no number.
    """
    whole, _, fraction = word.partition(rules.point)
    decimals = len(fraction)
    if any(char not in rules.digits for char in fraction) or not (whole or fraction):
        raise ValueError(f"not a number word: {word!r}")
    value = Decimal(_whole(whole, rules))
    for place, char in enumerate(fraction, start=1):
        value += Decimal(rules.digits[char]).scaleb(-place)
    return value, decimals


def _whole(word: str, rules: NumeralRules) -> int:
    if all(char in rules.digits for char in word):
        value = 0
        for char in word:
            value = value * 10 + rules.digits[char]
        return value
    total = section = digit = 0
    pending = False
    for char in word:
        if char in rules.digits:
            digit, pending = rules.digits[char], True
        elif char in rules.tens:
            section += (digit if pending else 1) * 10 ** rules.tens[char]
            digit, pending = 0, False
        elif char in rules.myriads:
            power = 10 ** rules.myriads[char]
            here = section + digit
            total = (total + here or 1) * power if total < power else total + (here or 1) * power
            section = digit = 0
            pending = False
        else:
            raise ValueError(f"not a number word: {word!r}")
    return total + section + digit
