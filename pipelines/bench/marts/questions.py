"""The queries of docs/queries that ask for a place or an indicator, asked again and again about others."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from pipelines.paths import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "docs" / "queries"

POOL = """
    select d.ref_area, d.document_id, d.report_year, f.indicator_key, f.measure, f.year
    from dim_documents as d
    inner join (
        select ref_area, indicator_key, measure, max(year) as year from fct_indicators
        where indicator_id is not null group by all
    ) as f on d.ref_area = f.ref_area
    order by hash(d.document_id || f.indicator_key || f.measure) limit {many}
"""
"""Places with a report, each with an indicator that it has figures of, in an order made by hashing."""

_ASKED = re.compile(
    r"'?[\w-]+'? as (ref_area|document_id|indicator_key|indicator_id|year|from_year|measure)\b"
)
_WHERE = re.compile(r"(\"REF_AREA\" = )'\d{6}'")


@dataclass(frozen=True, slots=True)
class Question:
    """A query of the cookbook and its texts about several places."""

    name: str
    texts: tuple[str, ...]


def pool(warehouse: duckdb.DuckDBPyConnection, many: int) -> list[dict[str, str | int]]:
    """What to ask about: place, document, indicator, measure and years that the warehouse has."""
    cursor = warehouse.execute(POOL.format(many=many))
    names = [name for name, *_ in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def about(sql: str, subject: dict[str, str | int]) -> str:
    """A query with what it asks about replaced, in its first `asked` and in a filter on REF_AREA."""

    def value(name: str) -> str:
        found = {"from_year": "year", "indicator_id": "indicator_key"}.get(name, name)
        given = subject[found]
        return str(given) if isinstance(given, int) else f"'{given}'"

    head, opened, rest = sql.partition("asked as (")
    body, closed, tail = rest.partition(")")
    body = _ASKED.sub(lambda match: f"{value(match[1])} as {match[1]}", body)
    whole = f"{head}{opened}{body}{closed}{tail}"
    return _WHERE.sub(lambda match: f"{match[1]}{value('ref_area')}", whole)


def questions(warehouse: duckdb.DuckDBPyConnection, many: int) -> list[Question]:
    """Each query of the cookbook that asks for a place or an indicator, about several of them.

    Raises:
        ValueError: the warehouse has no report to ask about.
    """
    subjects = pool(warehouse, many)
    if not subjects:
        raise ValueError("the warehouse has no report to ask about: build one with reports first")
    found = []
    for file in sorted(FOLDER.glob("*.sql")):
        sql = file.read_text(encoding="utf-8")
        texts = tuple(about(sql, subject) for subject in subjects)
        if any(text != sql for text in texts):
            found.append(Question(file.stem, texts))
    return found


def baselines(warehouse: duckdb.DuckDBPyConnection, many: int) -> list[Question]:
    """What any query costs (`select 1`), one row by its id, and the same without the function for it."""
    ids = warehouse.execute(
        f"select fact_id from fct_indicators order by hash(fact_id) limit {many}"
    ).fetchall()
    by_id = tuple(f"from fact('{fact_id}')" for (fact_id,) in ids)
    scanned = tuple(f"select * from fct_indicators where fact_id = '{fact_id}'" for (fact_id,) in ids)
    return [
        Question("select 1", ("select 1",) * many),
        Question("one fact by its id", by_id),
        Question("the same without fact()", scanned),
    ]
