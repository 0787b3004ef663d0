"""Rules are data: no Chinese word that decides or writes anything stands in Python code."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelines

PACKAGE = Path(pipelines.__file__).parent

DESCRIBED_BY = ("column",)
"""Functions whose first argument describes a column to people, as a docstring would."""

MARKS_ALLOWED = {
    "display.py": "full-width signs that make a spreadsheet run a cell: a closed set of a program's, no rule",
    "extraction/clauses.py": "marks that end a clause: the syntax of a sentence, walked sign by sign",
    "extraction/frames.py": "the enumeration comma: the syntax of a list of names",
    "extraction/making.py": "the semicolon: the syntax of a sentence",
    "extraction/names.py": "brackets and the enumeration comma: the syntax of a noun phrase",
    "extraction/naming.py": "the enumeration comma: the syntax of a list of names",
    "extraction/periods.py": "marks of a pause: the syntax of a sentence",
    "extraction/predicates.py": "the wide blank, stripped with other blanks",
    "extraction/ranks.py": "the enumeration comma: the syntax of a list of names",
    "extraction/relatives.py": "the wide blank, stripped with other blanks",
    "extraction/resolve.py": "the enumeration comma between the places of a statement",
    "publication/site/pages/report_text.py": "marks that a heading may end with and the contents do without",
}
"""Files whose literals may hold full-width marks, never words, and why."""


def is_wide(char: str) -> bool:
    """Whether a character is Chinese or another wide one: a word's, a mark of punctuation or a blank."""
    return unicodedata.east_asian_width(char) in "WF"


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every literal with wide characters that is neither docstring nor description."""
    tree = ast.parse(source)
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            told.add(id(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DESCRIBED_BY:
            told |= {id(argument) for argument in node.args[:1]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in told:
            text = node.value if isinstance(node.value, str) else node.value.decode("utf-8", "replace")
            if any(map(is_wide, text)):
                yield node.lineno, text


def is_word(text: str) -> bool:
    """Whether a wide letter or number stands in a text, so that it is more than marks."""
    return any(is_wide(char) and char.isalnum() for char in text)


FOUND = {
    path.relative_to(PACKAGE).as_posix(): list(literals(path.read_text(encoding="utf-8")))
    for path in sorted(PACKAGE.rglob("*.py"))
}


def test_no_chinese_word_stands_in_code() -> None:
    assert len(FOUND) > 200
    words = [
        f"{file}:{line} {text!r}" for file, all_ in FOUND.items() for line, text in all_ if is_word(text)
    ]
    assert words == [], "words belong into the rule files (rules/*.yml, words/*.yml) or the seeds"


def test_full_width_marks_stand_only_where_they_are_syntax() -> None:
    files = {file for file, all_ in FOUND.items() if any(not is_word(text) for _, text in all_)}
    assert files == set(MARKS_ALLOWED), "put marks into a rule file, or say here why they are syntax"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""增长"""\nx = 1', []),
        ('class A:\n    """增长"""\n    x: int\n    """个数"""', []),
        ("# 增长\nx = 1", []),
        ('x = column("连续8年", unit="years")', []),
        ('x = column("years", unit="年")', [(1, "年")]),
        ('x = other("连续8年")', [(1, "连续8年")]),
        ("def f(a):\n    return f'{a}的{a}'", [(2, "的")]),
        ('x = "\\u589e\\u957f"', [(1, "增长")]),
        ('x = re.compile(r"万|亿")', [(1, "万|亿")]),
        ('x = {"、": "—“”×"}', [(1, "、")]),
        ("x = '増'.encode()", [(1, "増")]),
    ],
)
def test_the_check_sees_literals_and_passes_over_what_is_told_to_people(
    source: str, expected: list[tuple[int, str]]
) -> None:
    assert list(literals(source)) == expected


def test_marks_and_blanks_are_no_words() -> None:
    assert not any(map(is_word, ["、", "，；。：！？（）《》", "\u3000", "＝＋－＠"]))
    assert all(map(is_word, ["增", "（一", "〇", "５", "a、的"]))
