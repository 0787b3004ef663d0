"""The normal form of an indicator's name, by rules that are data (`rules/indicator_names.yml`).

Two texts that name one thing differently (规模以上工业增加值, 全市规上工业增加值增速) get one normal form,
so that figures join even where the catalogue has no such indicator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SHORTEST_NAME = 2
"""Characters that must remain of a name when a word is taken off it."""


class NameRuleError(ValueError):
    """A rule of the name rules cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class NameRules:
    """The compiled rules. Build them with `from_mapping`."""

    dropped_characters: re.Pattern[str]
    dropped_remark: re.Pattern[str]
    prefixed_remark: re.Pattern[str]
    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    prefix: re.Pattern[str]
    suffix: re.Pattern[str]
    common_place_words: frozenset[str]
    keep_place_before: re.Pattern[str]
    head_prefixes: tuple[str, ...]
    head_suffixes: tuple[str, ...]
    measure_aliases: Mapping[str, Mapping[str, str]]
    incompatible_measures: Mapping[str, frozenset[str]]
    unit_readings: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> NameRules:
        """Compile the rules as `rules/indicator_names.yml` states them.

        Raises:
            NameRuleError: a section is missing or a pattern is no regular expression.
        """
        try:
            places, head = data["place_prefixes"], data["head"]
            return cls(
                dropped_characters=_compiled("typography.drop", data["typography"]["drop"]),
                dropped_remark=_remark(data["remarks"], "drop"),
                prefixed_remark=_remark(data["remarks"], "prefix"),
                rewrites=tuple(
                    (_compiled(rule["id"], rule["pattern"]), rule["to"]) for rule in data["rewrites"]
                ),
                prefix=_any_of("prefixes", data["prefixes"], "^(?:{})"),
                suffix=_any_of("suffixes", data["suffixes"], "(?:{})"),
                common_place_words=frozenset(places["common_words"]),
                keep_place_before=_compiled("place_prefixes.keep_before", places["keep_before"]),
                head_prefixes=tuple(head["prefixes"]),
                head_suffixes=tuple(head["suffixes"]),
                measure_aliases=data["measure_aliases"],
                incompatible_measures={
                    measure: frozenset(defaults)
                    for measure, defaults in data["incompatible_measures"].items()
                },
                unit_readings=data["unit_readings"],
            )
        except KeyError as error:
            raise NameRuleError(f"the section or key {error} is missing") from error
        except TypeError as error:
            raise NameRuleError(f"a section has another shape than expected ({error})") from error


class NameNormaliser:
    """Brings indicator names to their clean and their normal form."""

    def __init__(self, rules: NameRules, full_place_names: Iterable[str], short_place_names: Iterable[str]):
        """Take the rules and the names that places print: full ones and short ones."""
        self._rules = rules
        self._places = frozenset(full_place_names) | (frozenset(short_place_names) - rules.common_place_words)
        self._place_lengths = sorted({len(name) for name in self._places}, reverse=True)

    def clean(self, text: str) -> str:
        """The name with its typography unified: half-width, no spaces, no quotation marks."""
        kept = self._rules.dropped_characters.sub("", unicodedata.normalize("NFKC", text))
        # A space taken out can leave a combining mark beside a letter that composes with it.
        return unicodedata.normalize("NFKC", kept)

    def normal_form(self, text: str) -> str:
        """The stable normal form: applying it again changes nothing. Empty only for an empty name."""
        cleaned = name = self.clean(text)
        while (rewritten := self._one_pass(name)) != name:
            name = rewritten
        return name or cleaned

    def _one_pass(self, name: str) -> str:
        rules = self._rules
        name = self._without_remark(name)
        for pattern, replacement in rules.rewrites:
            name = pattern.sub(replacement, name)
        name = _taken_off(rules.prefix, name)
        name = self._without_place(name)
        return _taken_off(rules.suffix, name)

    def _without_remark(self, name: str) -> str:
        if not name.endswith(")"):
            return name
        if found := self._rules.dropped_remark.search(name):
            return name[: found.start()] or name
        if found := self._rules.prefixed_remark.search(name):
            return found.group("remark") + name[: found.start()]
        return name

    def _without_place(self, name: str) -> str:
        for length in self._place_lengths:
            rest = name[length:]
            if (
                len(rest) >= SHORTEST_NAME
                and name[:length] in self._places
                and not self._rules.keep_place_before.match(rest)
            ):
                return rest
        return name


def _taken_off(pattern: re.Pattern[str], name: str) -> str:
    """The name without what the pattern finds, unless too little would remain."""
    rest = pattern.sub("", name, count=1)
    return rest if len(rest) >= SHORTEST_NAME else name


def _compiled(rule_id: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise NameRuleError(f"rule {rule_id}: {pattern!r} is no regular expression ({error})") from error


def _any_of(section: str, rules: Iterable[Mapping[str, str]], frame: str) -> re.Pattern[str]:
    for rule in rules:
        _compiled(rule["id"], rule["pattern"])
    return _compiled(section, frame.format("|".join(f"(?:{rule['pattern']})" for rule in rules)))


def _remark(rules: Iterable[Mapping[str, str]], action: str) -> re.Pattern[str]:
    return _any_of("remarks", [rule for rule in rules if rule["action"] == action], r"\((?P<remark>{})\)$")
