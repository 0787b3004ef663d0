"""The rules compiled once: what every step of extraction looks words up in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.extraction.alternatives import Alternatives
from pipelines.extraction.function_words import FunctionWords
from pipelines.extraction.guarded import AtEnd, AtStart, Containing
from pipelines.extraction.known_names import KnownNames
from pipelines.extraction.numerals import NumeralRules, parse_arabic, parse_chinese
from pipelines.extraction.scanner import alternation, branches_of, renamed, scanner_branches, start_pattern
from pipelines.extraction.word_table import Word, WordTable

if TYPE_CHECKING:
    from pipelines.extraction.catalogue import Catalogue
    from pipelines.extraction.places import Place

_REMEMBERED_UNITS = 4096
_STREAK_WINDOW = 16
_ADJUNCT_WINDOW = 24


@dataclass(frozen=True, slots=True)
class RejectRule:
    """Why a number that matches is no quantity."""

    rule_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FractionRule:
    """A way to write a number in words; `group` is the name of its group in the scanner."""

    rule_id: str
    kind: str
    group: str


def _words(rules: list[dict[str, Any]], kind_key: str = "kind") -> list[Word]:
    return [Word(rule["id"], str(rule[kind_key]), word) for rule in rules for word in rule["words"]]


class Lexicon:
    """Every rule of extraction, compiled.

    Args:
        rules: parsed YAML of `extraction/rules/`, by file stem.
        catalogue: units, indicators and places from the seeds.
        unit_spellings: every way to print a unit.
        name_spellings: every name and alias of an indicator.
    """

    def __init__(
        self,
        rules: Mapping[str, Any],
        catalogue: Catalogue,
        unit_spellings: Iterable[str],
        name_spellings: Iterable[str],
    ) -> None:
        """Compile; a malformed rule raises `re.error` or `KeyError` naming itself."""
        self.catalogue = catalogue
        self.unit = lru_cache(_REMEMBERED_UNITS)(catalogue.unit)
        self.known = KnownNames(name_spellings)
        self._unit_spellings = list(unit_spellings)
        self.words = FunctionWords(rules["function_words"])
        self.numerals = NumeralRules.from_data(rules["numerals"])
        self._fold = {ord(char): target for char, target in rules["numerals"]["fold"].items()}
        self._folded = re.compile(alternation(rules["numerals"]["fold"]))
        self._compile_quantities(rules["numerals"], rules["quantities"], rules["ranks"])
        self._compile_predicates(rules["predicates"])
        self._compile_names(rules["names"], rules["indicator_names"]["place_prefixes"]["keep_before"])
        self.area_count = re.compile("|".join(rule["pattern"] for rule in rules["areas"]["parts"]))
        self._wholes: dict[str, tuple[str, str]] = {
            word: (rule["level"], rule.get("own_end", ""))
            for rule in rules["areas"]["wholes"]
            for word in rule["words"]
        }
        self.named_part = re.compile(f"^{rules['areas']['named_part']}(?=[\\u4e00-\\u9fa5])")
        self.whole_part = re.compile(f"{self.area_count.pattern}|{rules['areas']['named_part']}")
        self.index_before = re.compile(
            f"(?:{alternation(rules['measures']['index_names'] + rules['measures']['ratio_names'])}){rules['measures']['index_between']}"
        )
        measures = rules["measures"]
        self.relative_hint = re.compile(measures["relative_hint"])
        self.relatives = [
            (rule["id"], rule["bound"], re.compile(rule["pattern"])) for rule in measures["relative"]
        ]
        self.relatives_of_last = [
            (rule["id"], rule["bound"], re.compile(rule["pattern"])) for rule in measures["relative_of_last"]
        ]
        self.qualitatives = [(rule["id"], re.compile(rule["pattern"])) for rule in measures["qualitative"]]
        self.relative_growth = re.compile(measures["relative_growth"])
        self.change_suffix = str(rules["measures"]["change_suffix"])
        self.commitments = WordTable(_words(rules["commitments"], "commitment"))
        self.commitment_pattern = re.compile(
            alternation(word for rule in rules["commitments"] for word in rule["words"])
        )
        self.commitment_opening = AtEnd(
            f"(?P<word>{self.commitment_pattern.pattern})(?:{self.words.time_and_comma})$"
        )

    def fold(self, text: str) -> str:
        """Full-width digits and signs as half-width ones; every character keeps its offset."""
        return text.translate(self._fold) if self._folded.search(text) else text

    def place_of_whole(self, word: str, within: str) -> Place | None:
        """The place above the document's that a word speaks of (全省 in a city's report); None for its own."""
        level, own_end = self._wholes.get(word, ("", ""))
        own = self.catalogue.places.get(within)
        if not level or own is None or (own_end and own.name_zh.endswith(own_end)):
            return None
        return self.catalogue.place_above(level, within)

    def wider_area(self, word: str, within: str) -> list[str]:
        """The word for a whole place where that is one above the document's, as the area of a reading; else none."""
        return [word] if word and self.place_of_whole(word, within) is not None else []

    def bare_unit(self, unit: str) -> str:
        """A unit as the contract prints it: without the classifier before it (个百分点 -> 百分点)."""
        return self._bare_units.get(unit, unit)

    def count(self, word: str) -> int:
        """A whole number in digits or words."""
        return int(parse_arabic(word)[0] if word[0].isdigit() else parse_chinese(word, self.numerals)[0])

    def bound_before(self, left: str) -> Word | None:
        """The word directly before a number that bounds it; its kind is the bound."""
        left = left.rstrip()
        found = self._bounds_before.at_end(left)
        return None if found is not None and left.endswith(self._no_bounds) else found

    def bound_after_at(self, text: str, position: int) -> Word | None:
        """The word directly after a number that bounds it; its kind is the bound."""
        return self._bounds_after.at(text, position)

    def _compile_quantities(
        self, numerals: dict[str, Any], quantities: dict[str, Any], ranks: dict[str, Any]
    ) -> None:
        bounds = quantities["bounds"]
        self._bounds_before = WordTable(_words([b for b in bounds if b["position"] == "before"], "bound"))
        self._bounds_after = WordTable(_words([b for b in bounds if b["position"] == "after"], "bound"))
        self._no_bounds = tuple(quantities["bound_exceptions"])
        self.dash = re.compile(rf"\s*{numerals['dash']}\s*")
        self.duration_units = frozenset(quantities["duration_units"])
        self.step_multiple = int(quantities["step_multiple"])
        self.step_unit = str(quantities["step_unit"])
        self.step_after = re.compile(quantities["step_after"])
        self.duration_before = re.compile(
            f"(?:{alternation(quantities['duration_verbs'])}){quantities['duration_link']}$"
        )
        self.streak = re.compile(quantities["streak"])
        self.streak_end = AtEnd(quantities["streak"], _STREAK_WINDOW)
        self.streak_year = str(quantities["streak_year"])
        self.from_word = re.compile(quantities["from_before"])
        self.not_quantities = {
            f"not{index}": RejectRule(rule["id"], rule["reason"])
            for index, rule in enumerate(quantities["not_quantities"])
        }
        self.fractions = [
            FractionRule(rule["id"], rule["kind"], f"fr{index}")
            for index, rule in enumerate(numerals["fractions"])
        ]
        self.classifiers_of: dict[str, str] = quantities["classifiers_of"]
        self.policy_unit = str(quantities["policy_unit"])
        self.policy_items = re.compile(quantities["policy_items"])
        self.policy_names = re.compile(quantities["policy_names"])
        self.quoted = re.compile(quantities["quoted"])
        self.word_units = frozenset(quantities["word_units"])
        self.distant_bounds: dict[str, str] = quantities["distant_bounds"]
        self._bare_units: dict[str, str] = quantities["bare_units"]
        special, plain = scanner_branches(numerals, quantities, ranks, self._unit_spellings)
        self.special_numbers, self.plain_numbers = Alternatives(special), Alternatives(plain)
        self.number_start = re.compile(start_pattern(numerals, ranks))
        self._compile_ranks(ranks)

    def _compile_ranks(self, ranks: dict[str, Any]) -> None:
        field, link = ranks["field"], ranks["verb_link"]
        self.rank_before = re.compile(
            rf"(?:(?:{alternation(ranks['verbs'] + ranks['origins'])}){link}(?:{field})?|(?:{field})"
            rf"|(?:{alternation(ranks['open_field_verbs'])}){ranks['open_field']})\s*$"
        )
        self.rank_list = re.compile(f"(?:(?:{renamed(ranks['ordinal'], 'list_')}){ranks['list_link']})+$")
        open_verbs = "|".join(f"(?<={verb})" for verb in ranks["open_field_verbs"])
        self.rank_field = re.compile(
            rf"(?:(?P<field>{field})|(?:{open_verbs})(?P<open>{ranks['open_field']}))\s*$"
        )
        self.field_end = re.compile(ranks["field_end"])
        self.rank_field_before = re.compile(ranks["field_before"])
        self.rank_verb_inside = re.compile(alternation(ranks["verbs"]))
        self.rank_verb = re.compile(f"(?:{alternation(ranks['verbs'])}){link}$")

    def _compile_predicates(self, rules: dict[str, Any]) -> None:
        self.tail = WordTable(_words(rules["tail"]))
        self.lead = WordTable(_words(rules["lead"]))
        self.lead_verbs = WordTable(word for word in _words(rules["lead"]) if word.kind == "verb_keep")
        self.comparison = re.compile(rules["comparison"])
        self.not_lead = WordTable(Word("lead.not", "not", word) for word in rules["not_lead"])
        self.any_verb = WordTable(w for w in _words(rules["lead"]) if w.kind in ("verb_keep", "verb_drop"))
        self.additive = frozenset(rules["additive"])
        self.renewing = frozenset(rules["renewing"])
        self.additive_opening = re.compile(alternation(rules["additive"]))
        self.nominal = WordTable(Word("lead.nominal", "nominal", word) for word in rules["nominal"])
        self.cumulative = re.compile(alternation(rules["cumulative_words"]))
        self.opening_adjunct = AtStart([*branches_of(rules["adjuncts"]), self.words.time_lead])
        self.adjunct_end = AtEnd(rules["adjuncts"], _ADJUNCT_WINDOW)
        self.tail_ends = (
            self.tail.lasts | self._bounds_before.lasts | self.streak_end.lasts | self.adjunct_end.lasts
        )
        self.enumerator = Containing(rules["enumerator"])
        self.introduction = Containing(rules["introduction"])
        self.relation = AtEnd(rules["relation"])
        self.relation_infix, self.relation_suffix = (
            str(rules["relation_infix"]),
            str(rules["relation_suffix"]),
        )
        self.et_cetera = str(rules["et_cetera"])
        self.of = str(rules["of"])
        self.purpose = str(rules["purpose"])
        self.performing_verbs = frozenset(rules["performing_verbs"])
        self.performers: tuple[str, ...] = tuple(rules["performers"])
        self.of_these = str(rules["of_these"])
        self.inner_cut = re.compile(alternation(rules["inner_cut"]))

    def _compile_names(self, rules: dict[str, Any], place_keeps: str) -> None:
        self.shared_heads = WordTable(Word("name.head", "head", word) for word in rules["shared_heads"])
        self.bare_stops = re.compile(alternation([*rules["bare_stops"], *rules["stops"]]))
        self.counted_head = re.compile(rules["counted_head"])
        self.prefixed_endings: tuple[str, ...] = tuple(rules["prefixed_anaphors"])
        self.prefixed_anaphors = frozenset(self.prefixed_endings)
        self.part_heads = frozenset(rules["part_heads"])
        self.whole_of_head = str(rules["whole_of_head"])
        self.per_base = re.compile(rules["per_base"])
        self.vague_nouns = re.compile(rules["vague_nouns"])
        self.stock_endings: tuple[str, ...] = tuple(rules["stock_anaphors"])
        self.stock_anaphors = frozenset(self.stock_endings)
        self.thing_anaphors = frozenset(rules["thing_anaphors"])
        self.appended_anaphors = frozenset(rules["appended_anaphors"])
        self.examples = Containing(rules["examples"])
        self.thing_heads = frozenset(rules["thing_heads"])
        self.generic_objects = WordTable(
            Word("name.generic", "generic", word) for word in rules["generic_objects"]
        )
        self.compound_drops = tuple(rules["compound_drops"])
        self.capacity_types = frozenset(rules["capacity_unit_types"])
        self.place_keeps = re.compile(place_keeps)
        self.place_count = re.compile(rules["place_count"])
        self.expansions = [
            (rule["id"], re.compile(rule["pattern"]), tuple(rule["parts"])) for rule in rules["expansions"]
        ]
        self.anaphors = WordTable(Word("name.anaphor", "anaphor", word) for word in rules["anaphors"])
        self.not_stops = WordTable(Word("name.not_stop", "not", word) for word in rules["not_stops"])
        self.stops = re.compile(alternation(rules["stops"]))
        self.attributive_stops = frozenset(rules["attributive_stops"])
        self.edge_left = WordTable(Word("name.edge", "edge", word) for word in rules["edge_left"])
        self.edge_right = WordTable(Word("name.edge", "edge", word) for word in rules["edge_right"])
        self.empty_names = frozenset(rules["empty_names"])
        self.threshold = frozenset(rules["threshold"])
        self.max_name = int(rules["max_name"])
        self.share_of = Containing(rules["share_of"])
        self.share_suffix = str(rules["share_suffix"])
        self.share_head = str(rules["share_head"])
        self.share_heads = tuple(rules["share_heads"])
