"""Patterns behind a cheap question find what they find without it, for the rules as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction.alternatives import Alternatives, Branch
from pipelines.extraction.edges import (
    after_number,
    allows,
    first_characters,
    last_characters,
    preceding,
    required,
)
from pipelines.extraction.guarded import AtEnd, AtStart, Containing
from pipelines.extraction.periods import mark_branches
from pipelines.extraction.scanner import alternation, branches_of, scanner_branches
from pipelines.paths import RULES_DIR
from pipelines.seeds import units

RULES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(RULES_DIR.glob("*.yml"))
}
SPELLINGS = [spelling for unit in units() for spelling in (unit.name_zh, *unit.aliases)]
NUMBERS = scanner_branches(RULES["numerals"], RULES["quantities"], RULES["ranks"], SPELLINGS)
MARKS = mark_branches(RULES["periods"])
ENDS = {
    "streak": RULES["quantities"]["streak"],
    "adjuncts": RULES["predicates"]["adjuncts"],
    "relation": RULES["predicates"]["relation"],
    "year": RULES["function_words"]["year_tail"],
}
OPENINGS = [*branches_of(RULES["predicates"]["adjuncts"]), RULES["function_words"]["time_lead"]]
HOLDING = {
    "enumerator": RULES["predicates"]["enumerator"],
    "introduction": RULES["predicates"]["introduction"],
    "examples": RULES["names"]["examples"],
    "share_of": RULES["names"]["share_of"],
}
PIECES = st.sampled_from(
    [
        *"1235.,:%亿万元年月日号届次家项第一二三十百千前位每±AG+×-—至到比由自从来间“”是的占等、受在按分看翻番成点两超级路岁 \n",
        *(
            "19",
            "20",
            "2025",
            "2030",
            "首位",
            "之首",
            "连续",
            "以来",
            "十四五",
            "时期",
            "前三年",
            "今年",
            "去年",
        ),
        *(
            "上年",
            "明年",
            "今后",
            "未来",
            "比重",
            "影响",
            "基础上",
            "扣除",
            "因素",
            "计算",
            "工作中",
            "相当于",
        ),
        *("恢复到", "达到", "分之", "百分之", "位数", "突破", "小时", "\u0663", "２"),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def plainly(branches: list[Branch]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in branches))


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_time_words_are_found_as_by_one_pattern(text: str) -> None:
    found = [(match.span(), match.lastgroup) for match in Alternatives(MARKS).find(text)]
    assert found == [(match.span(), match.lastgroup) for match in PLAIN_MARKS.finditer(text)]


PLAIN_MARKS = plainly(MARKS)
SCANNERS = [Alternatives(branches) for branches in NUMBERS]
PLAIN_SCANNERS = [plainly(branches) for branches in NUMBERS]


def numbers(
    text: str, patterns: Sequence[Alternatives | re.Pattern[str]]
) -> list[tuple[tuple[int, int], str | None]]:
    """What the patterns, in order, match from left to right, without overlap."""
    found, at = [], 0
    while at < len(text):
        match = next((match for pattern in patterns if (match := pattern.match(text, at))), None)
        if match is not None and match.end() > at:
            found.append((match.span(), match.lastgroup))
        at = max(at + 1, match.end() if match else 0)
    return found


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_numbers_are_found_as_by_plain_patterns(text: str) -> None:
    assert numbers(text, SCANNERS) == numbers(text, PLAIN_SCANNERS)


@pytest.mark.parametrize("length", [10, 31, 32, 33, 100])
@pytest.mark.parametrize("digits", ["1", "1,", "1.", "1 ", "12,345 "])
@pytest.mark.parametrize("after", ["周年", "小时生活圈", "亿元", "年", "号", ""])
def test_long_numbers_are_found_as_by_plain_patterns(digits: str, length: int, after: str) -> None:
    text = (digits * length)[:length] + after
    for before in ("", ".", "每", "A"):
        assert numbers(before + text, SCANNERS) == numbers(before + text, PLAIN_SCANNERS)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_guarded_patterns_match_as_without_a_guard(text: str) -> None:
    for name, pattern in ENDS.items():
        found, expected = AT_ENDS[name].search(text), re.search(f"(?:{pattern})$", text)
        assert (found and found.span()) == (expected and expected.span())
    for name, pattern in HOLDING.items():
        for found, expected in (
            (CONTAINING[name].search(text), re.search(pattern, text)),
            (CONTAINING[name].match(text), re.match(pattern, text)),
        ):
            assert (found and found.span()) == (expected and expected.span())
    found, expected = AT_START.match(text), re.match("|".join(f"(?:{pattern})" for pattern in OPENINGS), text)
    assert (found and found.span()) == (expected and expected.span())


AT_ENDS = {name: AtEnd(pattern) for name, pattern in ENDS.items()}
CONTAINING = {name: Containing(pattern) for name, pattern in HOLDING.items()}
AT_START = AtStart(OPENINGS)


@given(st.lists(st.text("ab级", max_size=4), min_size=1, max_size=8), st.text("ab级", max_size=8))
def test_words_that_share_their_beginning_match_longest_first(words: list[str], text: str) -> None:
    longest_first = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))
    for end in ("", "(?!级)"):
        found = re.match(f"(?:{alternation(words)}){end}", text)
        expected = re.match(f"(?:{longest_first}){end}", text)
        assert (found and found.span()) == (expected and expected.span())


@pytest.mark.parametrize(
    ("pattern", "first", "last"),
    [
        ("ab|c", "ac", "bc\n"),
        ("(?:x)?[yz]+", "xyz", "yz\n"),
        ("a{2,3}(?=b)", "a", "a\n"),
        ("(?<=q)a*b", "ab", "b\n"),
        ("[^a]b", None, "b\n"),
        ("a.", "a", None),
        ("a?", None, None),
        (r"\d年", r"\d", "年\n"),
    ],
)
def test_edges_of_a_pattern(pattern: str, first: str | None, last: str | None) -> None:
    found = first_characters(pattern)
    assert (None if found is None else "".join(sorted(found))) == first
    found = last_characters(pattern)
    assert found == (None if last is None else frozenset(last))


def test_what_else_a_pattern_needs() -> None:
    assert after_number(r"\d+(?:\.\d+)?\s*(?:万|亿)") == frozenset("万亿")
    assert after_number(r"\d+(?=号)") == frozenset("号")
    assert after_number(r"\d+") is None
    assert preceding("(?<=[每各])a") == frozenset("每各")
    assert preceding("(?<!每)a") is None
    assert required("(?:a|b)的是c?") == "的是"
    assert required("a|b") == ""
    assert allows(frozenset((r"\d",)), "٣")
    assert not allows(frozenset("a"), "")
    with pytest.raises(ValueError, match="no word"):
        Containing("a|b")
