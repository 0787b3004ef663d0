"""The comparison of places: which comparisons there are, and what their charts draw."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from pipelines.publication.site.charts import shapes
from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words
from pipelines.publication.site.pages.places import choice_path, choices, first_choice
from pipelines.publication.site.pages.ranking import named, place_label, ranking, scatter, some
from pipelines.publication.site.source import Row, Source

FIGURES = Figures({"person": Words("人", "persons")})


def choice(headline: str, year: int, place_count: int, settled_count: int = 0) -> Row:
    return {"headline": headline, "year": year, "place_count": place_count, "settled_count": settled_count}


def place(name: str, value: float, actual: float | None = None, **more: Any) -> Row:
    row = {
        "target_id": name,
        "name_zh": name,
        "name_en": name,
        "level": "province",
        "parent_name_zh": "全国",
        "year": 2025,
        "obs_value": value,
        "obs_value_upper": None,
        "unit_measure": "percent",
        "bound": "point",
        "actual_value": actual,
        "actual_value_upper": None,
        "actual_bound": "point",
        "gap": None if actual is None else actual - value,
        "outcome": "pending" if actual is None else "met" if actual >= value else "missed",
    }
    return row | more


def test_a_comparison_needs_two_places_and_all_years_two_outcomes() -> None:
    found = [
        choice("gdp_growth", 2026, 2),
        choice("gdp_growth", 2025, 1, 1),
        choice("gdp_growth", 2024, 1, 1),
        choice("cpi", 2026, 1, 1),
    ]
    assert choices(found) == [("gdp_growth", 2026), ("gdp_growth", None)]


def test_the_first_comparison_is_growth_in_the_year_that_most_places_have() -> None:
    found = [
        choice("gdp_growth", 2026, 3),
        choice("gdp_growth", 2025, 9),
        choice("gdp_growth", 2024, 9),
        choice("cpi", 2026, 30),
    ]
    assert first_choice(found) == ("gdp_growth", 2025)
    assert first_choice(found[3:]) == ("cpi", 2026)
    assert first_choice([choice("cpi", 2026, 1)]) is None


def test_paths_of_comparisons_are_no_paths_of_places() -> None:
    assert choice_path("gdp_growth", 2025) == "places/gdp_growth-2025.html"
    assert choice_path("gdp_growth", None) == "places/gdp_growth.html"


def test_the_ranking_keeps_each_figure_with_its_place() -> None:
    rows = [
        place("甲", 6.0, obs_value_upper=6.5, bound="range"),
        place("乙", 5.0, 5.3, bound="at_least"),
    ]
    drawn = ranking(FIGURES, rows, "percent")
    assert [(row["place"]["zh"], row["figures"]["zh"]) for row in drawn.rows] == [
        ("甲", "6%～6.5%"),
        ("乙", "5%以上 · 5.3%"),
    ]
    assert (drawn.values["x_min"], drawn.values["x_max"]) == (5.0, 6.5)
    assert drawn.bounds == ("range", "at_least")


def test_a_ranking_of_equal_targets_still_has_an_axis() -> None:
    values = ranking(FIGURES, [place("甲", 5.0), place("乙", 5.0)], "percent").values
    assert values["x_min"] < 5.0 < values["x_max"]


def test_large_amounts_are_ranked_in_a_readable_unit() -> None:
    rows = [place("甲", 1_200_000.0, unit_measure="person"), place("乙", 500_000.0, unit_measure="person")]
    drawn = ranking(FIGURES, rows, "person")
    assert [row["value"] for row in drawn.rows] == [120.0, 50.0]
    assert drawn.values["unit"]["zh"] == "万人"


def test_the_scatter_has_one_scale_for_both_axes_and_the_line_of_equality() -> None:
    drawn = scatter(FIGURES, [place("甲", 5.0, 6.0), place("乙", 6.0, 4.0)], with_year=True)
    line = next(row for row in drawn.rows if row["what"] == "line")
    assert (line["value"], line["actual"]) == (4.0, 4.0) and (line["value2"], line["actual2"]) == (6.0, 6.0)
    assert [row["label"]["zh"] for row in drawn.rows if row["what"] == "pair"] == ["甲2025", "乙2025"]


def test_names_that_would_hide_each_other_are_written_once() -> None:
    rows = [
        place("near", 5.0, 5.2),
        place("far", 5.0, 3.0),
        place("beside", 5.01, 5.19),
        place("other", 6.0, 5.2),
    ]
    assert named(rows) == {"far", "near", "other"}


def test_a_chart_of_many_places_shows_both_ends() -> None:
    shown, is_some = some(range(100))
    assert is_some and list(shown) == [*range(30), *range(70, 100)]
    assert some(range(60)) == (range(60), False)


def test_a_county_is_named_with_the_place_above_it() -> None:
    county = place("鼓楼区", 5.0, level="county", parent_name_zh="南京市", name_en="Gulou District (Nanjing)")
    assert place_label(county).zh == "鼓楼区（南京市）"
    assert place_label(place("江苏省", 5.0)).zh == "江苏省"


@pytest.mark.parametrize("name", ["place_ranking", "places_kept"])
def test_the_first_layer_has_all_places_so_that_it_sets_their_order(name: str) -> None:
    layer = shapes()[name]["layer"][0]
    assert layer["encoding"]["y"]["sort"] is None
    assert "transform" not in layer


def test_a_bound_is_drawn_as_a_bound_in_every_chart_of_targets() -> None:
    for name in ("place_ranking", "place_scatter", "gdp_level", "gdp_growth"):
        scales = [
            layer["encoding"]["shape"]["scale"]["domain"]
            for layer in shapes()[name]["layer"]
            if "shape" in layer.get("encoding", {})
        ]
        assert scales == [["around", "at_least", "above", "at_most", "below"]], name


def test_targets_of_all_years_are_those_with_an_outcome() -> None:
    with duckdb.connect() as database:
        database.execute("""
            create table dim_places as select * from (values
                ('330000', '浙江省', 'Zhejiang', 'province', '全国'), ('320000', '江苏省', null, 'province', '全国')
            ) as t (ref_area, name_zh, name_en, level, parent_name_zh);
            create table fct_target_coverage as select * from (values
                ('330000', 2025, 'gdp_growth', 'a'), ('320000', 2025, 'gdp_growth', 'b'),
                ('330000', 2026, 'gdp_growth', 'c'), ('320000', 2026, 'cpi', 'd')
            ) as t (ref_area, year, headline, target_id);
            create table fct_target_outcomes as select
                target_id, 'growth' as measure, value as obs_value, null::double as obs_value_upper,
                'percent' as unit_measure, 'point' as bound, 'plain' as commitment, 'met' as outcome,
                0.1 as gap, settled as is_settled, 5.0 as actual_value, null::double as actual_value_upper,
                'point' as actual_bound, 'doc' as document_id, target_id as statement_id
            from (values ('a', 5.0, true), ('b', 6.0, false), ('c', 5.5, false), ('d', 2.0, true))
                as t (target_id, value, settled);
        """)
        source = Source(database)
        with source.kept("places_compared"):
            year = source.rows("places_targets", headline="gdp_growth", year=2025, most=10)
            years = source.rows("places_targets", headline="gdp_growth", year=None, most=10)
            cut = source.rows("places_targets", headline="gdp_growth", year=2025, most=1)
        with pytest.raises(duckdb.CatalogException):
            source.rows("places_targets", headline="gdp_growth", year=2025, most=1)
    assert [(row["target_id"], row["name_en"]) for row in year] == [("b", "江苏省"), ("a", "Zhejiang")]
    assert [row["target_id"] for row in years] == ["a"]
    assert [row["target_id"] for row in cut] == ["b"]


def test_every_shape_is_valid_and_drawn_without_asking_each_time() -> None:
    assert shapes() == shapes(validated=True)
