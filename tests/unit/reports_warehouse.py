"""A build database of a few tables like those of dbt, made anew from reports, with what changed in its log."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build_log import begin_log, log_build
from pipelines.warehouse import note_left

_TABLES = """
create or replace table dim_documents as
    select document_id, any_value(place) as ref_area from reports group by all;
create or replace table dim_indicators as
    select indicator as indicator_key, if(count(*) > 4, 'urban', 'ecology') as sector from reports group by all;
create or replace table fct_indicator_statements as
    select hash(document_id || indicator)::varchar as statement_id, document_id, about as ref_area, value
    from reports;
create or replace table fct_indicators as
    select f.about || f.indicator as fact_id, f.about as ref_area, f.indicator as indicator_key, d.sector,
        sum(f.value) as value
    from reports as f inner join dim_indicators as d on f.indicator = d.indicator_key
    where f.about is not null group by all;
create or replace table fct_target_outcomes as
    select 't' || document_id || indicator as target_id, about as ref_area, document_id,
        indicator as indicator_key, d.sector
    from reports as f inner join dim_indicators as d on f.indicator = d.indicator_key;
create or replace table fct_target_evidence as
    select 'e' || t.target_id as evidence_id, t.target_id, i.value as verdict
    from fct_target_outcomes as t
    inner join fct_indicators as i on t.ref_area = i.ref_area and t.indicator_key = i.indicator_key;
create or replace table fct_target_coverage as
    select ref_area || year as coverage_id, ref_area, year, count(i.fact_id) as facts
    from (select distinct ref_area from dim_documents) cross join range(2000, 2040) as y(year)
    left join fct_indicators as i using (ref_area) group by all;
create or replace table agg_values as select sector, sum(value) as value from fct_indicators group by all;
create or replace table rpt_hooked as select fact_id, ref_area, sector from fct_indicators;
create or replace view rpt_sdmx_observations as
    select ref_area as "REF_AREA", upper(indicator_key) as "INDICATOR", value as "OBS_VALUE" from fct_indicators;
"""
_DOCUMENT = "document_id in (select c.document_id from changes.documents as c)"
_PLACE = "ref_area in (select c.ref_area from changes.places as c)"
_FIGURE = f"({_PLACE} or (ref_area is null and document_id in (select c.document_id from changes.place_documents as c)))"
_TARGET = "target_id in (select c.target_id from changes.targets as c)"
_MODELS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, bool]] = {
    "agg_values": (("sector", "value"), ("sector",), "", False),
    "dim_documents": (("document_id", "ref_area"), ("document_id",), _DOCUMENT, False),
    "dim_indicators": (("indicator_key", "sector"), ("indicator_key",), "", False),
    "fct_indicator_statements": (
        ("statement_id", "document_id", "ref_area", "value"),
        ("statement_id",),
        _DOCUMENT,
        False,
    ),
    "fct_indicators": (
        ("fact_id", "ref_area", "indicator_key", "sector", "value"),
        ("fact_id",),
        _PLACE,
        True,
    ),
    "fct_target_coverage": (("coverage_id", "ref_area", "year", "facts"), ("coverage_id",), "", False),
    "fct_target_evidence": (("evidence_id", "target_id", "verdict"), ("evidence_id",), _TARGET, False),
    "fct_target_outcomes": (
        ("target_id", "ref_area", "document_id", "indicator_key", "sector"),
        ("target_id",),
        _FIGURE,
        True,
    ),
    # A hook of which nothing says what it does.
    "rpt_hooked": (("fact_id", "ref_area", "sector"), ("fact_id",), _PLACE, True),
    "rpt_sdmx_observations": (
        ("REF_AREA", "INDICATOR", "OBS_VALUE"),
        ("REF_AREA", "INDICATOR"),
        "",
        False,
    ),
}


def manifest() -> dict[str, Any]:
    """What dbt would say of the tables."""
    nodes: dict[str, Any] = {}
    for name, (columns, key, changed, hooks) in _MODELS.items():
        nodes[f"model.{name}"] = {
            "name": name,
            "alias": name,
            "resource_type": "model",
            "schema": "main",
            "description": f"Table {name}.",
            "columns": {c: {"name": c, "description": f"The {c}.", "constraints": []} for c in columns},
            "constraints": [],
            "primary_key": list(key),
            "config": {
                "materialized": "incremental" if changed else "table",
                "incremental_predicates": [changed] if changed else None,
                "post-hook": [{"sql": "update"}] if hooks else [],
            },
        }
    return {"nodes": nodes}


Figures = tuple[tuple[str, float, str | None], ...]


@dataclass
class Reports:
    """Reports, and the build database that is made from them.

    Attributes:
        database: the build database.
        reports: document_id -> its place, and figures: indicator, value, code of the place it is about.
    """

    database: Path
    reports: dict[str, tuple[str, Figures]] = field(default_factory=dict)
    _before: dict[str, tuple[str, Figures]] = field(default_factory=dict)

    def build(self, *, whole: bool = False) -> None:
        """Make the tables, and write down as a build does what changed; not so where all rows are built."""
        differ = {
            name
            for name in self.reports.keys() | self._before.keys()
            if self.reports.get(name) != self._before.get(name)
        }
        said = [
            found for source in (self._before, self.reports) for name in differ if (found := source.get(name))
        ]
        places = {place for place, _ in said} | {
            about for _, figures in said for *_, about in figures if about
        }
        with duckdb.connect(str(self.database)) as database:
            rows = [
                (name, place, *figure)
                for name, (place, figures) in self.reports.items()
                for figure in figures
            ]
            database.execute(
                "create or replace table reports"
                " (document_id varchar, place varchar, indicator varchar, value double, about varchar)"
            )
            database.executemany("insert into reports values (?, ?, ?, ?, ?)", rows)
            database.execute(_TABLES)
            database.execute("drop table reports")
            if whole:
                begin_log(database)
            else:
                log_build(database, differ, places)
        self._before = dict(self.reports)
        note_left(self.database)
