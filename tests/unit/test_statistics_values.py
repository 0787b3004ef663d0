"""Printed numbers, units, names and periods."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.seeds import catalogue
from pipelines.statistics.notation import clean_name, fold, is_missing, parse_period, split_bracket
from pipelines.statistics.values import exact, parse_number, split_name, split_unit

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@pytest.mark.parametrize(
    ("text", "value", "decimals", "rest"),
    [
        ("16452.8", "16452.8", 1, ""),
        ("16,452.80", "16452.80", 2, ""),
        ("16，452.8", "16452.8", 1, ""),
        ("１６４５２．８", "16452.8", 1, ""),
        ("9 404 283", "9404283", 0, ""),
        ("  -25.8 ", "-25.8", 1, ""),
        ("−0.6", "-0.6", 1, ""),
        ("－0.6", "-0.6", 1, ""),
        ("+5.4", "5.4", 1, ""),
        ("5.4％", "5.4", 1, "%"),
        ("1.87 万亿元", "1.87", 2, "万亿元"),
        ("6407.0①", "6407.0", 1, "①"),
        ("120m²", "120", 0, "m²"),
    ],
)
def test_number_is_read_as_printed(text: str, value: str, decimals: int, rest: str) -> None:
    number = parse_number(text)
    assert (number.value, number.decimals, number.rest) == (Decimal(value), decimals, rest)


@pytest.mark.parametrize(
    "text",
    ["", "—", "约5", "五", "1,23", "12,3456", "1.5.6", "5.", ".5", "--5", "1,234,5", "NaN", "inf", "①5"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text)


@given(
    digits=st.integers(min_value=-(10**15), max_value=10**15),
    decimals=st.integers(min_value=0, max_value=6),
    grouped=st.booleans(),
    full_width=st.booleans(),
)
def test_every_printed_number_comes_back(digits: int, decimals: int, grouped: bool, full_width: bool) -> None:
    value = Decimal(digits).scaleb(-decimals)
    printed = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    number = parse_number(printed.translate(FULL_WIDTH) if full_width else printed)
    assert (number.value, number.decimals, number.rest) == (value, decimals, "")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except ValueError:
        return
    assert any(char.isdigit() for char in fold(text))
    assert number.value.is_finite()


@given(
    digits=st.integers(min_value=-(10**12), max_value=10**12),
    decimals=st.integers(min_value=0, max_value=6),
    power=st.integers(min_value=0, max_value=16),
)
def test_multiplied_value_is_the_nearest_float(digits: int, decimals: int, power: int) -> None:
    value = Decimal(digits).scaleb(-decimals)
    assert exact(value, power) == float(Fraction(digits, 10**decimals) * 10**power)


@pytest.mark.parametrize(
    ("printed", "unit_text", "value"),
    [
        ("1.31", "万亿元", 1_310_000_000_000.0),
        ("16452.80", "亿元", 1_645_280_000_000.0),
        ("32.7", "亿美元", 3_270_000_000.0),
        ("4.35", "万标箱", 43_500.0),
        ("0.07", "万亿元", 70_000_000_000.0),
    ],
)
def test_decimals_and_multipliers_lose_nothing(printed: str, unit_text: str, value: float) -> None:
    unit = split_unit(unit_text, catalogue())
    assert unit is not None
    assert exact(parse_number(printed).value, unit.power) == value


@pytest.mark.parametrize(
    ("text", "power", "unit_text", "unit"),
    [
        ("亿元", 8, "元", "yuan"),
        ("万亿元", 12, "元", "yuan"),
        ("百万美元", 6, "美元", "us_dollar"),
        ("万标箱", 4, "标箱", "teu"),
        ("千瓦时", 0, "千瓦时", "kilowatt_hour"),
        ("亿千瓦时", 8, "千瓦时", "kilowatt_hour"),
        ("百分点", 0, "百分点", "percentage_point"),
        ("％", 0, "%", "percent"),
        ("‰", 0, "‰", "permille"),
        ("万吨/年", 4, "吨/年", "tonne_per_year"),
        ("微克／立方米", 0, "微克/立方米", "microgram_per_cubic_metre"),
        (" 万 人 ", 4, "人", "person"),
    ],
)
def test_multiplier_is_split_from_unit(text: str, power: int, unit_text: str, unit: str) -> None:
    printed = split_unit(text, catalogue())
    assert printed is not None
    assert (printed.power, printed.unit_text, printed.unit.unit) == (power, unit_text, unit)


@pytest.mark.parametrize("text", ["", "万", "亿", "元整", "光年", "%元", "亿元,%"])
def test_unknown_unit_is_no_unit(text: str) -> None:
    assert split_unit(text, catalogue()) is None


@pytest.mark.parametrize(
    ("printed", "name", "marks"),
    [
        ("地  区  生 产 总 值", "地区生产总值", ""),
        ("　# 第一产业①", "第一产业", "①"),
        ("＃工业", "工业", ""),
        ("其中：民间投资", "民间投资", ""),
        ("一、综合", "综合", ""),
        ("（二）能源", "能源", ""),
        ("3.进口*", "进口", "*"),
        ("常住人口^1", "常住人口", "^1"),
        ("出口[2]", "出口", "[2]"),
        ("246产业集群增加值", "246产业集群增加值", ""),
        ("PM2.5浓度", "PM2.5浓度", ""),
        ("5G基站", "5G基站", ""),
        ("60岁及以上人口占比", "60岁及以上人口占比", ""),
        ("GDP growth rate", "GDP growth rate", ""),
        ("A 股上市公司", "A股上市公司", ""),
    ],
)
def test_name_loses_typesetting_only(printed: str, name: str, marks: str) -> None:
    assert clean_name(printed) == (name, marks)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("出口（亿元）", ("出口", "亿元", "")),
        ("出 口①（亿元）", ("出口", "亿元", "①")),
        ("出口(亿元)②", ("出口", "亿元", "②")),
        ("住房面积(m²)", ("住房面积", "m²", "")),
        ("常住人口(年末)", ("常住人口(年末)", None, "")),
        ("居民消费价格指数(上年=100)", ("居民消费价格指数(上年=100)", None, "")),
        ("(亿元)", ("(亿元)", None, "")),
    ],
)
def test_unit_in_bracket_leaves_the_name(printed: str, expected: tuple[str, str | None, str]) -> None:
    assert split_name(printed, catalogue()) == expected


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024", (2024, None)),
        ("2024年", (2024, None)),
        ("２０２４年", (2024, None)),
        ("2024 年 末", (2024, None)),
        ("2024年1—12月", (2024, None)),
        ("2024年上半年", (2024, "H1")),
        ("2024年1-6月", (2024, "H1")),
        ("2024年前三季度", (2024, "M9")),
        ("2024年第一季度", (2024, "Q1")),
        ("指标", None),
        ("2024年增长", None),
        ("24年", None),
        ("20245", None),
    ],
)
def test_period(text: str, period: tuple[int, str | None] | None) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "  ", "　", "-", "－", "—", "——", "…", "……", "...", " … "])
def test_marks_for_missing(text: str) -> None:
    assert is_missing(text)


def test_a_table_may_have_its_own_mark_for_missing() -> None:
    assert not is_missing("x")
    assert is_missing("x", frozenset({"x"}))
    assert not is_missing("0")


def test_only_the_last_bracket_is_split() -> None:
    assert split_bracket("a(b)(c)") == ("a(b)", "c")
    assert split_bracket("a(b)c") == ("a(b)c", "")
