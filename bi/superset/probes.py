"""What has to hold of a Superset with the bundle, asked through its REST API.

Each probe gives findings: what was looked at, and what is wrong with it (None: nothing).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bi.superset.api import Api
from bi.superset.bundle import read_bundle
from bi.superset.queries import metrics, query_of
from bi.superset.server import SupersetError

Json = dict[str, Any]
SLUG = "promised-and-delivered"

WRITES = (
    "create table main.written_by_superset (i integer)",
    "insert into main.dim_years (year) values (1)",
    "drop table main.dim_years",
    "copy (select 1 as i) to '{scratch}/written.csv'",
    "attach '{scratch}/other.duckdb' as other",
)
READS_ELSEWHERE = ("select * from read_text('{scratch}/secret.txt')",)
UNLOCKS = ("set enable_external_access = true",)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: its name.
        said: what was seen.
        problem: what is wrong; None where all is well.
    """

    what: str
    said: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as the dashboard holds it."""

    id: int
    name: str
    dataset_id: int
    form: Json


def charts(api: Api) -> list[Chart]:
    """The charts of the dashboard."""
    found = api.get(f"/api/v1/dashboard/{SLUG}/charts")["result"]
    return [
        Chart(
            each["id"],
            each["slice_name"],
            int(each["form_data"]["datasource"].split("__")[0]),
            each["form_data"],
        )
        for each in found
    ]


def native_filters(api: Api) -> list[Json]:
    """The native filters of the dashboard."""
    metadata = json.loads(api.get(f"/api/v1/dashboard/{SLUG}")["result"]["json_metadata"])
    return list(metadata["native_filter_configuration"])


def _defaults(native: list[Json], chart: Chart) -> list[Json]:
    """The filters that narrow a chart before anybody touches them."""
    return [
        narrowed
        for each in native
        if chart.id not in each["scope"]["excluded"]
        for narrowed in each["defaultDataMask"].get("extraFormData", {}).get("filters", [])
    ]


def probe_dashboard(api: Api) -> Iterator[Finding]:
    """The dashboard holds every chart of the bundle."""
    wanted = {content["slice_name"] for path, content in read_bundle().items() if path.parts[0] == "charts"}
    found = {chart.name for chart in charts(api)}
    missing = sorted(wanted - found)
    yield Finding("dashboard", f"{len(found)} charts", f"without {missing}" if missing else None)


def probe_charts(api: Api) -> Iterator[Finding]:
    """Every chart returns rows, with a value in each of its metrics."""
    native = native_filters(api)
    for chart in charts(api):
        try:
            rows = api.rows(chart.dataset_id, query_of(chart.form, _defaults(native, chart)))
        except (SupersetError, ValueError) as error:
            yield Finding(f"chart {chart.name}", "fails", str(error))
            continue
        empty = [name for name in metrics(chart.form) if all(row[name] is None for row in rows)]
        problem = None if rows else "no rows"
        yield Finding(
            f"chart {chart.name}", f"{len(rows)} rows", problem or (f"no value in {empty}" if empty else None)
        )


def probe_datasets(api: Api) -> Iterator[Finding]:
    """Every column and metric of every dataset can be asked for, and the query gives no other column."""
    for each in api.get("/api/v1/dataset/?q=(page_size:100)")["result"]:
        dataset = api.get(f"/api/v1/dataset/{each['id']}")["result"]
        declared = [column["column_name"] for column in dataset["columns"]]
        measured = [metric["metric_name"] for metric in dataset["metrics"]]
        name = f"dataset {dataset['table_name']}"
        try:
            rows = api.rows(each["id"], {"columns": declared, "row_limit": 10})
            api.rows(each["id"], {"columns": [], "metrics": measured, "row_limit": 10})
            given = set(_columns_of(api, dataset))
        except SupersetError as error:
            yield Finding(name, "fails", str(error))
            continue
        problem = None if rows else "no rows"
        if given != set(declared):
            problem = f"columns differ between query and bundle: {sorted(given ^ set(declared))}"
        yield Finding(name, f"{len(declared)} columns, {len(measured)} metrics", problem)


def _columns_of(api: Api, dataset: Json) -> list[str]:
    """The columns that the table or query itself gives, asked in SQL Lab."""
    source = f"({dataset['sql']}\n)" if dataset["sql"] else f'main."{dataset["table_name"]}"'
    return api.columns(dataset["database"]["id"], f"select * from {source} as asked limit 1")


def probe_filters(api: Api) -> Iterator[Finding]:
    """Every native filter has values to pick, its default among them; its first one leaves no query broken."""
    held = charts(api)
    for each in native_filters(api):
        target = each["targets"][0]
        column = target["column"]["name"]
        query = {"columns": [column], "metrics": [], "row_limit": 10_000, "orderby": [[column, True]]}
        values = [row[column] for row in api.rows(target["datasetId"], query) if row[column] is not None]
        defaults = each["defaultDataMask"].get("filterState", {}).get("value") or []
        problem = None if values else "nothing to pick"
        if lost := sorted(set(defaults) - set(values)):
            problem = f"its default is no value of {column}: {lost}"
        picked = [{"col": column, "op": "IN", "val": values[:1]}]
        for chart in held if values else []:
            if chart.id in each["scope"]["excluded"]:
                continue
            try:
                api.rows(chart.dataset_id, query_of(chart.form, picked))
            except SupersetError as error:
                problem = f"{chart.name}: {error}"
        yield Finding(f"filter {each['name']}", f"{len(values)} values", problem)


def probe_read_only(api: Api, scratch: str) -> Iterator[Finding]:
    """Nothing can be written, and no other file read: Superset refuses, and DuckDB by itself does too.

    The second half lifts Superset's own guard, so it is for a Superset that is thrown away.
    """
    database = api.get("/api/v1/database/?q=(page_size:10)")["result"]
    if len(database) != 1:
        yield Finding("database", f"{len(database)} databases", "there should be one")
        return
    number = database[0]["id"]
    ran = api.sql(number, "select 1 as i")
    yield Finding("SQL Lab", "answers a select", ran)
    for allowed in (False, True):
        if allowed:
            api.put(f"/api/v1/database/{number}", {"allow_dml": True})
        guard = "DuckDB alone" if allowed else "Superset"
        for statement in (*WRITES, *READS_ELSEWHERE, *UNLOCKS):
            refused = api.sql(number, statement.format(scratch=scratch))
            short = " ".join((refused or "").split())[:90]
            yield Finding(
                f"{guard}: {statement.partition('{')[0]}", short, None if refused else "it ran, and must not"
            )
