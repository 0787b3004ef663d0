from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction.catalogue import Catalogue, CatalogueError, Indicator, Unit
from pipelines.extraction.indicator_names import NameRuleError, NameRules
from pipelines.extraction.places import Place, PlaceNameError, PlaceNameRules
from pipelines.paths import PROJECT_ROOT, RULES_DIR
from pipelines.seeds import catalogue, indicators, places, units

CORPUS = yaml.safe_load((PROJECT_ROOT / "tests/corpus/indicator_names.yml").read_text(encoding="utf-8"))
PLACE_NAMES = yaml.safe_load((PROJECT_ROOT / "tests/corpus/place_names.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((RULES_DIR / "indicator_names.yml").read_text(encoding="utf-8"))
PLACE_RULES = yaml.safe_load((RULES_DIR / "place_names.yml").read_text(encoding="utf-8"))
COUNTY_NAMES = [
    (name, place.ref_area) for place in places() if place.level == "county" for name in place.names
]
SHARED_STATISTICS = PROJECT_ROOT.parent / "shared" / "statistics"


def _named(row: Any) -> str:
    return (
        "/".join(str(row[key]) for key in ("name", "unit_text", "measure", "within") if key in row) or "empty"
    )


@pytest.mark.parametrize("row", CORPUS["matches"], ids=_named)
def test_a_name_matches_its_indicator_by_the_expected_rule(row: dict[str, str]) -> None:
    found = catalogue().match_indicator(row["name"], row.get("measure"))

    assert found is not None
    assert (found.indicator_id, found.match_rule) == (row["indicator_id"], row["match_rule"])
    assert found.sector == catalogue().indicators[found.indicator_id].sector


@pytest.mark.parametrize("row", CORPUS["no_match"], ids=_named)
def test_a_name_that_means_no_indicator_matches_none(row: dict[str, str]) -> None:
    assert catalogue().match_indicator(row["name"], row.get("measure")) is None, row["why"]


@pytest.mark.parametrize(("one", "other"), CORPUS["distinct"])
def test_names_that_look_alike_keep_their_own_indicators(one: str, other: str) -> None:
    first, second = catalogue().match_indicator(one), catalogue().match_indicator(other)

    assert first is not None
    assert second is not None
    assert first.indicator_id != second.indicator_id
    assert catalogue().normalise_name(one) != catalogue().normalise_name(other)


@pytest.mark.parametrize("names", CORPUS["normal_forms"], ids=lambda names: names[0])
def test_spellings_of_an_unknown_name_share_one_normal_form(names: list[str]) -> None:
    assert {catalogue().normalise_name(name) for name in names} == {names[0]}
    assert catalogue().match_indicator(names[0]) is None


def test_every_name_of_the_seed_leads_to_its_own_indicator() -> None:
    known = catalogue()
    astray = [
        (name, indicator.indicator_id, found)
        for indicator in indicators()
        for name in (indicator.name_zh, *indicator.aliases)
        if (found := known.match_indicator(name)) is None or found.indicator_id != indicator.indicator_id
    ]

    assert astray == []


def test_the_published_figures_of_ningbo_are_catalogued() -> None:
    files = [SHARED_STATISTICS / name for name in ("ningbo_figures.csv", "ningbo_earlier_targets.csv")]
    if not all(path.exists() for path in files):
        pytest.skip("the shared statistics are not on this machine")
    rows = [row for path in files for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]

    unmatched = {
        row["indicator_zh"]
        for row in rows
        if catalogue().match_indicator(row["indicator_zh"], row["measure"]) is None
    }

    assert len(rows) == 302
    assert unmatched == set()


@pytest.mark.parametrize("row", CORPUS["units"], ids=_named)
def test_a_printed_unit_is_found(row: dict[str, str]) -> None:
    found = catalogue().unit(row["unit_text"], row.get("measure"))

    assert found is not None
    assert found.unit == row["unit"]


@pytest.mark.parametrize("unit_text", CORPUS["unknown_units"])
def test_a_text_that_is_no_bare_unit_is_none(unit_text: str) -> None:
    assert catalogue().unit(unit_text) is None


@pytest.mark.parametrize("row", PLACE_NAMES["found"], ids=_named)
def test_a_place_is_found_by_full_short_and_former_name(row: dict[str, str]) -> None:
    found = catalogue().place(row["name"], row.get("within"))

    assert found is not None
    assert found.ref_area == row["ref_area"]


@pytest.mark.parametrize("row", PLACE_NAMES["not_found"], ids=_named)
def test_a_name_that_nothing_settles_finds_no_place(row: dict[str, str]) -> None:
    assert catalogue().place(row["name"], row.get("within")) is None, row["why"]


@cache
def _counties_found() -> set[str]:
    """Every name that finds a county in the text of any place at all."""
    known = catalogue()
    return {
        name
        for name, ref_area in COUNTY_NAMES
        for within in (None, ref_area)
        if (place := known.place(name, within)) is not None and place.level == "county"
    }


def _opens_with(phrase: str, names: set[str]) -> set[str]:
    return {phrase[:length] for length in range(2, len(phrase) + 1)} & names


@pytest.mark.parametrize("phrase", PLACE_NAMES["no_county_opens"])
def test_an_ordinary_phrase_opens_with_no_county(phrase: str) -> None:
    assert _opens_with(phrase, _counties_found()) == set()


def test_no_name_of_an_indicator_opens_with_a_county() -> None:
    counties = _counties_found()
    names = {name for indicator in indicators() for name in (indicator.name_zh, *indicator.aliases)}

    assert len(counties) > 5_000
    assert {name: found for name in sorted(names) if (found := _opens_with(name, counties))} == {}


def test_a_place_is_found_by_its_full_name_in_its_own_text_unless_that_is_an_ordinary_word() -> None:
    known = catalogue()
    lost = {
        place.name_zh
        for place in places()
        if place.abolished_year is None and known.place(place.name_zh, place.ref_area) != place
    }

    assert lost == {"东区", "西区", "城区", "郊区", "矿区", "老城区", "新城区"}


def test_every_word_of_the_place_rules_is_the_name_of_a_county() -> None:
    rules = PlaceNameRules.from_mapping(PLACE_RULES)

    assert (rules.ordinary_words | rules.local_words) - {name for name, _ in COUNTY_NAMES} == set()
    assert rules.ordinary_words & rules.local_words == set()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "the section 'ordinary_words' is missing"),
        ({"ordinary_words": {}, "local_words": ["江北"]}, "another shape"),
        ({"ordinary_words": {"things": None}, "local_words": {}}, "another shape"),
    ],
)
def test_place_rules_that_cannot_be_used_are_named(data: dict[str, Any], message: str) -> None:
    with pytest.raises(PlaceNameError, match=message):
        PlaceNameRules.from_mapping(data)


def test_a_name_of_two_cities_is_refused_and_of_two_counties_is_not() -> None:
    def one_more(ref_area: str, level: str) -> Catalogue:
        place = Place(ref_area, "慈溪市", "宁波", "Twin", level, "330000", None, ())
        return Catalogue(indicators(), units(), [*places(), place], NameRules.from_mapping(RULES))

    with pytest.raises(PlaceNameError, match="'宁波' stands for both 330200 and 339900"):
        one_more("339900", "prefecture")
    assert one_more("339901", "county").place("慈溪市") is None


@given(st.lists(st.sampled_from(CORPUS["name_parts"]), min_size=1, max_size=8).map("".join))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_the_normal_form_is_stable_and_never_empty(name: str) -> None:
    normal = catalogue().normalise_name(name)

    assert catalogue().normalise_name(normal) == normal
    assert bool(normal) == bool(name.strip("“”"))


@given(st.text(max_size=20))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_at_all_is_answered(text: str) -> None:
    known = catalogue()

    known.match_indicator(text, "growth")
    known.unit(text)
    known.place(text)
    known.place(text, "330200")
    assert known.normalise_name(known.normalise_name(text)) == known.normalise_name(text)


def _indicator(indicator_id: str, name_zh: str, *aliases: str) -> Indicator:
    return Indicator(
        indicator_id=indicator_id,
        name_zh=name_zh,
        name_en=indicator_id,
        aliases=aliases,
        definition="For the test.",
        default_measure="level",
        default_unit="yuan",
        sector="macro",
        good_direction="up",
        is_headline=False,
    )


def _catalogue(*extra: Indicator, rules: dict[str, Any] | None = None) -> Catalogue:
    return Catalogue([*indicators(), *extra], units(), places(), NameRules.from_mapping(rules or RULES))


def test_an_alias_that_two_indicators_claim_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"GDP.*stands for both gdp and other"):
        _catalogue(_indicator("other", "别的指标", "GDP"))


def test_an_alias_that_is_the_name_of_another_indicator_is_refused() -> None:
    with pytest.raises(CatalogueError, match="name of gdp and an alias of other"):
        _catalogue(_indicator("other", "别的指标", "地区生产总值"))


def test_two_names_that_normalise_to_the_same_form_are_refused() -> None:
    with pytest.raises(CatalogueError, match="has the normal form '规上渔业产值'"):
        _catalogue(
            _indicator("one", "规模以上渔业产值"),
            _indicator("two", "全市规模以上渔业产值"),
        )


def test_a_name_in_its_normal_form_keeps_it_against_a_derived_one() -> None:
    known = _catalogue(_indicator("stock", "试验站"), _indicator("total", "累计试验站"))

    found = [known.match_indicator(name) for name in ("试验站", "累计试验站", "全市试验站")]

    assert [match.indicator_id for match in found if match] == ["stock", "total", "stock"]


@pytest.mark.parametrize("section", ["measure_aliases", "unit_readings"])
def test_a_rule_that_leads_nowhere_is_refused(section: str) -> None:
    with pytest.raises(CatalogueError, match=f"{section}: '某' leads to 'nowhere'"):
        _catalogue(rules={**RULES, section: {"growth": {"某": "nowhere"}}})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"rewrites": [{"id": "open", "pattern": "(", "to": ""}]},
            r"rule open: '\(' is no regular expression",
        ),
        ({"prefixes": [{"id": "half", "pattern": "["}]}, "rule half"),
        ({"head": {"prefixes": []}}, "'suffixes' is missing"),
        ({"typography": None}, "another shape"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(NameRuleError, match=message):
        NameRules.from_mapping({**RULES, **change})


def test_the_catalogue_reads_nothing_but_what_it_is_given() -> None:
    yuan = Unit("yuan", "元", "yuan", "currency", "yuan", 1.0, ())
    place = Place("330200", "宁波市", "宁波", "Ningbo", "prefecture", None, None, ())
    rules = NameRules.from_mapping({**RULES, "measure_aliases": {}, "unit_readings": {}})

    known = Catalogue([_indicator("catch", "捕捞量")], [yuan], [place], rules)

    assert known.match_indicator("宁波捕捞量") is not None
    assert known.match_indicator("杭州捕捞量") is None
    assert known.unit("吨") is None


def test_extraction_modules_of_the_catalogue_do_no_input() -> None:
    for name in ("catalogue.py", "indicator_names.py", "places.py"):
        source = (Path(RULES_DIR).parent / name).read_text(encoding="utf-8")
        assert not any(word in source for word in ("import yaml", "import csv", "open(", "pathlib"))
