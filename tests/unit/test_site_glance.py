"""At a glance: comparisons, shares, the matrix, and the way of GDP, as the page says them."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.gdp import gdp_charts
from pipelines.publication.site.pages.glance import matrix, outcome_shares, year_path
from pipelines.publication.site.pages.headlines import cards_by_year, comparison
from pipelines.publication.site.pages.phrases import phrase
from pipelines.publication.site.site import Place, Site
from pipelines.publication.site.source import Row

FIGURES = Figures({"yuan": Words("元", "yuan"), "person": Words("人", "persons")})


class Answers:
    """The published tables as prepared answers to the queries of a page."""

    def __init__(self, **answers: list[Row]) -> None:
        self._answers = answers

    def rows(self, name: str, **parameters: object) -> list[Row]:
        return self._answers.get(name, [])


def site(**answers: list[Row]) -> Site:
    codes = {("outcome", "met"): Words("完成", "met"), ("target_type", "actual"): Words("实际", "actual")}
    return Site(Answers(**answers), FIGURES, codes, {}, (), "v")  # type: ignore[arg-type]


def target(**changes: Any) -> Row:
    row = {
        "obs_value": 5.0,
        "unit_measure": "percent",
        "bound": "point",
        "target_year": 2026,
        "actual_year": 2025,
        "actual_value": 4.6,
        "actual_value_upper": None,
        "actual_bound": "point",
    }
    return row | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "the target is 0.4 pp higher"),
        ({"actual_value": 5.3}, "the target is 0.3 pp lower"),
        ({"bound": "at_least", "actual_value": 5.0}, "the same as the target"),
        (
            {"obs_value": 180000.0, "unit_measure": "person", "actual_value": 228000.0},
            "the target is 48,000 people lower",
        ),
    ],
)
def test_a_target_is_compared_with_the_year_before(changes: Row, said: str) -> None:
    found = comparison(FIGURES, target(**changes))
    assert found is not None and found.en == said


@pytest.mark.parametrize(
    "changes",
    [
        {"bound": "range"},
        {"actual_year": 2020},
        {"actual_bound": "at_most"},
        {"actual_value_upper": 6.0},
        {"actual_value": None, "actual_year": None},
        {"obs_value": None},
    ],
)
def test_no_comparison_where_it_would_say_nothing(changes: Row) -> None:
    assert comparison(FIGURES, target(**changes)) is None


def test_a_card_tells_what_else_the_report_promises_once() -> None:
    headline = target(
        headline="gdp_growth",
        headline_zh="地区生产总值增长",
        headline_en="GDP growth",
        target_id="a",
        indicator_key="gdp",
        measure="growth",
        obs_value_upper=None,
    )
    other = {
        "set_year": 2026,
        "headline": "gdp_growth",
        "target_id": "b",
        "indicator_key": "gdp",
        "indicator_zh": "地区生产总值",
        "indicator_en": "GDP",
        "measure": "growth",
        "year": 2030,
        "period_start_year": 2026,
        "growth_basis": "annual_average",
        "obs_value": 5.5,
        "obs_value_upper": None,
        "unit_measure": "percent",
        "bound": "around",
        "source_text": "5.5%左右",
        "document_id": "d",
        "statement_id": "b",
    }
    said = [other | {"target_id": "a"}, other, other | {"target_id": "c", "statement_id": "c"}]
    [card] = cards_by_year(site(glance_headlines=[headline], glance_headline_targets=said), "330200")[2026]
    [line] = card["also"]
    assert (line["when"].en, line["value"].zh, line["name"]) == ("yearly average 2026–2030", "5.5%左右", None)


def test_the_matrix_puts_what_has_no_sector_last_and_shades_by_the_largest() -> None:
    counts: list[Row] = [
        {"sector": None, "target_type": "actual", "statement_count": 1},
        {"sector": "macro", "target_type": "actual", "statement_count": 20},
        {"sector": "macro", "target_type": "annual_target", "statement_count": 8},
    ]
    found = matrix(counts)
    assert [sector for sector, _, _ in found["rows"]] == ["macro", None]
    assert found["rows"][0][2] == {"actual": 5, "baseline": 0, "annual_target": 2, "plan_target": 0}
    assert found["rows"][1][2]["actual"] == 1, "one statement is still shaded"
    assert dict(found["total"]) == {"actual": 21, "annual_target": 8}


def test_the_parts_of_the_outcome_bar_fill_it() -> None:
    counts: list[Row] = [
        {"outcome": "pending", "target_count": 82},
        {"outcome": "met", "target_count": 3},
        {"outcome": "met", "target_count": 2},
        {"outcome": "met_within_tolerance", "target_count": 1},
        {"outcome": "missed", "target_count": 2},
    ]
    found = outcome_shares(counts)
    assert [(part["outcome"], part["count"]) for part in found["parts"]] == [
        ("met", 5),
        ("met_within_tolerance", 1),
        ("missed", 2),
        ("pending", 82),
    ]
    assert (found["total"], found["settled"], found["met"]) == (90, 8, 6)
    last = found["parts"][-1]
    assert last["start"] + last["width"] == pytest.approx(100, abs=0.01)
    assert outcome_shares([]) == {"total": 0, "parts": [], "met": 0, "settled": 0}


def gdp(target_type: str, measure: str, year: int, value: float, **more: Any) -> Row:
    row = {
        "target_type": target_type,
        "measure": measure,
        "year": year,
        "period_start_year": None,
        "set_year": None,
        "growth_basis": "yoy" if measure == "growth" else None,
        "obs_value": value,
        "obs_value_upper": None,
        "bound": "point",
        "outcome": None if target_type == "actual" else "pending",
    }
    return row | more


HISTORY = [
    gdp("actual", "level", 2020, 1.2e12),
    gdp("actual", "level", 2025, 1.8e12),
    gdp("plan_target", "level", 2025, 1.7e12, outcome="met"),
    gdp("plan_target", "level", 2030, 2.6e12),
    gdp("actual", "growth", 2024, 5.4),
    gdp("actual", "growth", 2025, 4.9),
    gdp("annual_target", "growth", 2026, 5.0, obs_value_upper=5.5, bound="range"),
]
STEP = {
    "step_number": 1,
    "actual_year": 2025,
    "actual_value": 1.8e12,
    "actual_bound": "point",
    "previous_year": 2025,
    "previous_value": 1.8e12,
    "year": 2030,
    "target_value": 2.6e12,
    "target_bound": "point",
    "is_already_reached": False,
    "required_growth": 7.63,
    "required_growth_from_previous": 7.63,
    "is_same_price_basis": False,
}


def test_gdp_goes_from_actuals_over_the_next_target_to_the_goal() -> None:
    found = gdp_charts(site(glance_gdp=HISTORY, glance_gdp_steps=[STEP]), "330200")
    rows = found["level"].rows
    need = [row for row in rows if row["what"] == "need"]
    assert [(row["year"], row["value"], row["year2"], row["value2"]) for row in need] == [
        (2025, 1.8, 2030, 2.6)
    ]
    assert need[0]["label"]["en"] == "7.6% a year needed"
    next_year = [row for row in rows if row["year"] == 2026]
    assert [(row["value"], row["upper"], row["bound"]) for row in next_year] == [
        (pytest.approx(1.89), pytest.approx(1.899), "range")
    ]
    earlier = next(row for row in rows if row["kind"] == "plan_target" and row["year"] == 2025)
    assert (earlier["label"]["en"], earlier["side"]) == ("goal 1.7: met", "down")
    assert (found["level"].values["x_min"], found["level"].values["x_max"]) == (2020, 2030)
    assert "7.6% a year" in found["sentence"].en and not found["is_same_price_basis"]
    flat = [row for row in found["growth"].rows if row["what"] == "need"]
    assert [(row["year"], row["year2"], row["value"]) for row in flat] == [(2026, 2030, 7.6)]


def test_the_texts_of_close_lines_stand_on_different_sides() -> None:
    average = gdp("plan_target", "growth", 2030, 7.5, growth_basis="annual_average", period_start_year=2026)
    for value, sides in ((7.5, ["down", "up"]), (5.5, ["up", "up"]), (7.8, ["up", "down"])):
        history = [*HISTORY, average | {"obs_value": value}]
        found = gdp_charts(site(glance_gdp=history, glance_gdp_steps=[STEP]), "330200")
        assert [row["side"] for row in found["growth"].rows if "year2" in row] == sides, value


def test_a_level_target_of_the_next_year_leaves_no_room_for_a_derived_one() -> None:
    history = [*HISTORY, gdp("annual_target", "level", 2026, 1.95e12)]
    rows = gdp_charts(site(glance_gdp=history), "330200")["level"].rows
    assert [row["value"] for row in rows if row["year"] == 2026] == [1.95]


def test_a_goal_already_reached_asks_for_nothing() -> None:
    reached = STEP | {
        "is_already_reached": True,
        "required_growth": None,
        "required_growth_from_previous": None,
    }
    found = gdp_charts(site(glance_gdp=HISTORY, glance_gdp_steps=[reached]), "330200")
    assert found["sentence"] is None
    assert not [row for row in found["level"].rows if row["what"] == "need"]


def test_one_figure_is_no_chart() -> None:
    found = gdp_charts(site(glance_gdp=HISTORY[:1]), "330200")
    assert found["level"] is None and found["growth"] is None


def test_a_phrase_takes_each_language_its_own_form() -> None:
    said = phrase("glance.goal", value=Words("5%左右", "about 5%"))
    assert (said.zh, said.en) == ("目标5%左右", "goal about 5%")
    with pytest.raises(KeyError):
        phrase("glance.goal")


def test_every_coverage_code_has_its_words() -> None:
    codes = (
        "stated",
        "relative",
        "qualitative",
        "mentioned_not_read",
        "absent_in_text",
        "absent_in_abridged_text",
    )
    assert all(f"coverage_note.{code}" in words() for code in (*codes, "no_document"))


def test_an_earlier_report_has_a_page_of_its_own() -> None:
    assert year_path(Place("330200", Words("宁波市", "Ningbo"), ()), 2025) == "places/330200-2025.html"
