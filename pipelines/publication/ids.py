"""One row by its id, in a file whose rows stand by place: `publication/rules/ids.yml`.

For each model of the list, the DuckDB file has a small table `ids.<function>` beside the tables that readers know:
the beginning of each id as a number, in the order of these numbers, and the code of the place of its row. The function
`<function>(id)` looks there for the place, and reads the row groups of that place only. Rows without a place stand
together at the end of their table and are looked through. An index of DuckDB's own would be ten times as large,
would be written whole for each row that changes, and shuts out DuckDB 1.0 and 1.1.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.publication.sql import literal, quoted

RULES_FILE = Path(__file__).parent / "rules" / "ids.yml"
SCHEMA = "ids"
_COLUMNS = {
    "id_start": "The first eight hexadecimal digits of the id, as a number.",
    "ref_area": "Code of the place of the row, as in dim_places.",
    "document_id": "Where the row has no place: its document.",
}

# Of an id that is not hexadecimal it is 0: its row is found all the same, only not as fast.
_START = "coalesce(try_cast('0x' || left({}, 8) as uinteger), 0)"


class Lookup(BaseModel):
    """How a row of a model is asked for.

    Attributes:
        id: the column that tells its rows apart.
        function: the name of the function, and of the table with the places.
        without_place: the column of the document, in a model of which rows may have no place; else None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+$")
    function: str = Field(pattern=r"^[a-z_]+$")
    without_place: str | None = None

    @property
    def table(self) -> str:
        """The table with the places, with its schema."""
        return f"{SCHEMA}.{self.function}"


class IdRules(BaseModel):
    """What finds a row by its id: `publication/rules/ids.yml`.

    Attributes:
        functions: model -> how its rows are asked for.

    Raises:
        pydantic.ValidationError: a rule is missing or unknown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    functions: dict[str, Lookup]


@cache
def id_rules() -> IdRules:
    """The rules as they are in the file.

    Raises:
        pydantic.ValidationError: the file is not what `IdRules` says.
    """
    return IdRules.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))


def _entries(model: str, lookup: Lookup, where: str = "true") -> str:
    document = (
        f"if(ref_area is null, {quoted(lookup.without_place)}, null)" if lookup.without_place else "null"
    )
    return (
        f"select {_START.format(quoted(lookup.id))} as id_start, ref_area, {document}::varchar as document_id"
        f" from {quoted(model)} where {where}"
    )


def write_lookup(database: duckdb.DuckDBPyConnection, model: str) -> None:
    """Write where each id of a model's table stands, and the function; nothing where no rule names the model.

    Args:
        database: has the file in use (`use`), with the model's table in schema `main`.
        model: name of the model.

    Raises:
        duckdb.Error: the table lacks a column that the rule names.
    """
    lookup = id_rules().functions.get(model)
    if lookup is None:
        return
    database.execute(f"create schema if not exists {SCHEMA}")
    database.execute(f"create or replace table {lookup.table} as {_entries(model, lookup)} order by all")
    database.execute(f"create or replace macro {lookup.function}(id) as table {_function(model, lookup)}")
    says = f"In which place the row of each {lookup.id} of {model} stands: read by the function {lookup.function}(id)."
    database.execute(f"comment on table {lookup.table} is {literal(says)}")
    for column, meaning in _COLUMNS.items():
        database.execute(f"comment on column {lookup.table}.{column} is {literal(meaning)}")


def _function(model: str, lookup: Lookup) -> str:
    # With a filter on the id itself DuckDB expects one row of the table and joins the other way round: then all
    # of it is read. It sees none in the comparison of an expression. All is read as well where nothing is found
    # to join with, so that there is always a '-', which is no place and no document.
    rows = f"select t.* from main.{quoted(model)} as t where lower(t.{quoted(lookup.id)}) = lower(id)"
    there = f"from {lookup.table} as i where i.id_start = {_START.format('id')} union all select '-'"
    query = f"{rows} and t.ref_area in (select i.ref_area {there})"
    if lookup.without_place:
        document = f"t.{quoted(lookup.without_place)}"
        query += f" union all {rows} and t.ref_area is null and {document} in (select i.document_id {there})"
    return query


def replace_places(database: duckdb.DuckDBPyConnection, model: str) -> None:
    """Bring the lookup of a model up to its rows, where they may have changed (`delta.lay_out`).

    Raises:
        duckdb.Error: see `write_lookup`; or `changes` is not attached.
    """
    if lookup := id_rules().functions.get(model):
        changed = _changed(lookup)
        for where, _ in changed:
            database.execute(f"delete from {lookup.table} where {where}")
        for _, where in changed:
            database.execute(f"insert into {lookup.table} {_entries(model, lookup, where)} order by all")


def _changed(lookup: Lookup) -> list[tuple[str, str]]:
    """The conditions on entries that may have changed, and the same on the rows of the model. One after the other:
    with both in one condition every row would be read."""
    of_places = "ref_area in (select ref_area from changes.places)"
    if not lookup.without_place:
        return [(of_places, of_places)]
    of_documents = "{} in (select document_id from changes.place_documents)"
    rows = f"ref_area is null and {of_documents.format(quoted(lookup.without_place))}"
    return [(of_places, of_places), (of_documents.format("document_id"), rows)]


def lookup_problem(database: duckdb.DuckDBPyConnection, model: str, *, of_what_changed: bool = False) -> str:
    """What is wrong with the lookup of a model, against its rows, and with the function; empty where nothing is, and
    where no rule names the model. Of all entries, or of those that may have changed (`delta.lay_out`)."""
    lookup = id_rules().functions.get(model)
    if lookup is None:
        return ""
    sums = "select count(*), sum(hash(entries)::hugeint) from ({}) as entries"
    table, key = quoted(model), quoted(lookup.id)
    try:
        for where, where_rows in _changed(lookup) if of_what_changed else [("true", "true")]:
            found = database.execute(sums.format(f"from {lookup.table} where {where}")).fetchone()
            if found != database.execute(sums.format(_entries(model, lookup, where_rows))).fetchone():
                return f"{lookup.table} does not lead to the rows of {model}"
        for (one,) in database.execute(f"select {key} from {table} limit 1").fetchall():
            if len(database.execute(f"select {key} from {lookup.function}({literal(one)})").fetchall()) != 1:
                return f"{lookup.function}({literal(one)}) does not give its row"
    except duckdb.Error as error:
        return str(error).strip().splitlines()[0]
    return ""
