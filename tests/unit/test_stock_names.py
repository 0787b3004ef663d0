"""All there is of something is no flow, even where its name is carried over from what was added."""

from __future__ import annotations

import pytest

from pipelines.documents.model import OutlineSentence
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine


def _names(text: str) -> dict[str, str]:
    """What each number of a sentence of a yearly review measures."""
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
    found = extract(DocumentKey("example", "330200", 2026), [sentence], engine()).statements
    return {one.source_text: one.indicator_text for one in found}


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
