"""The rows of some places alone, under the names of the published tables.

A query about one place would look through whole tables to join them: with each report more, each page would take
longer. So the rows of some places at a time are put into temporary tables, which DuckDB takes before those of the
file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipelines.publication.site.place_tables import AREA, DOCUMENT, TARGET, TARGETS, PlaceTable, place_tables
from pipelines.publication.site.source import Source
from pipelines.publication.sql import quoted

_CHOSEN = {AREA: "chosen_areas", DOCUMENT: "chosen_documents"}


@contextmanager
def rows_of(source: Source, areas: Sequence[str]) -> Iterator[None]:
    """While it is open, the queries about places see what the pages of these places can show, and no more.

    Args:
        source: the published tables.
        areas: ref_area of each place.

    Raises:
        duckdb.Error: the published tables are not those that the pages want.
    """
    tables = [table for table in place_tables(source) if table.has(AREA) or table.has(DOCUMENT)]
    database = source.database
    catalog = database.execute("select current_database()").fetchone()
    assert catalog is not None
    made = []
    try:
        database.execute(f"create temp table {_CHOSEN[AREA]} as select unnest(?) as {AREA}", [list(areas)])
        made.append(_CHOSEN[AREA])
        database.execute(f"create temp table {_CHOSEN[DOCUMENT]} as {_documents(tables)}")
        made.append(_CHOSEN[DOCUMENT])
        for table in tables:
            chosen = _chosen(table)
            whole = f"{quoted(catalog[0])}.main.{quoted(table.name)}"
            database.execute(
                f"create temp table {quoted(table.name)} as select * from {whole} where {chosen}"
            )
            made.append(table.name)
        yield
    finally:
        for name in made:
            database.execute(f"drop table temp.{quoted(name)}")


def _documents(tables: Sequence[PlaceTable]) -> str:
    """The documents that have rows of the chosen places, for SQL."""
    parts = [
        f"select {DOCUMENT} from {table.relation} where {DOCUMENT} is not null and {_is_chosen(AREA)}"
        for table in tables
        if table.has(AREA, DOCUMENT)
    ]
    return " union ".join(parts) or f"select null::varchar as {DOCUMENT} where false"


def _is_chosen(owner: str) -> str:
    return f"{owner} in (select {owner} from {_CHOSEN[owner]})"


def _chosen(table: PlaceTable) -> str:
    """Which rows of a table are of the chosen places, for SQL."""
    parts = [_is_chosen(owner) for owner in (AREA, DOCUMENT) if owner in table.read]
    if table.is_of_targets:
        parts.append(f"{TARGET} in (select {TARGET} from {quoted(TARGETS)} where {_is_chosen(AREA)})")
    return " or ".join(parts)
