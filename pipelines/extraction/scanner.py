"""The one compiled pattern that finds every number, put together from the rules of numbers, units and ranks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_NUMBER = r"\d{1,3}(?:,\d{3})++(?:\.\d+)?|\d(?: ?\d)*+(?:\. ?\d(?: ?\d)*+)?"
"""Digits never give back what they took: a line of a million of them would fill the memory of `re`."""
_PAIR = r"(?<![\d.:])(?P<pair>\d+(?:\.\d+)?):(?P<one>\d+(?:\.\d+)?)(?P<third>:\d+(?:\.\d+)?)?(?![\d:])"


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def renamed(pattern: str, prefix: str) -> str:
    """A pattern whose groups carry a prefix, so that it can stand beside others."""
    return pattern.replace("(?P<", f"(?P<{prefix}")


def number_characters(numerals: dict[str, Any]) -> str:
    """The characters of Chinese number words, 万 and 亿 apart."""
    return "".join(numerals["digits"]) + "".join(numerals["tens"])


def scanner_pattern(
    numerals: dict[str, Any], quantities: dict[str, Any], ranks: dict[str, Any], spellings: Iterable[str]
) -> str:
    """The alternatives in the order in which they are tried; the outermost group names the kind.

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
    branches = [
        f"(?P<not{index}>{rule['pattern']})" for index, rule in enumerate(quantities["not_quantities"])
    ]
    fractions = (
        f"(?P<fr{index}>{renamed(rule['pattern'], f'fr{index}_')})"
        for index, rule in enumerate(numerals["fractions"])
    )
    branches += [
        f"(?P<fraction>{'|'.join(fractions)})",
        f"(?P<percents>{filled(numerals['percent_words'])})",
        f"(?P<rank>(?P<rank_first>(?:{alternation(ranks['first'])}){not_after})"
        f"|{renamed(ranks['ordinal'], 'rank_')}{not_after}|{renamed(ranks['top'], 'rank_top_')})",
        f"(?P<pairs>{_PAIR})",
        rf"(?P<arabic>(?<![\d.])(?P<neg>{numerals['sign']})?(?P<num>{_NUMBER})\s*(?P<sur>{surplus})?"
        rf"(?P<mult>{multiplier})?(?P<sur2>{surplus})?\s*(?P<unit>{units})?)",
        f"(?P<bares>(?:{after}){filled(numerals['bare_multiplier'])})",
        f"(?P<chinese>{filled(numerals['number_words'])})",
    ]
    return "|".join(branches)


def start_pattern(numerals: dict[str, Any], ranks: dict[str, Any]) -> str:
    """A class of the characters that a number can begin with."""
    starts = set(numerals["starts"]) | set(number_characters(numerals)) | set(numerals["myriads"])
    starts |= {word[0] for word in ranks["first"]}
    return rf"[\d{re.escape(''.join(sorted(starts)))}]"
