"""bi/superset/bundle: whole in itself, true to the contracts of the marts, and never adding up values."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
import yaml

from bi.superset.bundle import BUNDLE, read_bundle, zip_bundle
from bi.superset.environment import LOCK
from bi.superset.home import Home
from bi.superset.queries import columns, metrics, query_of
from pipelines.paths import DBT_PROJECT_DIR, PROJECT_ROOT, SEEDS_DIR

Json = dict[str, Any]
FILES = read_bundle()


def of_kind(folder: str) -> dict[str, Json]:
    return {path.stem: content for path, content in FILES.items() if path.parts[0] == folder}


DATASETS = of_kind("datasets")
CHARTS = of_kind("charts")
(DASHBOARD,) = of_kind("dashboards").values()
(DATABASE,) = of_kind("databases").values()
POSITION: Json = DASHBOARD["position"]
FILTERS: list[Json] = DASHBOARD["metadata"]["native_filter_configuration"]
BY_UUID = {content["uuid"]: content for content in DATASETS.values()}


def column_names(dataset: Json) -> set[str]:
    return {column["column_name"] for column in dataset["columns"]}


def dataset_of(chart: Json) -> Json:
    return BY_UUID[chart["dataset_uuid"]]


def chart_ids() -> dict[int, Json]:
    """The number by which the dashboard knows a chart -> the chart."""
    by_uuid = {chart["uuid"]: chart for chart in CHARTS.values()}
    return {
        box["meta"]["chartId"]: by_uuid[box["meta"]["uuid"]]
        for box in POSITION.values()
        if isinstance(box, dict) and box["type"] == "CHART"
    }


@pytest.fixture(scope="module")
def empty_marts() -> duckdb.DuckDBPyConnection:
    """Every mart, empty, as its contract declares it."""
    connection = duckdb.connect()
    for path in sorted((DBT_PROJECT_DIR / "models" / "marts").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            declared = ", ".join(f'"{each["name"]}" {each["data_type"]}' for each in model["columns"])
            connection.execute(f"create table {model['name']} ({declared})")
    return connection


def source_of(dataset: Json) -> str:
    return f"({dataset['sql']}\n)" if dataset.get("sql") else f"{dataset['schema']}.{dataset['table_name']}"


def test_the_bundle_is_one_that_superset_imports_whole() -> None:
    assert FILES[Path("metadata.yaml")]["type"] == "assets"
    assert len(CHARTS) >= 8
    assert all(content["version"] == "1.0.0" for content in FILES.values())


def test_every_uuid_is_one_and_used_once() -> None:
    used = Counter(str(UUID(content["uuid"])) for path, content in FILES.items() if "uuid" in content)
    assert len(used) == len(FILES) - 1, "a file without a uuid, or two with the same"
    assert set(used.values()) == {1}


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_has_the_columns_that_its_mart_or_query_gives(
    name: str, empty_marts: duckdb.DuckDBPyConnection
) -> None:
    dataset = DATASETS[name]
    assert dataset["database_uuid"] == DATABASE["uuid"]
    given = empty_marts.execute(f"describe select * from {source_of(dataset)} as given").fetchall()
    assert {column["column_name"]: column["type"] for column in dataset["columns"]} == {
        row[0]: row[1] for row in given
    }


@pytest.mark.parametrize("name", DATASETS)
def test_a_metric_counts_or_shows_but_never_adds_up(
    name: str, empty_marts: duckdb.DuckDBPyConnection
) -> None:
    assert DATASETS[name]["metrics"], "a dataset without a metric invites a sum"
    for metric in DATASETS[name]["metrics"]:
        assert not re.search(r"\b(sum|avg|mean|median)\b", metric["expression"], re.IGNORECASE)
        empty_marts.execute(f"select {metric['expression']} from {source_of(DATASETS[name])} as given")


@pytest.mark.parametrize("name", ["indicator_history", "path_points"])
def test_a_point_where_two_units_meet_stays_empty(name: str) -> None:
    (metric,) = DATASETS[name]["metrics"]
    percent, yuan = "('330200|gdp|growth|percent', 5.0)", "('330200|gdp|level|yuan', 18700.0)"
    query = f"select {metric['expression']} from (values {{}}) as points (series_id, value)"
    assert duckdb.execute(query.format(percent)).fetchone() == (5.0,)
    assert duckdb.execute(query.format(f"{percent}, {yuan}")).fetchone() == (None,)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_asks_for_what_its_dataset_has(name: str) -> None:
    chart = CHARTS[name]
    form, dataset = chart["params"], dataset_of(chart)
    assert form["viz_type"] == chart["viz_type"]
    query = query_of(form)
    asked = [column["label"] if isinstance(column, dict) else column for column in columns(form)]
    asked += [each["col"] for each in query["filters"]] + [order[0] for order in query["orderby"]]
    assert set(asked) <= column_names(dataset)
    assert set(metrics(form)) <= {metric["metric_name"] for metric in dataset["metrics"]}
    assert set(form.get("column_config", {})) <= set(asked) | {"place"}


@pytest.mark.parametrize("name", [name for name in CHARTS if CHARTS[name]["viz_type"] == "table"])
def test_a_table_of_values_shows_their_unit(name: str) -> None:
    shown = CHARTS[name]["params"]["all_columns"]
    assert "unit" in shown
    assert {"target", "reported"} & set(shown), "no table of values"


def test_the_dashboard_holds_every_chart_in_a_row_of_twelve() -> None:
    held = [
        box["meta"]["uuid"] for box in POSITION.values() if isinstance(box, dict) and box["type"] == "CHART"
    ]
    assert sorted(held) == sorted(chart["uuid"] for chart in CHARTS.values())
    rows = [POSITION[name] for name in POSITION["GRID_ID"]["children"]]
    for row in rows:
        assert sum(POSITION[child]["meta"]["width"] for child in row["children"]) == 12
    reached = {child for row in rows for child in row["children"]}
    assert {name for name in POSITION if name.startswith("CHART-")} <= reached


def test_there_are_filters_for_place_year_and_sector() -> None:
    assert {"place", "year", "sector"} <= {each["targets"][0]["column"]["name"] for each in FILTERS}


@pytest.mark.parametrize("native", FILTERS, ids=lambda native: str(native["id"]))
def test_a_filter_reaches_only_charts_that_have_its_column(native: Json) -> None:
    (target,) = native["targets"]
    column = target["column"]["name"]
    assert column in column_names(BY_UUID[target["datasetUuid"]])
    reached = {number: c for number, c in chart_ids().items() if number not in native["scope"]["excluded"]}
    assert set(native["scope"]["excluded"]) <= set(chart_ids())
    assert reached
    assert [c["slice_name"] for c in reached.values() if column not in column_names(dataset_of(c))] == []


def test_the_headline_names_written_into_a_query_are_those_of_the_seed() -> None:
    """The other names come from dim_codes; the headlines have no dimension."""
    (body,) = re.findall(r"as \(\n    values\n(.+?)\n\)", DATASETS["headline_coverage"]["sql"], re.DOTALL)
    with (SEEDS_DIR / "headline_targets.csv").open(encoding="utf-8", newline="") as handle:
        rows = [(r["headline"], r["ordinal"], r["name_zh"], r["name_en"]) for r in csv.DictReader(handle)]
    written = duckdb.execute(f"select * from (values {body})").fetchall()
    assert [tuple(map(str, row)) for row in written] == list(dict.fromkeys(rows))
    assert [name for name, each in DATASETS.items() if "values\n" in (each.get("sql") or "")] == [
        "headline_coverage"
    ]


def test_a_code_is_named_from_a_list_that_there_is() -> None:
    listed = set()
    for seed in ("closed_lists", "verdicts"):
        with (SEEDS_DIR / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
            listed |= {row["list_name"] for row in csv.DictReader(handle)}
    used = {
        name
        for dataset in DATASETS.values()
        for name in re.findall(r"list_name = '(\w+)'", dataset.get("sql") or "")
    }
    assert used == {"outcome", "measure", "reconciliation", "coverage"}
    assert used <= listed


def test_the_warehouse_is_opened_as_a_reader_that_reaches_nothing_else() -> None:
    options = DATABASE["sqlalchemy_uri"].partition("?")[2].split("&")
    assert set(options) == {
        "access_mode=read_only",
        "enable_external_access=false",
        "lock_configuration=true",
    }
    assert not any(DATABASE[f"allow_{what}"] for what in ("dml", "ctas", "cvas", "csv_upload"))


def test_the_zip_names_the_warehouse_and_is_the_same_each_time(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with pytest.raises(FileNotFoundError, match="no warehouse there"):
        zip_bundle(warehouse)
    duckdb.connect(str(warehouse)).close()
    made = zip_bundle(warehouse)
    assert made == zip_bundle(warehouse)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = {name.removeprefix("gwr/") for name in archive.namelist()}
        database = yaml.safe_load(archive.read("gwr/databases/warehouse.yaml"))
    assert names == {str(path.relative_to(BUNDLE)) for path in BUNDLE.rglob("*.yaml")}
    assert database["sqlalchemy_uri"].startswith(f"duckdb:///{warehouse}?access_mode=read_only&")


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "superset")
    home.prepare()
    key = home.secret_key.read_text(encoding="ascii")
    home.prepare()
    assert home.secret_key.read_text(encoding="ascii") == key
    assert len(key) >= 48
    assert home.secret_key.stat().st_mode & 0o777 == 0o600
    assert home.folder.stat().st_mode & 0o777 == 0o700


def test_the_lock_has_hashes_and_the_duckdb_that_writes_the_warehouse() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, re.MULTILINE))
    with (PROJECT_ROOT / "pyproject.toml").open("rb") as handle:
        ours = tomllib.load(handle)["project"]["dependencies"]
    assert f"duckdb=={pinned['duckdb']}" in ours
    assert pinned["apache-superset"].startswith("6.")
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_the_exposure_names_every_mart_that_the_bundle_reads() -> None:
    text = (DBT_PROJECT_DIR / "models/exposures.yml").read_text(encoding="utf-8")
    (exposure,) = [each for each in yaml.safe_load(text)["exposures"] if each["name"] == "superset_dashboard"]
    exposed = set(re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"])))
    sql = " ".join(each.get("sql") or f"from {each['table_name']}" for each in DATASETS.values())
    assert set(re.findall(r"\b(?:from|join) ((?:dim|fct|agg|rpt)_\w+)", sql)) <= exposed
