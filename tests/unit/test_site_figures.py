"""Numbers as people write them, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.publication.site import figures as module
from pipelines.publication.site.figures import Figures, plain
from pipelines.publication.site.labels import Words, words
from pipelines.seeds import units
from pipelines.vocabulary import codes

NAMES = {
    "yuan": Words("元", "yuan (CNY)"),
    "person": Words("人", "person"),
    "tonne": Words("吨", "tonne"),
    "percent": Words("%", "per cent"),
}
FIGURES = Figures(NAMES)
RULES = yaml.safe_load(Path(module.__file__).with_suffix(".yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (5.0, "5"),
        (-2.8, "−2.8"),
        (1234567.5, "1,234,567.5"),
        (0.1 + 0.2, "0.3"),
        (81.49999999999999, "81.5"),
        (0.00012, "0.00012"),
        (1 / 3, "0.3333"),
    ],
)
def test_a_number_has_the_digits_that_mean_something(value: float, shown: str) -> None:
    assert plain(value) == shown


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1.87e12, "yuan", "1.87万亿元", "1.87 trillion yuan"),
        (1.7952e11, "yuan", "1,795.2亿元", "179.52 billion yuan"),
        (228_000.0, "person", "22.8万人", "228,000 people"),
        (1.0, "person", "1人", "1 person"),
        (4.9, "percent", "4.9%", "4.9%"),
        (-0.6, "percentage_point", "−0.6个百分点", "−0.6 pp"),
        (11.0, "rank", "第11位", "No. 11"),
        (3.0, "furlong", "3furlong", "3 furlong"),
        (None, "yuan", "—", "—"),
    ],
)
def test_a_value_is_grouped_as_each_language_does(value: float | None, unit: str, zh: str, en: str) -> None:
    assert FIGURES.value(value, unit) == Words(zh, en)


@pytest.mark.parametrize(
    ("bound", "zh", "en"),
    [
        ("point", "18万人", "180,000 people"),
        ("around", "18万人左右", "about 180,000 people"),
        ("at_least", "18万人以上", "at least 180,000 people"),
        ("above", "超18万人", "over 180,000 people"),
        ("at_most", "18万人以内", "at most 180,000 people"),
        ("below", "低于18万人", "below 180,000 people"),
        ("range", "18万人～20万人", "180,000 people to 200,000 people"),
    ],
)
def test_a_bound_is_said_in_words(bound: str, zh: str, en: str) -> None:
    assert FIGURES.bounded(180_000.0, 200_000.0, "person", bound) == Words(zh, en)


@pytest.mark.parametrize(
    ("largest", "unit", "power", "zh", "en"),
    [
        (2.6e12, "yuan", 12, "万亿元", "trillion yuan (CNY)"),
        (1.4e6, "tonne", 4, "万吨", "10,000 tonne"),
        (80.0, "tonne", 0, "吨", "tonne"),
        (82.0, "percent", 0, "%", "%"),
    ],
)
def test_an_axis_names_its_unit(largest: float, unit: str, power: int, zh: str, en: str) -> None:
    assert FIGURES.axis(largest, unit) == (power, Words(zh, en))


def test_the_rules_know_every_bound_and_no_unit_that_is_none() -> None:
    assert set(RULES["bounds"]) == set(codes("bound"))
    known = {unit.unit for unit in units()}
    assert set(RULES["units"]) | set(RULES["several"]) <= known


def test_every_label_is_in_both_languages() -> None:
    assert len(words()) > 100
    assert [key for key, text in words().items() if not text.zh.strip() or not text.en.strip()] == []
