"""What a later number of a sentence takes over: a name without the verb of its flow, and the place."""

from __future__ import annotations

import pytest

from pipelines.documents.model import OutlineSentence
from pipelines.extraction.statements import DocumentKey, Statement, extract
from pipelines.rules import engine


def _read(text: str, ref_area: str = "330200") -> tuple[Statement, ...]:
    """The statements of a sentence of a yearly review."""
    sentence = OutlineSentence(
        index=0,
        char_start=0,
        char_end=len(text),
        text=text,
        paragraph_index=0,
        part_index=1,
        kind="body",
        context_role="review_year",
        period_start_year=2025,
        period_end_year=2025,
        section_path=(),
    )
    return tuple(extract(DocumentKey("example", ref_area, 2026), [sentence], engine()).statements)


def _names(text: str) -> dict[str, str]:
    """What each number of a sentence measures."""
    return {one.source_text: one.indicator_text for one in _read(text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "新增上市公司5家，累计达到68家，居全省第2位。",
            {"5家": "新增上市公司", "68家": "上市公司", "第2位": "上市公司"},
        ),
        (
            "新认定高新技术企业320家，总数达到2150家。",
            {"320家": "新认定高新技术企业", "2150家": "高新技术企业总数"},
        ),
        ("新登记经营主体12万户，总量达98万户。", {"12万户": "新登记经营主体", "98万户": "经营主体总量"}),
        # What was added can't be told from its verb: the sum is of what was added.
        ("新增城镇就业10.4万人，累计达50万人。", {"10.4万人": "新增城镇就业", "50万人": "新增城镇就业"}),
    ],
)
def test_the_stock_is_named_without_the_verb_of_the_flow(text: str, names: dict[str, str]) -> None:
    assert _names(text) == names


def test_a_name_that_ends_with_the_word_keeps_it() -> None:
    assert _names("人才总量达到38万人。") == {"38万人": "人才总量"}


GDP = "地区生产总值9万亿元，增长5.5%，增速居全国第四。"


@pytest.mark.parametrize(
    ("ref_area", "whole", "place"),
    [
        # A province's own 全省, and what it is for a city and a county in it.
        ("330000", "全省", None),
        ("330200", "全省", "330000"),
        ("330225", "全省", "330000"),
        # A city's own 全市; a county's is its city, a county-level city's itself.
        ("330200", "全市", None),
        ("330225", "全市", "330200"),
        ("330282", "全市", None),
        # A municipality is a province, its districts lie in no prefecture.
        ("110000", "全市", None),
        ("110101", "全市", "110000"),
    ],
)
def test_the_whole_of_a_place_above_is_not_the_documents_own(
    ref_area: str, whole: str, place: str | None
) -> None:
    found = _read(whole + GDP, ref_area)
    assert [one.source_text for one in found] == ["9万亿元", "5.5%", "第四"]
    assert {one.ref_area for one in found} == {place or ref_area}
    assert {one.area_text for one in found} == {None if place is None else whole}


@pytest.mark.parametrize(
    "text",
    ["全省地区生产总值居全国第四。", "全省研发投入占地区生产总值比重达到3%。", "全省出口是2020年的1.4倍。"],
)
def test_ranks_shares_and_multiples_of_the_place_above_are_its_own_too(text: str) -> None:
    assert [(one.area_text, one.ref_area) for one in _read(text)] == [("全省", "330000")]


def test_values_without_a_name_stay_with_the_places_of_theirs() -> None:
    found = _read("北仑、镇海两区工业增加值分别达到900亿元、500亿元，分别增长5%和6%，城镇化率达到75%。")
    assert [one.ref_area for one in found] == ["330206", "330211", "330206", "330211", "330200"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # A known name of a list takes no head from the last one.
        (
            "规上工业增加值、固定资产投资、社会消费品零售总额分别增长7.5%、4.2%和5.5%。",
            {"7.5%": "规上工业增加值", "4.2%": "固定资产投资", "5.5%": "社会消费品零售总额"},
        ),
        # Nor does one that is a share by itself take what the last is a share of.
        (
            "科技进步贡献率、高新技术产业增加值占规上工业增加值比重分别达到63.7%和30.2%。",
            {"63.7%": "科技进步贡献率", "30.2%": "高新技术产业增加值占规上工业增加值比重"},
        ),
        ("外贸进出口总额较五年前翻一番。", {"翻一番": "外贸进出口总额"}),
        (
            "高新技术企业数量较2020年翻了一番，达到2100家。",
            {"翻了一番": "高新技术企业数量", "2100家": "高新技术企业数量"},
        ),
        ("城镇新增就业五年累计达48万人。", {"48万人": "城镇新增就业"}),
        ("增长高于全省平均。经济总量连跨三个千亿台阶。", {}),
    ],
)
def test_a_name_ends_before_what_is_no_part_of_it(text: str, names: dict[str, str]) -> None:
    assert _names(text) == names
