"""Numbers as people write them: 1.87万亿元 and 1.87 trillion yuan for 1870000000000 yuan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.publication.site.labels import Words
from pipelines.publication.site.source import Source

_DIGITS = 12
"""Significant digits that are shown: more is the noise of binary fractions."""
_MOST_DECIMALS = 4


@cache
def _rules() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("figures.yml").read_text("utf-8"))
    return loaded


def plain(value: float) -> str:
    """A number with thousands separators and no needless digits."""
    exact = Decimal(f"{value:.{_DIGITS}g}")
    shown = round(exact, _MOST_DECIMALS) if exact and abs(exact) >= Decimal("0.001") else exact
    text = f"{shown:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\u2212")


def _scaled(value: float, language: str) -> str:
    for power, name in _rules()["magnitudes"][language]:
        if abs(value) >= 10**power:
            return f"{plain(value / 10**power)}{name}"
    return plain(value)


class Figures:
    """Values with their units, in both languages."""

    def __init__(self, units: Mapping[str, Words]) -> None:
        """Take the name of each unit."""
        self._units = units

    @classmethod
    def of(cls, source: Source) -> Figures:
        """With the names of the units of a published warehouse."""
        return cls(
            {
                row["unit"]: Words(row["name_zh"], row["name_en"] or row["unit"])
                for row in source.rows("units")
            }
        )

    def unit(self, unit: str | None) -> Words:
        """The name of a unit; its code where no name is known, nothing for None."""
        return self._units.get(unit, Words(unit, unit)) if unit else Words("", "")

    def value(self, value: float | None, unit: str | None) -> Words:
        """A value with its unit; a dash for none."""
        if value is None:
            return Words("—", "—")
        zh, en = _scaled(value, "zh"), _scaled(value, "en")
        if unit in _rules()["units"]:
            sign = _rules()["units"][unit]
            return Words(sign["zh"].format(zh), sign["en"].format(en))
        name = self.unit(unit)
        english = name.en if value == 1 else _rules()["several"].get(unit, name.en)
        return Words(f"{zh}{name.zh}", f"{en} {english}".rstrip())

    def bounded(self, value: float | None, upper: float | None, unit: str | None, bound: str | None) -> Words:
        """A value with its unit and its bound in words: 18万人以上, at least 180,000 persons."""
        if value is None or bound is None:
            return self.value(value, unit)
        rule, low = _rules()["bounds"][bound], self.value(value, unit)
        if bound == "range" and upper is not None:
            high = self.value(upper, unit)
            return Words(rule["zh"].format(low.zh, high.zh), rule["en"].format(low.en, high.en))
        return Words(rule["zh"].format(low.zh, ""), rule["en"].format(low.en, ""))

    def axis(self, largest: float, unit: str | None) -> tuple[int, Words]:
        """The power of ten that a chart's values are divided by, and the unit that its axis names."""
        name = self.unit(unit)
        if unit in _rules()["units"]:
            sign = _rules()["units"][unit]
            return 0, Words(sign["zh"].format("").strip(), sign["en"].format("").strip())
        for power, prefix in _rules()["axis"].items():
            if abs(largest) >= 10**power:
                return power, Words(f"{prefix['zh']}{name.zh}", f"{prefix['en']}{name.en}")
        return 0, name
