"""The pages of indicators: what shares an axis, how a bound is drawn, how a figure changed, where a page lies."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.publication.site import charts
from pipelines.publication.site.charts.indicators import GLYPHS
from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.indicator_history import KINDS, glyph, label_side, latest, series
from pipelines.publication.site.pages.indicator_texts import passages, published_again
from pipelines.publication.site.pages.indicators import history_query
from pipelines.publication.site.site import Site, file_name, indicator_path, indicators_path

BOUNDS = yaml.safe_load((Path(charts.__file__).parent.parent / "figures.yml").read_text(encoding="utf-8"))[
    "bounds"
]


@pytest.fixture
def site() -> Site:
    return Site(None, Figures({"yuan": Words("元", "yuan")}), {}, {}, (), "v")  # type: ignore[arg-type]


def _year(year: int, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator_key": "gdp",
        "measure": "level",
        "unit_measure": "yuan",
        "rank_scope": None,
        "year": year,
        "actual_status": None,
        "actual_chosen_rule": None,
    }
    for kind in KINDS:
        for part in ("value", "value_upper", "bound", "tolerance", "outcome", "id"):
            row[f"{kind}_{part}"] = None
    return row | values


def test_each_measure_and_unit_has_an_axis_of_its_own(site: Site) -> None:
    rows = [
        _year(2024, measure="growth", unit_measure="percent", actual_value=5.0, actual_bound="point"),
        _year(2024, actual_value=1.8e12, actual_bound="point"),
        _year(2025, actual_value=1.9e12, actual_bound="point"),
        _year(2024, unit_measure="dollar", actual_value=2.6e11, actual_bound="point"),
        _year(
            2025,
            measure="rank",
            unit_measure="rank",
            rank_scope="全国",
            actual_value=12,
            actual_bound="point",
        ),
    ]
    found = series(site, rows)
    keys = [(one["measure"], one["unit_measure"], one["rank_scope"]) for one in found]
    assert keys == [
        ("level", "dollar", None),
        ("level", "yuan", None),
        ("growth", "percent", None),
        ("rank", "rank", "全国"),
    ]
    assert [one["chart"] for one in found] == [None, "history", None, None]
    yuan = found[1]
    assert [point["value"] for point in yuan["chart_rows"]] == [1.8, 1.9]
    assert yuan["unit"].zh == "万亿元"
    assert [row["year"] for row in yuan["rows"]] == [2025, 2024]


def test_a_range_has_both_ends_and_a_tolerance_its_whisker(site: Site) -> None:
    rows = [
        _year(
            2026,
            measure="growth",
            unit_measure="percent",
            annual_target_value=5.0,
            annual_target_value_upper=5.5,
            annual_target_bound="range",
            plan_target_value=6.0,
            plan_target_bound="around",
            plan_target_tolerance=0.25,
        )
    ]
    annual, plan = series(site, rows)[0]["chart_rows"]
    assert (annual["value"], annual["upper"], annual["upper_glyph"]) == (5.0, 5.5, "end")
    assert (annual["low"], annual["high"]) == (5.0, 5.0)
    assert (plan["low"], plan["high"], plan["upper"], plan["upper_glyph"]) == (5.75, 6.25, 6.0, "none")


def test_a_tolerance_widens_no_bound(site: Site) -> None:
    row = _year(2026, annual_target_value=8.0, annual_target_bound="point", annual_target_tolerance=1.0)
    point = series(site, [row])[0]["chart_rows"][0]
    assert (point["low"], point["high"]) == (8.0, 8.0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bound", [*BOUNDS, None])
def test_every_bound_of_every_kind_has_a_sign_with_a_name(kind: str, bound: str | None) -> None:
    sign = glyph(kind, bound)
    assert sign in GLYPHS
    assert f"glyph.{sign}" in words()


def test_arrows_lead_where_a_target_holds() -> None:
    signs = {bound: glyph("annual_target", bound) for bound in BOUNDS}
    assert len(set(signs.values())) == len(BOUNDS)
    for up, down in (("at_least", "at_most"), ("above", "below")):
        assert "V-2.6" in GLYPHS[signs[up]] and "V2.6" not in GLYPHS[signs[up]]
        assert "V2.6" in GLYPHS[signs[down]] and "V-2.6" not in GLYPHS[signs[down]]
    # A number that counts itself stands on a bar, one that does not on an open circle.
    assert "A" in GLYPHS["above"] and "A" not in GLYPHS["at_least"]


def test_no_line_is_drawn_over_years_without_a_figure(site: Site) -> None:
    rows = [_year(year, actual_value=1.0, actual_bound="point") for year in (2013, 2014, 2020, 2021)]
    rows[1] |= {"annual_target_value": 2.0, "annual_target_bound": "point"}
    points = series(site, rows)[0]["chart_rows"]
    assert [(point["kind"], point["run"]) for point in points] == [
        ("actual", 1), ("actual", 1), ("annual_target", 0), ("actual", 2), ("actual", 2),
    ]  # fmt: skip


def test_a_label_keeps_off_the_line() -> None:
    rising = [{"kind": "actual", "value": 1.0}, {"kind": "actual", "value": 2.0}]
    assert label_side(rising) == "above"
    assert label_side(rising[::-1]) == "below"
    assert label_side(rising[:1]) == "right"
    assert (
        label_side([{"kind": "plan_target", "value": 1.0}, {"kind": "plan_target", "value": 2.0}]) == "right"
    )


def test_the_list_shows_the_latest_of_the_usual_measure(site: Site) -> None:
    rows = [
        _year(2023, measure="growth", unit_measure="percent", actual_value=5.0, actual_bound="point"),
        _year(2024, measure="growth", unit_measure="percent", actual_value=6.0, actual_bound="point"),
        _year(
            2025,
            measure="growth",
            unit_measure="percent",
            annual_target_value=7.0,
            annual_target_bound="point",
        ),
        _year(2025, actual_value=100.0, actual_bound="point"),
    ]
    found = series(site, rows)
    shown = latest(found, "growth")
    assert (shown["actual"]["year"], shown["actual"]["words"].en) == (2024, "6%")
    assert (shown["target"]["year"], shown["target"]["kind"]) == (2025, "annual_target")
    assert latest(found, "level")["actual"]["words"].en == "100 yuan"
    assert latest(found, "share")["measure"] == "growth"
    assert latest([], "level") == {"actual": None, "target": None, "measure": "level"}


def _vintage(value: float, date: datetime.date | None, **other: Any) -> dict[str, Any]:
    return {
        "measure": "level",
        "year": 2020,
        "period_start_year": None,
        "sub_period": None,
        "growth_basis": None,
        "price_basis": None,
        "rank_scope": None,
        "unit_measure": "yuan",
        "obs_value": value,
        "obs_value_upper": None,
        "bound": "point",
        "vintage_date": date,
    } | other


def test_a_revision_is_measured_against_the_publication_before(site: Site) -> None:
    rows = [
        _vintage(5.0, datetime.date(2020, 1, 1), year=2019),
        _vintage(5.0, None, year=2019),
        _vintage(100.0, datetime.date(2021, 1, 1)),
        _vintage(100.0, datetime.date(2021, 2, 1)),
        _vintage(130.0, datetime.date(2026, 1, 1)),
        _vintage(90.0, None),
    ]
    changed, same = published_again(site, rows)
    assert (changed["year"], changed["is_changed"]) == (2020, True)
    assert [row["change"] and row["change"].en for row in changed["publications"]] == [
        None, None, "+30 yuan", None,
    ]  # fmt: skip
    assert (same["year"], same["is_changed"]) == (2019, False)


def test_a_sentence_stands_once_with_all_its_numbers(site: Site) -> None:
    shared = {
        "document_id": "d", "sentence_id": "d:1", "sentence_text": "A 1 B 2", "obs_value_upper": None,
        "unit_measure": "yuan", "bound": "point", "year": 2025, "target_type": "actual",
    }  # fmt: skip
    rows = [
        shared | {"statement_id": "a", "mark_start": 2, "mark_end": 3, "obs_value": 1.0},
        shared | {"statement_id": "b", "mark_start": 6, "mark_end": 7, "obs_value": 2.0},
    ]
    (only,) = passages(site, rows, {"d"})
    assert only["quote"] == [("A ", False), ("1", True), (" B ", False), ("2", True)]
    assert [value["words"].en for value in only["values"]] == ["1 yuan", "2 yuan"]
    assert only["has_page"]
    assert not passages(site, rows, set())[0]["has_page"]


def test_names_that_one_disk_may_take_for_one_differ() -> None:
    keys = [
        "gdp",
        "GDP",
        "Gdp",
        "index",
        "others",
        "con",
        "",
        "地区生产总值",
        "地区 生产总值",
        "a/b",
        "..",
        "x" * 300,
    ]
    names = [file_name(key) for key in keys]
    assert len({name.lower() for name in names}) == len(keys)
    assert names[0] == "gdp"
    assert all(name.isascii() and "/" not in name and len(name) <= 80 for name in names)
    assert all(indicator_path("330200", key) != indicators_path("330200") for key in keys)


def test_a_quote_in_a_name_ends_no_sql_text() -> None:
    assert "indicator_key = 'it''s'" in history_query("330200", "it's")
