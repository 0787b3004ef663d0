"""The shipped tables of Ningbo: nothing lost, and every decision of the curation holds."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.paths import PROJECT_ROOT
from pipelines.schemas import Observation, violations
from pipelines.statistics import read_statistics
from pipelines.vocabulary import official_source_kinds

FOLDER = PROJECT_ROOT / "raw" / "statistics" / "330200-ningbo"
COLLECTED = PROJECT_ROOT.parent / "shared" / "statistics"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def collected(name: str) -> list[dict[str, str]]:
    path = COLLECTED / name
    if not path.is_file():
        pytest.skip(f"{path.name}, as it was collected, is not here")
    return rows(path)


@pytest.fixture(scope="module")
def figures() -> list[dict[str, str]]:
    return rows(FOLDER / "figures.csv")


@pytest.fixture(scope="module")
def observations(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    raw = tmp_path_factory.mktemp("raw")
    (raw / "statistics").mkdir()
    (raw / "statistics" / FOLDER.name).mkdir()
    for path in FOLDER.iterdir():
        (raw / "statistics" / FOLDER.name / path.name).write_bytes(path.read_bytes())
    read = read_statistics(raw)
    assert read.quarantined == []
    assert violations(Observation, read.observations).is_empty()
    return read.observations


def value_of(observations: pl.DataFrame, **given: object) -> list[float]:
    found = observations.filter(*(pl.col(name) == value for name, value in given.items()))
    return found["value"].to_list()


def test_all_figures_become_observations(figures: list[dict[str, str]], observations: pl.DataFrame) -> None:
    assert len(figures) == 291
    by_file = Counter(ref.rpartition(":")[0].rpartition("/")[2] for ref in observations["row_ref"])
    assert by_file == {"figures.csv": 291, "earlier_targets.csv": 11}


def test_every_value_is_the_printed_one(figures: list[dict[str, str]], observations: pl.DataFrame) -> None:
    read = observations.filter(pl.col("row_ref").str.contains("/figures.csv:"))
    for printed, row in zip(figures, read.iter_rows(named=True), strict=True):
        assert row["value"] == float(Decimal(printed["value"]).scaleb(row["printed_mult"]))
        assert printed["unit"].endswith(row["unit_text"])


def test_figures_row_by_row_as_collected(figures: list[dict[str, str]]) -> None:
    for curated, source in zip(figures, collected("ningbo_figures.csv"), strict=True):
        same = ("year", "value", "unit", "source_title", "publisher", "published_date", "source_url")
        assert [curated[name] for name in same] == [source[name] for name in same]
        remark = f"({curated['remark']})" if curated["remark"] else ""
        printed = source["indicator_zh"].removesuffix(remark)
        assert curated["indicator"] in printed
        assert curated["rank_scope"] in printed
        if printed != curated["indicator"]:
            assert curated["measure"] == "rank" or curated["notes"]
        if source["preliminary"] == "true":
            assert curated["obs_status"] in ("preliminary", "estimated")


def test_measures_differ_from_the_collected_ones_only_where_the_lists_say_so(
    figures: list[dict[str, str]],
) -> None:
    pairs = zip(figures, collected("ningbo_figures.csv"), strict=True)
    changed = Counter(
        (s["measure"], c["measure"], c["unit"]) for c, s in pairs if c["measure"] != s["measure"]
    )
    assert changed == {
        ("level", "ratio", "倍"): 6,
        ("growth", "level", "百分点"): 1,
        ("growth", "share", "‰"): 2,
    }


def test_targets_row_by_row_as_collected() -> None:
    for curated, source in zip(
        rows(FOLDER / "earlier_targets.csv"), collected("ningbo_earlier_targets.csv"), strict=True
    ):
        assert (curated["indicator"], curated["year"], curated["set_year"]) == (
            source["indicator_zh"],
            source["target_year"],
            source["set_in"],
        )
        same = ("value", "unit", "measure", "bound", "source_title", "publisher", "source_url")
        assert [curated[name] for name in same] == [source[name] for name in same]
        assert curated["published_date"] == source["published_date"] or "2017-12-15" in curated["notes"]


def test_only_official_figures_are_final(observations: pl.DataFrame) -> None:
    final = observations.filter(pl.col("obs_status") == "final")
    assert final.height > 0
    assert set(final["source_kind"]) <= set(official_source_kinds())


def test_one_source_has_one_kind_and_one_date(figures: list[dict[str, str]]) -> None:
    said: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in figures:
        said.setdefault((row["source_title"], row["source_url"]), set()).add(
            (row["source_kind"], row["published_date"])
        )
    assert len(said) == 42
    assert all(len(kinds) == 1 for kinds in said.values())


def test_remarks_play_their_roles(observations: pl.DataFrame) -> None:
    by_remark = observations.drop_nulls("remark")
    seen = {
        (row["remark"], row["bound"], row["obs_status"], row["price_basis"])
        for row in by_remark.iter_rows(named=True)
    }
    assert seen == {
        ("超", "above", "preliminary", None),
        ("突破", "above", "preliminary", None),
        ("左右", "around", "preliminary", "unstated"),
        ("预计", "point", "estimated", "unstated"),
        ("预计突破", "above", "estimated", None),
        ("初步,非官方转引", "point", "preliminary", None),
        ("初步,非官方转引", "point", "preliminary", "unstated"),
        ("修订", "point", "revised", None),
        ("修订口径", "point", "revised", None),
        ("五经普修订", "point", "revised", None),
        ("同口径", "point", "preliminary", "unstated"),
        ("名义", "point", "final", "nominal"),
        ("实际", "point", "final", "real"),
        ("实际增速", "point", "preliminary", "real"),
        ("原文作surveyed", "point", "preliminary", None),
    }
    kept = {name for name in observations["indicator_text"] if name.endswith(")")}
    assert kept == {
        "人均地区生产总值(美元)",
        "常住人口(年末)",
        "常住人口(普查时点2020-11-01)",
        "国家级专精特新小巨人(累计)",
        "国家级制造业单项冠军(新增)",
        "国家级制造业单项冠军(累计)",
        "国家5G工厂(累计)",
    }


def test_words_of_a_bound_stand_only_where_the_source_is_chinese(figures: list[dict[str, str]]) -> None:
    for row in figures:
        chinese = any("一" <= char <= "鿿" for char in row["source_title"])
        assert bool(row["modifier"]) == (row["bound"] != "point" and chinese)
    assert not any(row["modifier"] for row in rows(FOLDER / "earlier_targets.csv"))


def test_the_page_of_2018_is_undated(observations: pl.DataFrame) -> None:
    page = observations.filter(pl.col("set_year") == 2018)
    assert page.height == 2
    assert page["vintage_date"].is_null().all()


def test_vintages_stand_side_by_side(observations: pl.DataFrame) -> None:
    gdp = {"indicator_text": "地区生产总值", "measure": "level", "target_type": "actual"}
    assert value_of(observations, year=2023, **gdp) == [1_714_660_000_000.0, 1_645_280_000_000.0]
    assert set(value_of(observations, year=2020, **gdp)) == {1_240_870_000_000.0, 1_310_000_000_000.0}
    assert value_of(observations, year=2025, **gdp) == [1_870_000_000_000.0]


def test_targets_of_the_fourteenth_plan(observations: pl.DataFrame) -> None:
    plan = {"target_type": "plan_target", "year": 2025, "set_year": 2021}
    assert value_of(observations, indicator_id="gdp", **plan) == [1_700_000_000_000.0]
    assert value_of(observations, indicator_id="urbanisation_rate", **plan) == [80.0]
    assert value_of(observations, indicator_id="high_tech_enterprises", **plan) == [6000.0]
    growth = observations.filter(pl.col("target_type") == "annual_target", pl.col("year") == 2025).row(
        0, named=True
    )
    assert (growth["value"], growth["unit"], growth["bound"], growth["modifier_text"]) == (
        5.5,
        "percent",
        "above",
        None,
    )


def test_every_name_is_in_the_catalogue(observations: pl.DataFrame) -> None:
    unknown = (
        observations.filter(pl.col("indicator_id").is_null())["indicator_text"].unique().sort().to_list()
    )
    assert unknown == []


def test_plan_average_and_census_moment(observations: pl.DataFrame) -> None:
    average = observations.filter(pl.col("growth_basis") == "annual_average").row(0, named=True)
    assert (average["indicator_text"], average["value"], average["period_start_year"], average["year"]) == (
        "地区生产总值",
        5.9,
        2021,
        2025,
    )
    assert value_of(observations, source_kind="census") == [9_404_283.0]


def test_units_keep_percent_permille_and_points_apart(observations: pl.DataFrame) -> None:
    assert value_of(observations, unit="percentage_point") == [1.0]
    assert sorted(value_of(observations, unit="permille")) == [-0.6, 0.7, 5.9, 6.7]
