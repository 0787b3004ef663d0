from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from pipelines.paths import SEEDS_DIR
from pipelines.seeds import (
    SeedError,
    catalogue,
    indicators,
    load_indicators,
    load_name_rules,
    load_place_name_rules,
    load_places,
    load_units,
    places,
    units,
)
from pipelines.vocabulary import codes

UNITS = {unit.unit: unit for unit in units()}
INDICATORS = {indicator.indicator_id: indicator for indicator in indicators()}
PLACES = {place.ref_area: place for place in places()}


def _edited(tmp_path: Path, seed: str, line: int, **cells: str) -> Path:
    """A copy of a seed with cells of the row at a file line changed."""
    with (SEEDS_DIR / seed).open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        columns, rows = list(reader.fieldnames or []), list(reader)
    rows[line - 2].update(cells)
    path = tmp_path / seed
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("unit", "value", "base_unit", "expected"),
    [
        ("jin", 1_400_000_000, "tonne", 700_000),
        ("mu", 15, "hectare", 1),
        ("kilogram", 1000, "tonne", 1),
        ("metre", 1000, "kilometre", 1),
        ("square_kilometre", 1, "hectare", 100),
        ("megawatt", 1, "kilowatt", 1000),
        ("enterprise", 7, "item", 7),
        ("hour", 2, "minute", 120),
        ("yuan_per_jin", 1, "yuan_per_tonne", 2000),
    ],
)
def test_a_unit_converts_to_its_base(unit: str, value: float, base_unit: str, expected: float) -> None:
    assert UNITS[unit].base_unit == base_unit
    assert value * UNITS[unit].factor_to_base == pytest.approx(expected)


def test_shares_changes_of_shares_and_currencies_are_never_converted() -> None:
    for unit in ("percent", "percentage_point", "permille", "permille_point", "yuan", "us_dollar", "euro"):
        assert UNITS[unit].base_unit == unit


def test_aliases_print_no_multiplier() -> None:
    printed = [name for unit in units() for name in (unit.name_zh, *unit.aliases)]

    assert [name for name in printed if name.startswith(("万", "亿"))] == []


def test_the_seeds_are_as_wide_as_the_project_promises() -> None:
    assert len(UNITS) >= 120
    assert len(INDICATORS) >= 250
    existing = Counter(place.level for place in places() if place.abolished_year is None)
    abolished = Counter(place.level for place in places() if place.abolished_year is not None)
    assert existing == {"nation": 1, "province": 34, "prefecture": 333, "county": 2842}
    assert abolished == {"prefecture": 2, "county": 136}


def test_the_headline_indicators_are_the_agreed_ones() -> None:
    assert sorted(indicator.indicator_id for indicator in indicators() if indicator.is_headline) == [
        "cpi",
        "disposable_income_per_capita",
        "energy_intensity",
        "fixed_asset_investment",
        "gdp",
        "general_budget_revenue",
        "grain_output",
        "registered_unemployment_rate",
        "retail_sales",
        "surveyed_unemployment_rate",
        "trade_total",
        "urban_new_jobs",
    ]


def test_every_sector_has_an_indicator() -> None:
    assert {indicator.sector for indicator in indicators()} == set(codes("sector"))


def test_a_share_is_given_in_per_cent_or_per_mille_and_a_ratio_in_multiples() -> None:
    expected = {"share": {"percent", "permille"}, "growth": {"percent"}, "ratio": {"times"}}
    odd = {
        indicator.indicator_id: indicator.default_unit
        for indicator in indicators()
        if indicator.default_unit not in expected.get(indicator.default_measure, {indicator.default_unit})
        or (indicator.default_measure == "level" and indicator.default_unit in {"percent", "permille"})
    }

    assert odd == {}


@pytest.mark.parametrize(
    ("ref_area", "name_zh", "name_en", "parent"),
    [
        ("330200", "宁波市", "Ningbo", "330000"),
        ("420900", "孝感市", "Xiaogan", "420000"),
        ("610200", "铜川市", "Tongchuan", "610000"),
        ("320000", "江苏省", "Jiangsu", "100000"),
        ("530000", "云南省", "Yunnan", "100000"),
        ("460300", "三沙市", "Sansha", "460000"),
        ("460400", "儋州市", "Danzhou", "460000"),
        ("610000", "陕西省", "Shaanxi", "100000"),
        ("140400", "长治市", "Changzhi", "140000"),
        ("422800", "恩施土家族苗族自治州", "Enshi", "420000"),
        ("330282", "慈溪市", "Cixi", "330200"),
        ("330212", "鄞州区", "Yinzhou District (Ningbo)", "330200"),
        ("320106", "鼓楼区", "Gulou District (Nanjing)", "320100"),
        ("140428", "长子县", "Zhangzi County", "140400"),
        ("429021", "神农架林区", "Shennongjia Forestry District", "420000"),
        ("659001", "石河子市", "Shihezi", "650000"),
        ("110105", "朝阳区", "Chaoyang District (Beijing)", "110000"),
        ("150521", "科尔沁左翼中旗", "Ke'erqin Left Wing Middle Banner", "150500"),
    ],
)
def test_a_place_has_its_code_names_and_parent(
    ref_area: str, name_zh: str, name_en: str, parent: str
) -> None:
    place = PLACES[ref_area]

    assert (place.name_zh, place.name_en, place.parent_ref_area) == (name_zh, name_en, parent)


@pytest.mark.parametrize(("ref_area", "year"), [("371200", 2019), ("330204", 2016), ("110103", 2010)])
def test_a_place_that_is_gone_stands_with_the_year_it_went(ref_area: str, year: int) -> None:
    assert PLACES[ref_area].abolished_year == year


@pytest.mark.parametrize(
    ("ref_area", "short_name_zh", "aliases"),
    [
        ("330212", "鄞州", ("鄞县",)),
        ("610204", "耀州", ("耀县",)),
        ("420528", "长阳", ("长阳县",)),
        ("430121", "长沙县", ()),
        ("310115", "浦东", ()),
        ("130107", "井陉矿区", ()),
        ("513326", "道孚", ()),
        ("320722", "东海", ()),
        ("320322", "沛县", ()),
    ],
)
def test_a_county_has_its_short_and_former_names(
    ref_area: str, short_name_zh: str, aliases: tuple[str, ...]
) -> None:
    assert (PLACES[ref_area].short_name_zh, PLACES[ref_area].aliases) == (short_name_zh, aliases)


def test_a_place_lies_in_the_prefecture_or_province_of_its_code() -> None:
    def parents_by_code(ref_area: str) -> list[str]:
        return [ref_area[:4] + "00", ref_area[:2] + "0000"]

    astray = [
        place
        for place in places()
        if place.level in ("prefecture", "county")
        and place.parent_ref_area
        != next(code for code in parents_by_code(place.ref_area) if code != place.ref_area and code in PLACES)
    ]

    assert astray == []


def test_english_names_tell_places_apart() -> None:
    assert [name for name, count in Counter(place.name_en for place in places()).items() if count > 1] == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"unit": "Yuan"}, "unit 'Yuan' is no snake_case code"),
        ({"unit": "euro", "base_unit": "euro"}, "unit 'euro' already stands in line"),
        ({"factor_to_base": "one"}, "could not convert"),
        ({"factor_to_base": "0"}, "is not positive"),
        ({"base_unit": "jin"}, "base unit 'jin' is not a unit with itself as base"),
        ({"base_unit": "tonne"}, "us_dollar is currency, its base mass"),
        ({"name_zh": ""}, "name_zh is empty"),
        ({"aliases": "美金||元美元"}, "an empty or a repeated name"),
    ],
)
def test_a_broken_unit_names_file_line_and_reason(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    with pytest.raises(SeedError, match=r"^units\.csv:\d+: .*Mend that row") as error:
        load_units(_edited(tmp_path, "units.csv", 3, **cells))

    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"default_unit": "cubit"}, "default_unit 'cubit' is not in units.csv"),
        ({"sector": "space"}, "sector 'space' is none of macro"),
        ({"default_measure": "amount"}, "default_measure 'amount' is none of level"),
        ({"good_direction": "sideways"}, "good_direction 'sideways' is none of up"),
        ({"is_headline": "yes"}, "is_headline 'yes' is none of true, false"),
        ({"definition": ""}, "definition is empty"),
    ],
)
def test_a_broken_indicator_names_file_line_and_reason(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    with pytest.raises(SeedError, match=r"^indicators\.csv:5: ") as error:
        load_indicators(_edited(tmp_path, "indicators.csv", 5, **cells), UNITS)

    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"ref_area": "1100"}, "ref_area '1100' is no six-digit code"),
        ({"parent_ref_area": "990000"}, "parent_ref_area '990000' is not in the file"),
        ({"parent_ref_area": ""}, "every place but the nation has a parent_ref_area"),
        ({"parent_ref_area": "110102"}, "parent_ref_area '110102' is of no higher level"),
        ({"level": "town"}, "level 'town' is none of nation"),
        ({"abolished_year": "soon"}, "invalid literal"),
    ],
)
def test_a_broken_place_names_file_line_and_reason(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    with pytest.raises(SeedError, match=r"^places\.csv:4: ") as error:
        load_places(_edited(tmp_path, "places.csv", 4, **cells))

    assert reason in str(error.value)


def test_a_row_of_another_length_and_a_missing_column_are_refused(tmp_path: Path) -> None:
    lines = (SEEDS_DIR / "places.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "places.csv"

    path.write_text("\n".join([*lines[:2], lines[2] + ",more"]), encoding="utf-8")
    with pytest.raises(SeedError, match=r"places\.csv:3: the row has more or fewer cells"):
        load_places(path)

    path.write_text("ref_area,name_zh\n", encoding="utf-8")
    with pytest.raises(
        SeedError, match=r"places\.csv:1: the columns are not ref_area, name_zh, short_name_zh"
    ):
        load_places(path)


@pytest.mark.parametrize("text", ["prefixes: [", "- a list", "", "rewrites: []"])
def test_a_rule_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "indicator_names.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SeedError, match=r"^indicator_names\.yml: .*Mend the rule file"):
        load_name_rules(path)


@pytest.mark.parametrize("text", ["ordinary_words: [", "- a list", "", "ordinary_words: {}"])
def test_a_place_rule_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "place_names.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SeedError, match=r"^place_names\.yml: .*Mend the rule file"):
        load_place_name_rules(path)


def test_the_catalogue_of_the_seeds_is_whole() -> None:
    known = catalogue()

    assert known.indicators == INDICATORS
    assert known.units == UNITS
    assert known.places == PLACES
