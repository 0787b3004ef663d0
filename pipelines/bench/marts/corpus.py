"""A published file of millions of facts, multiplied from a small one that was really built.

A copy of a row stands for the same report of another place and other years: its place, years and document are
replaced, and its ids hashed anew, alike in every table, so that keys find their rows. The tables are written by
the code that publishes them, from views, so that nothing but the file itself takes room on the disk.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publication.catalog import PublishedModel, published_models
from pipelines.publication.sql import literal, quoted
from pipelines.publication.tables import attach_fresh, by_row_groups, column_types, copy_table

FACTS = "fct_indicators"
YEARS_APART = 11
"""Years between two copies of a place: more than one report looks back or ahead, so that no grain repeats."""

AS_THEY_ARE = frozenset(
    [
        "dim_codes",
        "dim_indicators",
        "dim_places",
        "dim_sectors",
        "dim_sentences",
        "dim_target_types",
        "dim_units",
        "dim_years",
        "rpt_unmatched_indicators",
    ]
)
"""Tables that do not grow with the copies; of dim_sentences, which no query of docs/queries reads, only some."""

_NOT_HASHED = {"document_id", "indicator_id", "rule_id", "source_id"}
_PATHS = {"file_path", "row_ref"}
_RANKS = {"review_rank"}
_AREAS = {"ref_area", "REF_AREA"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was written: model -> rows, seconds and bytes of the file."""

    rows: dict[str, int]
    seconds: float
    size: int


def _expression(name: str, kind: str) -> str:
    """A column of a copy, from that of the specimen's row."""
    column = f"t.{quoted(name)}"
    if name in _AREAS:
        new = "places.new_area"
    elif name == "document_id":
        new = "documents.new_document"
    elif name == "TIME_PERIOD":
        new = f"(left({column}, 4)::integer + copies.shift)::varchar || substring({column}, 5)"
    elif name.endswith("year") and kind == "BIGINT":
        new = f"{column} + copies.shift"
    elif name in _RANKS:
        new = f"{column} + copies.copy * (select count(*) from specimen.main.rpt_statements_to_review)"
    elif name in _PATHS:
        new = f"copies.copy || '/' || {column}"
    elif name.endswith("_id") and kind == "VARCHAR" and name not in _NOT_HASHED:
        new = f"left(md5({column} || '/' || copies.copy), length({column}))"
    else:
        return column
    return f"if(copies.copy = 0, {column}, {new}) as {quoted(name)}"


def _view(database: duckdb.DuckDBPyConnection, model: PublishedModel) -> str:
    """The rows of a model in all copies, as a query."""
    source = f"specimen.main.{quoted(model.name)}"
    types = column_types(database, source)
    place = next((name for name in types if name in _AREAS), None)
    is_of_a_place = place or types.keys() & ({"document_id"} | _RANKS | {"target_id"})
    if model.name in AS_THEY_ARE or (not is_of_a_place and "year" not in types):
        return f"select * from {source}"
    columns = ", ".join(_expression(name, kind) for name, kind in types.items())
    copies = "build.main.copies" if is_of_a_place else "(from build.main.copies where copy % groups = 0)"
    joins = [f"{source} as t cross join {copies} as copies"]
    if place:
        joins.append(f"build.main.places on t.{quoted(place)} = places.area and copies.copy = places.copy")
    if "document_id" in types:
        joins.append("build.main.documents on t.document_id = documents.id and copies.copy = documents.copy")
    return f"select {columns} from {' left join '.join(joins)}"


def _prepare(database: duckdb.DuckDBPyConnection, facts: int) -> None:
    """The copies, and what a place and a document are called in each."""
    areas = " union ".join(
        f"select ref_area from specimen.main.{table} where ref_area is not null"
        for table in (FACTS, "fct_indicator_statements", "fct_target_coverage", "dim_documents")
    )
    database.execute(
        f"create table build.main.areas as select ref_area as area, row_number() over (order by ref_area) - 1"
        f" as n from ({areas})"
    )
    [[there]] = database.execute(f"select count(*) from specimen.main.{FACTS}").fetchall()
    [[areas_there]] = database.execute("select count(*) from build.main.areas").fetchall()
    [[places]] = database.execute("select count(*) from specimen.main.dim_places").fetchall()
    groups = max(1, places // areas_there)
    database.execute(
        f"create table build.main.copies as select range as copy, {groups} as groups,"
        f" -{YEARS_APART} * (range // {groups}) as shift from range({math.ceil(facts / there)})"
    )
    # Places that no report speaks of take the part of those that one does, group by group.
    database.execute(
        """
        create table build.main.places as
        with other as (
            select ref_area, row_number() over (order by area is null, hash(ref_area)) - 1 as n
            from specimen.main.dim_places left join build.main.areas on ref_area = area
        )
        select copies.copy, areas.area, other.ref_area as new_area
        from build.main.areas cross join build.main.copies
        inner join other on other.n = areas.n + (select count(*) from build.main.areas) * (copies.copy % groups)
        """
    )
    database.execute(
        """
        create table build.main.documents as
        select
            copies.copy, d.document_id as id,
            places.new_area || '-' || d.doc_kind || '-' || (d.report_year + copies.shift)
            || coalesce('-' || nullif(d.version, '1'), '') || '-' || left(md5(d.document_id), 4) as new_document
        from specimen.main.dim_documents as d cross join build.main.copies
        inner join build.main.places on d.ref_area = places.area and copies.copy = places.copy
        """
    )


def write_corpus(specimen: Path, manifest: Path, target: Path, facts: int, *, memory: str = "5GB") -> Corpus:
    """Write a file of at least this many facts, as the publication writes it.

    Args:
        specimen: a published warehouse with reports.
        manifest: the dbt manifest that it was built from.
        target: the file to write.
        facts: least number of rows of `fct_indicators`.
        memory: what DuckDB may take; it sorts the rest on the disk, beside the target.

    Raises:
        duckdb.Error: the specimen is not of this manifest, or the disk is full.
        OSError: a file can't be read or written.
    """
    found: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    rows: dict[str, int] = {}
    with duckdb.connect(":memory:") as database:
        database.execute(f"set memory_limit = {literal(memory)}")
        database.execute(f"set temp_directory = {literal(str(target.with_name('.spill')))}")
        database.execute(f"attach {literal(str(specimen))} as specimen (read_only)")
        database.execute("attach ':memory:' as build")
        _prepare(database, facts)
        start = time.perf_counter()
        for group, models in by_row_groups(published_models(found)):
            attach_fresh(database, target, group)
            for model in models:
                view = _view(database, model)
                database.execute(f"create view build.main.{quoted(model.name)} as {view}")
                copy_table(database, model, column_types(database, f"build.main.{quoted(model.name)}"))
                [[rows[model.name]]] = database.execute(
                    f"select count(*) from {quoted(model.name)}"
                ).fetchall()
            database.execute("use memory")
            database.execute("detach fresh")
        seconds = time.perf_counter() - start
    return Corpus(rows, seconds, target.stat().st_size)
