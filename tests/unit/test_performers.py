"""Whose figure it is: the doer of 实现 and 完成 is the place of a reading, or opens its name."""

from __future__ import annotations

import pytest

from pipelines.extraction.statements import Statement
from tests.one_sentence import read_review


def _read(text: str) -> dict[str, Statement]:
    """The statements of a sentence of Ningbo's yearly review, by their value."""
    return {one.source_text: one for one in read_review(text)}


@pytest.mark.parametrize(
    ("text", "doer", "ref_area"),
    [
        ("慈溪市实现地区生产总值2800亿元、增长6%。", "慈溪市", "330282"),
        ("杭州湾新区完成固定资产投资210亿元、增长6%。", "杭州湾新区", None),
        ("高新区累计完成一般公共预算收入32亿元，增长6%。", "高新区", None),
    ],
)
def test_a_place_that_achieves_is_the_place_of_all_that_follows(
    text: str, doer: str, ref_area: str | None
) -> None:
    read = _read(text)
    assert len(read) == 2
    assert {(one.area_text, one.ref_area) for one in read.values()} == {(doer, ref_area)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("高新技术企业实现工业总产值1200亿元。", "高新技术企业工业总产值"),
        ("规上工业企业实现工业增加值1200亿元。", "规上工业增加值"),
        ("园区企业完成技改投资42亿元。", "园区企业技改投资"),
        ("全年铁路完成固定资产投资8506亿元。", "铁路固定资产投资"),
        ("旅游业实现总收入98亿元。", "旅游业总收入"),
        ("推动工业企业完成技改投资42亿元。", "工业企业技改投资"),
        # Neither the whole place nor a phrase before a comma is a doer.
        ("全市完成技改投资42亿元。", "技改投资"),
        ("一年来，我们预计实现地区生产总值2860亿元。", "地区生产总值"),
    ],
)
def test_others_open_the_name(text: str, name: str) -> None:
    (one,) = _read(text).values()
    assert (one.indicator_text, one.ref_area) == (name, "330200")
