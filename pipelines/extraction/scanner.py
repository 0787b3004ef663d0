"""The patterns that find every number, put together from the rules of numbers, units and ranks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pipelines.extraction.alternatives import Branch

_NUMBER = r"\d{1,3}(?:,\d{3})++(?:\.\d+)?|\d(?: ?\d)*+(?:\. ?\d(?: ?\d)*+)?"
"""Digits never give back what they took: a line of a million of them would fill the memory of `re`."""
_PAIR = r"(?<![\d.:])(?P<pair>\d+(?:\.\d+)?):(?P<one>\d+(?:\.\d+)?)(?P<third>:\d+(?:\.\d+)?)?(?![\d:])"


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first.

    Words that begin alike share their beginning, so that `re` passes over those that can't match.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[_END] = {}
    return _branching(tree)


_END = ""


def _branching(tree: dict[str, Any]) -> str:
    branches = [re.escape(char) + _branching(tree[char]) for char in sorted(tree) if char != _END]
    if not branches:
        return ""
    if _END in tree:
        return f"(?:{'|'.join(branches)})?"
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def renamed(pattern: str, prefix: str) -> str:
    """A pattern whose groups carry a prefix, so that it can stand beside others."""
    return pattern.replace("(?P<", f"(?P<{prefix}")


def branches_of(pattern: str) -> list[str]:
    """The branches of a pattern that is one group of alternatives: `(?:a|b(?:c|d))` -> a, b(?:c|d)."""
    if not (pattern.startswith("(?:") and pattern.endswith(")")):
        return [pattern]
    branches, depth, in_class, escaped = [""], 0, False, False
    for char in pattern[3:-1]:
        if char == "|" and depth == 0 and not in_class and not escaped:
            branches.append("")
            continue
        branches[-1] += char
        if escaped or char == "\\":
            escaped = not escaped
        elif in_class or char == "[":
            in_class = char != "]"
        else:
            depth += (char == "(") - (char == ")")
            if depth < 0:
                return [pattern]
    return branches


def number_characters(numerals: dict[str, Any]) -> str:
    """The characters of Chinese number words, 万 and 亿 apart."""
    return "".join(numerals["digits"]) + "".join(numerals["tens"])


def scanner_branches(
    numerals: dict[str, Any], quantities: dict[str, Any], ranks: dict[str, Any], spellings: Iterable[str]
) -> tuple[list[Branch], list[Branch]]:
    """What an expression with a number can be, in the order in which it is tried: first what is no
    quantity or is written in a special way, then the plain numbers with their units.

    Args:
        numerals: rules/numerals.yml.
        quantities: rules/quantities.yml.
        ranks: rules/ranks.yml.
        spellings: every way to print a unit.
    """
    excluded = re.compile(quantities["unit_exclusions"])
    units = (
        f"(?:{alternation(unit for unit in spellings if not excluded.search(unit))}){numerals['unit_end']}"
    )
    chinese = number_characters(numerals)
    multiplier, surplus = numerals["multiplier"], numerals["surplus"]
    after = "|".join(f"(?<={re.escape(word)})" for word in quantities["bare_multiplier_after"])
    words = {"{digits}": chinese, "{units}": units, "{classifiers}": quantities["chinese_classifiers"]}

    def filled(template: str) -> str:
        for place, value in words.items():
            template = template.replace(place, value)
        return template

    not_after = f"(?!{ranks['not_after']})"
    fractions = (
        f"(?P<fr{index}>{renamed(rule['pattern'], f'fr{index}_')})"
        for index, rule in enumerate(numerals["fractions"])
    )
    special = [
        (f"not{index}", str(rule["pattern"])) for index, rule in enumerate(quantities["not_quantities"])
    ]
    special += [
        ("fraction", "|".join(fractions)),
        ("percents", filled(numerals["percent_words"])),
        (
            "rank",
            f"(?P<rank_first>(?:{alternation(ranks['first'])}){not_after})"
            f"|{renamed(ranks['ordinal'], 'rank_')}{not_after}|{renamed(ranks['top'], 'rank_top_')}",
        ),
        ("pairs", _PAIR),
    ]
    plain = [
        (
            "arabic",
            rf"(?<![\d.])(?P<neg>{numerals['sign']})?(?P<num>{_NUMBER})\s*(?P<sur>{surplus})?"
            rf"(?P<mult>{multiplier})?(?P<sur2>{surplus})?\s*(?P<unit>{units})?",
        ),
        ("bares", f"(?:{after}){filled(numerals['bare_multiplier'])}"),
        ("chinese", filled(numerals["number_words"])),
    ]
    return special, plain


def start_pattern(numerals: dict[str, Any], ranks: dict[str, Any]) -> str:
    """A class of the characters that a number can begin with."""
    starts = set(numerals["starts"]) | set(number_characters(numerals)) | set(numerals["myriads"])
    starts |= {word[0] for word in ranks["first"]}
    return rf"[\d{re.escape(''.join(sorted(starts)))}]"
