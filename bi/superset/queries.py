"""The query that a chart's settings ask, as Superset's page would send it to /api/v1/chart/data."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _x_axis(form: Json) -> Any:
    """The column along the axis; a date is cut to the chart's grain."""
    if grain := form.get("time_grain_sqla"):
        return {
            "columnType": "BASE_AXIS",
            "expressionType": "SQL",
            "label": form["x_axis"],
            "sqlExpression": form["x_axis"],
            "timeGrain": grain,
        }
    return form["x_axis"]


def columns(form: Json) -> list[Any]:
    """The columns that a chart shows or groups by.

    Raises:
        ValueError: a kind of chart that is not known here.
    """
    kind = form["viz_type"]
    if kind == "big_number_total":
        return []
    if kind == "table" and form["query_mode"] == "raw":
        return _as_list(form["all_columns"])
    if kind == "pivot_table_v2":
        return _as_list(form["groupbyRows"]) + _as_list(form["groupbyColumns"])
    if kind in {"heatmap_v2", "echarts_timeseries_bar", "echarts_timeseries_line"}:
        return [_x_axis(form), *_as_list(form.get("groupby"))]
    raise ValueError(f"{kind}: a kind of chart that bi/superset/queries.py can't ask for yet; add it there.")


def metrics(form: Json) -> list[str]:
    """The saved metrics that a chart shows."""
    return [str(name) for name in _as_list(form.get("metrics")) + _as_list(form.get("metric"))]


def query_of(form: Json, extra_filters: list[Json] | None = None) -> Json:
    """The query of a chart, narrowed by the filters of a dashboard.

    Raises:
        ValueError: a kind of chart that is not known here.
    """
    filters = [
        {"col": each["subject"], "op": each["operator"], "val": each.get("comparator")}
        for each in form.get("adhoc_filters", [])
    ]
    query: Json = {
        "columns": columns(form),
        "filters": filters + (extra_filters or []),
        "row_limit": form.get("row_limit", 1000),
        "orderby": [json.loads(order) for order in form.get("order_by_cols", [])],
    }
    if asked := metrics(form):
        query["metrics"] = asked
    return query
