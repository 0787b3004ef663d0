"""What the pages of each place are made from: a hash of all rows that they can show.

Rows are taken wider than the pages need: all of a place, all of each document that it has or that says
something about it, and each indicator in them. So pages of a place whose hash is the same are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from pipelines.publication.site.place_tables import (
    AREA,
    DOCUMENT,
    INDICATOR,
    OWNERS,
    PlaceTable,
    place_tables,
)
from pipelines.publication.site.site import Site


@dataclass(frozen=True, slots=True)
class Inputs:
    """Hashes of what pages are made from.

    Attributes:
        shared: of what the pages of every place show: lists of codes, units, whether there are several places.
        places: ref_area -> of what the pages of that place show.
    """

    shared: str
    places: dict[str, str]


def page_inputs(site: Site) -> Inputs:
    """The hashes for the places of a site; each table is read a few times, whatever the number of places.

    Raises:
        duckdb.Error: the published tables are not those that the pages want.
    """
    database = site.source.database
    tables = place_tables(site.source)
    shared = hashlib.sha256()
    for table in tables:
        if not table.owners:
            shared.update(f"{table.name} {_rows_hash(database, table)}\n".encode())
    shared.update(f"{len(site.places) == 1} {len(site.reporting) > 1}\n".encode())

    # The same three steps for each owner: hash its rows, then hash what belongs together.
    for owner in OWNERS:
        _group_hashes(database, tables, owner)
    for left, right in ((AREA, DOCUMENT), (AREA, INDICATOR), (DOCUMENT, INDICATOR)):
        _pairs(database, tables, left, right)
    found = dict(database.execute(_OF_PLACE).fetchall())
    places = {}
    for place in site.places:
        known = json.dumps([place.name.zh, place.name.en, place.reports], ensure_ascii=False, default=str)
        text = f"{known}\n{found.get(place.ref_area)}"
        places[place.ref_area] = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Inputs(shared.hexdigest()[:32], places)


_SUM = "count(*) || ' ' || sum(hash({0})::hugeint) || ' ' || sum(hash('again', {0})::hugeint)"
"""Two sums of 64-bit hashes: no order of rows is in it, and rows that are there twice do not cancel out."""

_OF_PLACE = f"""
with documents as (
    select ref_area, document_id from pairs_ref_area_document_id
), indicators as (
    select ref_area, indicator_key from pairs_ref_area_indicator_key
    union
    select documents.ref_area, pairs.indicator_key
    from documents
    inner join pairs_document_id_indicator_key as pairs on documents.document_id = pairs.document_id
), parts as (
    select owner as ref_area, 'place ' || rows_hash as part from hashes_ref_area
    union all
    select documents.ref_area, documents.document_id || ' ' || hashes.rows_hash
    from documents inner join hashes_document_id as hashes on documents.document_id = hashes.owner
    union all
    select indicators.ref_area, indicators.indicator_key || ' ' || hashes.rows_hash
    from indicators inner join hashes_indicator_key as hashes on indicators.indicator_key = hashes.owner
)
select ref_area, {_SUM.format("part")} from parts group by ref_area
"""


def _rows_hash(database: duckdb.DuckDBPyConnection, table: PlaceTable) -> str:
    row = database.execute(f"select {_SUM.format(table.row)} from {table.relation} as t").fetchone()
    return str(row[0]) if row else ""


def _group_hashes(database: duckdb.DuckDBPyConnection, tables: Sequence[PlaceTable], owner: str) -> None:
    """A temporary table: each place, document or indicator, and the hash of its rows in all tables.

    A table counts for its indicators only where its rows belong to no place and no document.
    """
    parts = [
        f"select {owner} as owner, '{table.name} ' || {_SUM.format(table.row)} as part"
        f" from {table.relation} as t where {owner} is not null group by {owner}"
        for table in tables
        if owner in table.owners and (owner != INDICATOR or (not table.has(AREA) and not table.has(DOCUMENT)))
    ]
    parts = parts or ["select null::varchar as owner, '' as part where false"]
    database.execute(
        f"create temp table hashes_{owner} as select owner, string_agg(part, ',' order by part) as rows_hash"
        f" from ({' union all '.join(parts)}) group by owner"
    )


def _pairs(database: duckdb.DuckDBPyConnection, tables: Sequence[PlaceTable], left: str, right: str) -> None:
    """A temporary table: which places, documents and indicators stand together in a row."""
    parts = [
        f"select {left}, {right} from {table.relation} where {left} is not null and {right} is not null"
        for table in tables
        if table.has(left, right)
    ]
    parts = parts or [f"select null::varchar as {left}, null::varchar as {right} where false"]
    database.execute(f"create temp table pairs_{left}_{right} as {' union '.join(parts)}")
