"""The history of an indicator as its page shows it: a chart and a table for each kind of number."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.site import Site
from pipelines.publication.site.source import Row

KINDS = ("actual", "baseline", "annual_target", "plan_target")
_LABELLED = ("actual", "annual_target", "plan_target")
"""Kinds with a label in the chart; a baseline lies where the line of results begins and would be hidden by it."""
_MEASURES = ("level", "growth", "share", "rank", "ratio")
_CHARTS = {"growth": "history_growth", "rank": "history_rank"}
_PLAIN = {"actual": "dot", "baseline": "square"}


def series(site: Site, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The numbers of an indicator by measure, unit and field of a rank: what may share an axis.

    Args:
        site: the site that they are shown on.
        rows: of `sql/indicators_history.sql`, of one indicator.

    Returns:
        For each: measure, unit_measure, rank_scope, kinds (that occur), rows (the newest year first), chart
        (name of its shape, None where it would show a single point), chart_rows, glyphs and unit.
    """
    found = []
    keyed = sorted(rows, key=_series_key)
    for _, group in itertools.groupby(keyed, key=_series_key):
        years = sorted(group, key=lambda row: row["year"])
        found.append(_series(site, years))
    return found


def _series_key(row: Row) -> tuple[int, str, str]:
    return _MEASURES.index(row["measure"]), row["unit_measure"] or "", row["rank_scope"] or ""


def _series(site: Site, years: Sequence[Row]) -> dict[str, Any]:
    first = years[0]
    unit = first["unit_measure"]
    values = [
        abs(row[name])
        for row in years
        for kind in KINDS
        for name in (f"{kind}_value", f"{kind}_value_upper")
        if row[name] is not None
    ]
    power, axis = site.figures.axis(max(values, default=0), unit)
    if unit == "rank":
        axis = words()["indicator.rank"]
    points = [
        point for row in years for kind in KINDS if (point := _point(site, row, kind, power)) is not None
    ]
    _number_runs(points)
    # A label for the last of each kind: one for every point would hide the points.
    for kind in _LABELLED:
        of_kind = [point for point in points if point["kind"] == kind]
        if of_kind:
            last = of_kind[-1]
            last[f"label_{label_side(of_kind)}"] = {
                key: f"{last['kind_name'][key]} {last['words'][key]}" for key in ("zh", "en")
            }
    return {
        "measure": first["measure"],
        "unit_measure": unit,
        "rank_scope": first["rank_scope"],
        "kinds": [kind for kind in KINDS if any(row[f"{kind}_value"] is not None for row in years)],
        "rows": [_table_row(site, row) for row in reversed(years)],
        "chart": _CHARTS.get(first["measure"], "history") if len(points) > 1 else None,
        "chart_rows": points,
        "glyphs": sorted({(point["kind"], point["glyph"]) for point in points}, key=_glyph_order),
        "unit": axis,
    }


def _glyph_order(pair: tuple[str, str]) -> tuple[int, str]:
    return KINDS.index(pair[0]), pair[1]


def _pair(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _point(site: Site, row: Row, kind: str, power: int) -> dict[str, Any] | None:
    """A value as the chart draws it; None where there is none."""
    value, upper, bound = row[f"{kind}_value"], row[f"{kind}_value_upper"], row[f"{kind}_bound"]
    if value is None:
        return None
    scale = 10**power
    tolerance = row.get(f"{kind}_tolerance") if bound == "around" else None
    return {
        "year": row["year"],
        "kind": kind,
        "value": value / scale,
        "upper": (value if upper is None else upper) / scale,
        "low": (value - (tolerance or 0)) / scale,
        "high": (value + (tolerance or 0)) / scale,
        "glyph": glyph(kind, bound),
        "upper_glyph": "none" if upper is None else glyph(kind, bound),
        "kind_name": _pair(site.code("target_type", kind)),
        "words": _pair(site.figures.bounded(value, upper, row["unit_measure"], bound)),
        "run": 0,
        "label_right": "",
        "label_above": "",
        "label_below": "",
    }


def _number_runs(points: Sequence[dict[str, Any]]) -> None:
    """Tell runs of years without a gap apart: a line over years without a figure would claim to know them."""
    run, before = 0, None
    for point in points:
        if point["kind"] == "actual":
            run += before is None or point["year"] != before + 1
            before = point["year"]
            point["run"] = run


def label_side(points: Sequence[Mapping[str, Any]]) -> str:
    """Where the last point of a kind has its label: to its right, or off the way of the line that leads to it."""
    last = points[-1]
    if last["kind"] != "actual" or len(points) == 1:
        return "right"
    return "below" if last["value"] < points[-2]["value"] else "above"


def glyph(kind: str, bound: str | None) -> str:
    """The sign that a value is drawn as: of its bound, or of its kind where it is a plain number."""
    if bound == "range":
        return "end"
    if bound in (None, "point"):
        return _PLAIN.get(kind, "point")
    return str(bound)


def _table_row(site: Site, row: Row) -> dict[str, Any]:
    cells = {}
    for kind in KINDS:
        value = row[f"{kind}_value"]
        words = site.figures.bounded(
            value, row[f"{kind}_value_upper"], row["unit_measure"], row[f"{kind}_bound"]
        )
        cells[kind] = words if value is not None else None
    return {**row, "cells": cells}


def latest(found: Sequence[dict[str, Any]], measure: str | None) -> dict[str, Any]:
    """What the list of indicators shows of one: its latest actual and its latest target, of one series.

    Args:
        found: the indicator's series.
        measure: the one it is usually stated in; the longest series is taken where it has none of it.

    Returns:
        actual and target: year, kind and words each, None where there is none; measure.
    """
    if not found:
        return {"actual": None, "target": None, "measure": measure}
    usual = [one for one in found if one["measure"] == measure] or found
    chosen = max(usual, key=lambda one: (len(one["rows"]), one["rank_scope"] is None))
    shown: dict[str, Any] = {"actual": None, "target": None, "measure": chosen["measure"]}
    for row in chosen["rows"]:
        for name, kinds in (("actual", ("actual",)), ("target", ("annual_target", "plan_target"))):
            for kind in kinds:
                if shown[name] is None and row["cells"][kind] is not None:
                    shown[name] = {"year": row["year"], "kind": kind, "words": row["cells"][kind]}
    return shown
