"""How tables are printed: the rules of `rules/notation.yml`, and the foldings they rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_RULES_FILE = Path(__file__).resolve().parent / "rules" / "notation.yml"

# The full-width block of Unicode repeats ASCII at a fixed distance.
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)} | {0x3000: 0x20}
_SPACE_BESIDE_WIDE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LAST_BRACKET = re.compile(r"^(.*\S)\s*\(([^()]+)\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Notation:
    """The rules of `rules/notation.yml`, compiled."""

    missing: frozenset[str]
    footnote_mark: re.Pattern[str]
    trailing_marks: re.Pattern[str]
    name_prefix: re.Pattern[str]
    unit_label: re.Pattern[str]
    period: re.Pattern[str]
    period_dash: re.Pattern[str]
    sub_periods: dict[str, str | None]
    unit_type_measures: dict[str, tuple[str, ...]]
    other_measures: tuple[str, ...]

    def measures_of(self, unit_type: str) -> tuple[str, ...]:
        """The measures that a unit of this type can carry."""
        return self.unit_type_measures.get(unit_type, self.other_measures)


@cache
def notation() -> Notation:
    """The rules as shipped."""
    data = yaml.safe_load(_RULES_FILE.read_text(encoding="utf-8"))
    return Notation(
        missing=frozenset(data["missing"]),
        footnote_mark=re.compile(data["footnote_mark"]),
        trailing_marks=re.compile(rf"(?:{data['footnote_mark']}|\s)+$"),
        name_prefix=re.compile(data["name_prefix"]),
        unit_label=re.compile(data["unit_label"]),
        period=re.compile(data["period"]),
        period_dash=re.compile(data["period_dash"]),
        sub_periods=data["sub_periods"],
        unit_type_measures={key: tuple(value) for key, value in data["unit_type_measures"].items()},
        other_measures=tuple(data["other_measures"]),
    )


def fold(text: str) -> str:
    """Full-width letters, digits, signs and spaces as half-width ones, without outer white space."""
    return text.translate(_FULL_WIDTH).strip()


def compact(text: str) -> str:
    """Folded, without any white space."""
    return "".join(fold(text).split())


def is_missing(text: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether a cell holds no figure: blank, or nothing but a mark for missing."""
    if not text:
        return True
    bare = compact(text)
    return not bare or bare in notation().missing or bare in extra


def split_marks(text: str) -> tuple[str, str]:
    """A text and the footnote marks taken out of it: `年末人口①` -> (`年末人口`, `①`)."""
    marks = notation().footnote_mark.findall(text)
    return (notation().footnote_mark.sub("", text), "".join(marks)) if marks else (text, "")


def split_bracket(text: str) -> tuple[str, str]:
    """A text and what its last bracket holds: `出口(亿元)` -> (`出口`, `亿元`); (`出口`, ``) without."""
    match = _LAST_BRACKET.match(text)
    return (match[1], match[2]) if match else (text, "")


def clean_name(text: str) -> tuple[str, str]:
    """A printed name and its footnote marks: `#  第 一 产 业①` -> (`第一产业`, `①`).

    White space next to a Chinese character is typesetting and goes; between Latin words it stays.
    """
    name, marks = split_marks(fold(text))
    name = _SPACE_BESIDE_WIDE.sub("", name).strip()
    prefix = notation().name_prefix.match(name)
    if prefix and prefix.end() < len(name):
        name = name[prefix.end() :].strip()
    return name, marks


def parse_period(text: str) -> tuple[int, str | None] | None:
    """A printed period: `2024`, `２０２４年` -> (2024, None); `2024年1-6月` -> (2024, 'H1').

    Returns:
        Year and sub_period code (None: the whole year); None when the text is no period.
    """
    rules = notation()
    match = rules.period.fullmatch(compact(text))
    if match is None:
        return None
    rest = rules.period_dash.sub("-", match["rest"])
    if rest not in rules.sub_periods:
        return None
    return int(match["year"]), rules.sub_periods[rest]
