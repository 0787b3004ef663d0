"""The reports of a seed, in one fixed order: a larger sample begins with the smaller one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.documents.files import document_id
from pipelines.extraction.places import Place
from pipelines.extraction.statements import DocumentKey
from pipelines.rules import five_year_plans
from pipelines.seeds import places
from pipelines.synth.lexicon import lexicon
from pipelines.synth.report import Report
from pipelines.synth.wording import wording
from pipelines.synth.writer import Row

_LEVELS = ("province", "prefecture", "county")


class SynthError(ValueError):
    """A sample that can't be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SynthReport:
    """A made-up report: its document, its text, and the gold rows of all statements that it asserts."""

    document: DocumentKey
    text: str
    truth: list[Row]


def sample(seed: int) -> list[tuple[Place, int]]:
    """Every place that existed × every year of the rules, in the order of a seed.

    The order comes from a hash of each pair alone: neither the seeds' rows nor the size of a sample move it.
    """
    first, last = lexicon().layout["years"]
    keyed = [
        (hashlib.sha256(f"{seed}\x1f{place.ref_area}\x1f{year}".encode()).digest()[:12], place, year)
        for place in places()
        if place.level in _LEVELS
        for year in range(first, last + 1)
        if place.abolished_year is None or year < place.abolished_year
    ]
    keyed.sort(key=lambda one: one[0])
    return [(place, year) for _, place, year in keyed]


def generate(reports: int, seed: int) -> Iterator[SynthReport]:
    """The first reports of a seed, one after the other.

    Raises:
        SynthError: there are not so many places and years.
    """
    pairs = sample(seed)
    if reports > len(pairs):
        raise SynthError(
            f"{reports:,} reports: the places seed has {len(pairs):,} places and years; ask for fewer"
        )
    plans = {years: name for name, years in five_year_plans().items()}
    words = lexicon()
    for place, year in islice(pairs, reports):
        written = Report(words, seed, place, year, _plans_around(year, plans)).write()
        document = DocumentKey(document_id(place.ref_area, "report", year, None), place.ref_area, year)
        yield SynthReport(document, written.text(), written.rows)


def _plans_around(year: int, plans: dict[tuple[int, int], str]) -> tuple[str, str]:
    """The names of the plan that the year before belongs to, and of the one the year belongs to."""

    def named(wanted: int) -> str:
        known = (name for (first, last), name in plans.items() if first <= wanted <= last)
        return next(known, wording().report.unknown_plan)

    return named(year - 1), named(year)
