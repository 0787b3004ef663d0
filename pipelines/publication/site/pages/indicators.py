"""Indicators: the history of each, place by place."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pipelines.publication.site.charts.indicators import GLYPHS
from pipelines.publication.site.labels import Words, words
from pipelines.publication.site.pages.indicator_history import KINDS, latest, series
from pipelines.publication.site.pages.indicator_texts import passages, published_again
from pipelines.publication.site.pages.target_portions import target_paths
from pipelines.publication.site.site import Page, Place, Site, indicator_path, indicators_path
from pipelines.publication.site.source import Row
from pipelines.publication.sql import literal

MOST_OTHERS = 1000
"""Indicators without a page on one page of their list."""

_STYLES = ("indicators.css",)
_SCRIPTS = ("indicators.js",)

Grouped = Mapping[str, Sequence[Row]]


def keys_with_page(site: Site, ref_area: str) -> frozenset[str]:
    """The indicators that have a page in a place."""
    rows = site.source.rows("indicators_with_page", ref_area=ref_area)
    return frozenset(row["indicator_key"] for row in rows)


def history_query(ref_area: str, indicator_key: str) -> str:
    """The SQL that gives the tables of an indicator's page, as anyone can run it on the published tables."""
    return (
        "select measure, unit_measure, rank_scope, year, actual_value, actual_bound, actual_status,\n"
        "       baseline_value, annual_target_value, annual_target_value_upper, annual_target_bound,\n"
        "       plan_target_value, plan_target_value_upper, plan_target_bound\n"
        "from rpt_indicator_history\n"
        f"where ref_area = {literal(ref_area)} and indicator_key = {literal(indicator_key)}\n"
        "order by measure, unit_measure, rank_scope, year"
    )


def index_pages(site: Site) -> Iterator[Page]:
    """The list of the places."""
    if site.only_place:
        return
    counts = {row["ref_area"]: row for row in site.source.rows("indicators_counts")}
    yield Page(
        "indicators/index.html",
        "indicators.html",
        "indicators",
        words()["nav.indicators"],
        {"counts": counts},
        scripts=("find.js",),
        styles=_STYLES,
    )


def _by_indicator(site: Site, query: str, ref_area: str) -> Grouped:
    """A place's rows by indicator: one query for all of its pages."""
    rows = site.source.rows(query, ref_area=ref_area)
    return {key: list(group) for key, group in itertools.groupby(rows, key=lambda row: row["indicator_key"])}


def place_pages(site: Site, place: Place) -> Iterator[Page]:
    """The list of a place's indicators, and a page for each that has one."""
    area = place.ref_area
    reports = site.documents_with_page
    paged = keys_with_page(site, area)
    history = _by_indicator(site, "indicators_history", area)
    others = _by_indicator(site, "indicators_other_figures", area)
    vintages = _by_indicator(site, "indicators_vintages", area)
    statements = _by_indicator(site, "indicators_statements", area)
    targets = target_paths(site, area)
    listed: list[dict[str, Any]] = []
    unpaged: list[dict[str, Any]] = []
    for indicator in site.source.rows("indicators_names", ref_area=area):
        key = indicator["indicator_key"]
        found = series(site, history.get(key, ()))
        entry = {
            **indicator,
            "name": Words(indicator["name_zh"], indicator["name_en"] or indicator["name_zh"]),
            **latest(found, indicator["default_measure"]),
        }
        if key not in paged:
            unpaged.append(entry | _only_place(site, statements.get(key, ()), others.get(key, ()), reports))
            continue
        listed.append(entry)
        values = {
            "place": place,
            "indicator": entry,
            "series": found,
            "others": [_figure(site, row) for row in others.get(key, ())],
            "vintages": published_again(site, vintages.get(key, ())),
            "passages": passages(site, statements.get(key, ()), reports),
            "sql": history_query(area, key),
            "target_paths": targets,
            "kinds": KINDS,
            "glyphs": GLYPHS,
        }
        yield Page(
            indicator_path(area, key),
            "indicator.html",
            "indicators",
            words()["indicator.title"].filled(
                zh=entry["name"].zh, en=entry["name"].en, place_zh=place.name.zh, place_en=place.name.en
            ),
            values,
            area,
            _SCRIPTS,
            _STYLES,
        )
    yield from _lists(place, listed, unpaged)


def _figure(site: Site, row: Row) -> Row:
    """A figure with its value in words."""
    return {
        **row,
        "words": site.figures.bounded(
            row["obs_value"], row["obs_value_upper"], row["unit_measure"], row["bound"]
        ),
    }


def _only_place(
    site: Site, statements: Sequence[Row], others: Sequence[Row], reports: Collection[str]
) -> dict[str, Any]:
    """Where an indicator without a page stands, and its figure where its history has none."""
    said = next((row for row in statements if row["document_id"] in reports), None)
    figure = _figure(site, others[0]) if others else None
    return {"statement": said, "figure": figure}


def _lists(place: Place, listed: list[dict[str, Any]], unpaged: list[dict[str, Any]]) -> Iterator[Page]:
    base = indicators_path(place.ref_area)
    portions = [unpaged[start : start + MOST_OTHERS] for start in range(0, len(unpaged), MOST_OTHERS)]
    # A folder of their own: no indicator's key can take their names.
    paths = [base.replace("index.html", f"others/{number}.html") for number, _ in enumerate(portions, 1)]
    shared = {"place": place, "others": len(unpaged), "paths": paths}
    title = words()["indicator.list_title"].filled(zh=place.name.zh, en=place.name.en)
    sectors = [
        (sector, list(group)) for sector, group in itertools.groupby(listed, lambda row: row["sector"])
    ]
    yield Page(
        base,
        "indicators_place.html",
        "indicators",
        title,
        {**shared, "sectors": sectors, "count": len(listed)},
        place.ref_area,
        _SCRIPTS,
        _STYLES,
    )
    for number, (path, part) in enumerate(zip(paths, portions, strict=True), 1):
        yield Page(
            path,
            "indicators_others.html",
            "indicators",
            words()["indicator.others_title"].filled(zh=place.name.zh, en=place.name.en),
            {**shared, "entries": part, "number": number},
            place.ref_area,
            _SCRIPTS,
            _STYLES,
        )
