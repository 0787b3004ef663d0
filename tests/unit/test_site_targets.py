"""The pages of promises: how they are cut, counted, quoted and downloaded."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words
from pipelines.publication.site.pages.quotes import marked
from pipelines.publication.site.pages.target_portions import cut
from pipelines.publication.site.pages.target_rows import difference, gap_unit, signed
from pipelines.publication.site.pages.target_summary import Tally, summary
from pipelines.publication.site.site import Site


@pytest.fixture
def site() -> Site:
    units = {
        "yuan": Words("元", "yuan"),
        "rank": Words("位", "rank"),
        "percentage_point": Words("个百分点", "percentage point"),
    }
    return Site(None, Figures(units), {}, {}, (), "v")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (-0.6, "percent", "−0.6个百分点", "−0.6 pp"),
        (1.0, "percent", "+1个百分点", "+1 pp"),
        (170_000_000_000.0, "yuan", "+1,700亿元", "+170 billion yuan"),
        (-2.0, "rank", "−2位", "−2 places"),
        (0.0, "yuan", "0元", "0 yuan"),
        (None, "percent", "—", "—"),
    ],
)
def test_a_gap_has_a_sign_and_the_unit_of_a_difference(
    site: Site, value: float | None, unit: str, zh: str, en: str
) -> None:
    assert signed(site, value, unit) == Words(zh, en)


def test_a_tolerance_has_no_sign(site: Site) -> None:
    assert difference(site, 0.3, "percent").zh == "0.3个百分点"


def test_only_rates_change_their_unit_in_a_difference() -> None:
    assert [gap_unit(unit) for unit in ("percent", "permille", "yuan", None)] == [
        "percentage_point",
        "permille_point",
        "yuan",
        None,
    ]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(1, 3)], [("a", False), ("bc", True), ("de", False)]),
        ([(3, 5), (0, 1)], [("a", True), ("bc", False), ("de", True)]),
        ([(1, 4), (2, 5), (1, 4)], [("a", False), ("bcd", True), ("e", True)]),
        ([(None, None)], [("abcde", False)]),
        ([(4, 99), (50, 60)], [("abcd", False), ("e", True)]),
        ([(2, 2)], [("abcde", False)]),
    ],
)
def test_a_quote_loses_no_character(
    spans: list[tuple[int | None, int | None]], expected: list[tuple[str, bool]]
) -> None:
    pieces = marked("abcde", spans)
    assert pieces == expected
    assert "".join(text for text, _ in pieces) == "abcde"


def _rows(*years: int | None) -> list[dict[str, Any]]:
    return [{"target_id": str(number), "set_year": year} for number, year in enumerate(years)]


def test_few_targets_share_a_page() -> None:
    assert cut(_rows(2026, 2025, None), 3) == [("", ["0", "1", "2"])]
    assert cut([], 3) == [("", [])]


def test_many_targets_are_cut_by_year_and_none_is_lost() -> None:
    assert cut(_rows(2026, 2026, 2026, 2025, None), 2) == [
        ("2026", ["0", "1"]),
        ("2026-2", ["2"]),
        ("2025", ["3"]),
        ("undated", ["4"]),
    ]


def test_a_share_is_taken_of_what_was_judged() -> None:
    tally = Tally("macro", Counter(met=2, met_within_tolerance=1, missed=1, pending=50, no_observation=3))
    assert (tally.kept, tally.settled, tally.open) == (3, 4, 53)


def test_the_summary_counts_every_target_once() -> None:
    rows: list[dict[str, Any]] = [
        {"outcome": outcome, "outcome_reason": reason, "commitment": commitment, "sector": sector}
        for outcome, reason, commitment, sector in (
            ("met", None, "ensure", "macro"),
            ("missed", None, None, "macro"),
            ("pending", None, "plain", "energy"),
            ("not_comparable", "no_number", "plain", None),
        )
    ]
    found = summary(rows)
    assert [tally.code for tally in found["commitments"]] == ["ensure", "plain", None]
    assert sum(tally.counts.total() for tally in found["commitments"]) == len(rows)
    assert [tally.code for tally in found["sectors"]] == ["macro"]
    assert {tally.code for tally in found["unsettled_sectors"]} == {"energy", None}
    assert found["reasons"] == [("no_number", 1)]
