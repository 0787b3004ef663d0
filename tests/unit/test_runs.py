"""Patterns that begin with a run are tried once a run, and a search finds the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extraction.runs import compile_once_a_run

PATTERNS = (
    r"\d+周年",
    r"(?P<a>\d+|[一二]+)分之(?P<b>\d+)|[一二]+个|\d{1,2}号",
    r"(?:(?:各|[一二]+?个|\d++个?)区)+",
    r"(?<!第)\d+号",
    r"-?\d+号|x+",
)


@given(st.text("12一二第各区个号周年分之-x", max_size=14), st.sampled_from(PATTERNS))
def test_a_search_finds_the_same(text: str, pattern: str) -> None:
    found, expected = compile_once_a_run(pattern).search(text), re.search(pattern, text)
    assert (found and (found.span(), found.groupdict())) == (
        expected and (expected.span(), expected.groupdict())
    )


@pytest.mark.parametrize("pattern", [r"\d+周年", r"(?:\d+|各)周年", r"(?P<a>\d+?)周年", r"\d++周年"])
def test_a_match_within_a_run_is_not_tried(pattern: str) -> None:
    assert compile_once_a_run(pattern).match("12周年", 1) is None
    assert compile_once_a_run(pattern).match("x2周年", 1) is not None


@pytest.mark.parametrize("pattern", [r"(?<!第)\d+号", r"-?\d+号", r"\d{1,9}号", r"\d\d号"])
def test_other_beginnings_are_left_as_they_are(pattern: str) -> None:
    assert compile_once_a_run(pattern).match("123号", 1) is not None
