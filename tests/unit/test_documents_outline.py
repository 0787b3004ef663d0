"""The outline against examples: whole layouts, cues, sentences; what holds of any text; its speed."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.documents.furniture import is_boilerplate
from pipelines.documents.headings import numbered_heading
from pipelines.documents.lines import paragraph_spans
from pipelines.documents.model import Outline, OutlineSentence
from pipelines.documents.outline import outline
from pipelines.documents.rule_schema import TitleRule
from pipelines.documents.wording import outline_rules, plain
from pipelines.vocabulary import codes

CORPUS = Path(__file__).parent.parent / "corpus" / "outline"


def examples(name: str) -> list[Any]:
    found = yaml.safe_load((CORPUS / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case.get("id", case["text"][:20])) for case in found]


def text_of(case: dict[str, Any]) -> str:
    text: str = case["text"]
    return text.replace("{body}", case["body"] * case["repeat_body"]) if "body" in case else text


def context(sentence: OutlineSentence) -> str:
    years = (sentence.period_start_year, sentence.period_end_year)
    return (
        sentence.context_role if years == (None, None) else f"{sentence.context_role} {years[0]}-{years[1]}"
    )


def assert_grounded(text: str, found: Outline) -> None:
    """Spans reproduce their text, do not overlap and leave nothing but white space between them."""
    at = 0
    for index, sentence in enumerate(found.sentences):
        assert sentence.index == index
        assert text[sentence.char_start : sentence.char_end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
        assert text[at : sentence.char_start].strip() == ""
        assert sentence.context_role in codes("context_role")
        assert found.parts[sentence.part_index].char_start <= sentence.char_start
        assert sentence.char_end <= found.parts[sentence.part_index].char_end
        at = sentence.char_end
    assert text[at:].strip() == ""
    assert found.parts[0].char_start == 0
    assert found.parts[-1].char_end == len(text)
    for before, part in zip(found.parts, found.parts[1:], strict=False):
        assert before.char_end == part.char_start
        assert part.index == before.index + 1


@pytest.mark.parametrize("case", [*examples("parts.yml"), *examples("layouts.yml")])
def test_layouts(case: dict[str, Any]) -> None:
    text = text_of(case)
    found = outline(text, case["year"], case.get("kind", "report"))
    assert_grounded(text, found)
    parts = [
        [part.title, part.context_role, part.period_start_year, part.period_end_year]
        for part in found.parts[1:]
    ]
    assert parts == case["parts"]
    for words, expected in case["sentences"].items():
        matching = [sentence for sentence in found.sentences if sentence.text.startswith(words)]
        assert [context(sentence) for sentence in matching] == [expected], words
    if "headings" in case:
        headings = [sentence.text for sentence in found.sentences if sentence.kind == "heading"]
        assert headings == case["headings"]
    furniture = [sentence.text for sentence in found.sentences if sentence.kind == "boilerplate"]
    expected_furniture = case.get("boilerplate", [])
    assert len(furniture) == len(expected_furniture), furniture
    for line, words in zip(furniture, expected_furniture, strict=True):
        assert line.startswith(words)


@pytest.mark.parametrize("case", examples("cues.yml"))
def test_cues(case: dict[str, Any]) -> None:
    text = f"{case['part']}\n{case['text']}\n"
    found = outline(text, case["year"])
    assert_grounded(text, found)
    assert context(found.sentences[1]) == case["is"]


@pytest.mark.parametrize("case", examples("sentences.yml"))
def test_sentences(case: dict[str, Any]) -> None:
    found = outline(case["text"], 2024)
    assert_grounded(case["text"], found)
    assert [sentence.text for sentence in found.sentences] == case["sentences"]


def test_section_path_names_the_headings_above() -> None:
    text = "一、2025年工作回顾\n（一）抓产业。增长8%。\n1.工业强市。新增企业5家。\n（二）抓民生\n新增学位500个。\n"
    paths = {sentence.text: sentence.section_path for sentence in outline(text, 2026).sentences}
    assert paths["一、2025年工作回顾"] == ()
    assert paths["（一）抓产业。"] == ("2025年工作回顾",)
    assert paths["增长8%。"] == ("2025年工作回顾", "抓产业")
    assert paths["新增企业5家。"] == ("2025年工作回顾", "抓产业", "工业强市")
    assert paths["新增学位500个。"] == ("2025年工作回顾", "抓民生")


def test_a_numbered_sentence_that_asserts_something_stays_body() -> None:
    text = "一、2026年民生实事\n1.新增普惠性幼儿园学位3000个。\n2.改造老旧小区60个，惠及居民1万户。\n"
    found = outline(text, 2026)
    assert [sentence.kind for sentence in found.sentences] == ["heading", "body", "body"]
    assert found.sentences[2].section_path == ("2026年民生实事", "改造老旧小区60个")


def hard_wrapped(text: str, columns: int, *, indented: bool) -> str:
    """A text broken into lines of so many columns, the way a page is set."""
    lines = []
    for paragraph in text.splitlines():
        line = ""
        for character in paragraph if indented else paragraph.strip():
            if len((line + character).encode("gb18030")) > columns and character not in "，。、；：）”":
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("columns", [40, 60, 76, 90])
@pytest.mark.parametrize("indented", [True, False])
def test_hard_wrapped_lines_are_taken_together(columns: int, indented: bool) -> None:
    path = Path(__file__).parent.parent / "fixtures" / "raw" / "reports" / "330200-ningbo" / "2026.txt"
    text = path.read_text(encoding="utf-8")
    wrapped = hard_wrapped(text, columns, indented=indented)

    def seen(report: str) -> list[tuple[str, str, str]]:
        return [
            ("".join(sentence.text.split()), sentence.kind, context(sentence))
            for sentence in outline(report, 2026).sentences
        ]

    assert_grounded(wrapped, outline(wrapped, 2026))
    assert seen(wrapped) == seen(text)


def test_paragraphs_of_ordinary_lines_stay_apart() -> None:
    lines = [f"第{number}段讲一件事，一共做成了{number}件，群众都满意。" for number in range(20)]
    assert len(paragraph_spans("\n".join(lines))) == 20


PIECES = st.sampled_from(
    [
        *(
            "一、",
            "（一）",
            "1.",
            "。",
            "！",
            "；",
            "，",
            "\n",
            "\r\n",
            "　　",
            " ",
            "“",
            "”",
            "（",
            "）",
            "《",
            "》",
        ),
        *(
            "2025年",
            "工作回顾",
            "各位代表",
            "五年来",
            "主要预期目标是：",
            "到2030年",
            "增长5%",
            "让我们",
            "附件",
        ),
        *("来源：", "版权所有", "——", "\ufeff", "\u200b", "𠮷", "x", "９", "\x85", "\u2028", "\x0c", "\x1c"),
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=60).map("".join), st.integers(1990, 2030))
def test_every_character_is_in_exactly_one_sentence(text: str, year: int) -> None:
    for kind in codes("doc_kind"):
        found = outline(text, year, kind)
        assert_grounded(text, found)
        assert found == outline(text, year, kind)


def seconds_for(text: str) -> float:
    """The best of three: a busy machine slows some runs down, never speeds one up."""
    taken = []
    for _ in range(3):
        start = process_time()
        outline(text, 2026)
        taken.append(process_time() - start)
    return min(taken)


@pytest.mark.parametrize(
    "unit",
    [
        "“",
        "（",
        "一、",
        "2025年",
        "全市生产总值增长5%。\n",
        "五年来，",
        "目标",
        "　　",
        "\n",
        "（一）抓产业。",
    ],
)
def test_time_is_linear_for_any_repetition(unit: str) -> None:
    seconds_for(unit * 2_000)
    small, large = (unit * (length // len(unit)) for length in (40_000, 160_000))
    assert seconds_for(large) < 12 * max(seconds_for(small), 0.02)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["title"])
        for case in yaml.safe_load((CORPUS / "titles.yml").read_text(encoding="utf-8"))
    ],
)
def test_titles(case: dict[str, Any]) -> None:
    lines = [*([case["after"], "做了许多事。"] if "after" in case else []), case["title"], "做了许多事。"]
    found = outline("\n".join(lines), case["year"])
    assert context(found.sentences[-1]) == case["is"]


@pytest.mark.parametrize("case", examples("markers.yml"))
def test_heading_numbers(case: dict[str, Any]) -> None:
    heading = numbered_heading(case["text"])
    if "rule" not in case:
        assert heading is None
        return
    rule = next(rule for rule in outline_rules().headings if rule.id == case["rule"])
    assert re.match(rule.pattern, case["text"])
    assert heading is not None
    assert (heading.level, heading.title, heading.length) == (case["level"], case["title"], len(case["text"]))


@pytest.mark.parametrize("case", examples("furniture.yml"))
def test_page_furniture(case: dict[str, Any]) -> None:
    assert is_boilerplate(case["text"]) == ("rule" in case)
    if "rule" in case:
        rule = next(rule for rule in outline_rules().boilerplate.rules if rule.id == case["rule"])
        assert re.search(rule.pattern, plain(case["text"]))


def test_every_heading_and_furniture_rule_has_an_example() -> None:
    shown = {
        case["rule"]
        for name in ("markers.yml", "furniture.yml")
        for case in yaml.safe_load((CORPUS / name).read_text(encoding="utf-8"))
        if "rule" in case
    }
    rules = outline_rules()
    assert shown == {rule.id for rule in (*rules.headings, *rules.boilerplate.rules)}


def test_an_unknown_role_in_a_rule_is_an_error() -> None:
    with pytest.raises(ValidationError, match="no context_role"):
        TitleRule(id="x", pattern="x", role="praise", years="none")


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("二○一○ 年", "2010年"),
        ("二〇〇九年", "2009年"),
        ("１ ９ ９ ８年", "1998年"),
        ("“十四五”（2021—2025年）", '"十四五"(2021—2025年)'),
        ("一九九八年", "1998年"),
        ("二十年", "二十年"),
    ],
)
def test_plain_form(passage: str, expected: str) -> None:
    assert plain(passage) == expected
