"""What a published table is in PostgreSQL: its types, key, indexes, comments and privileges as statements."""

from __future__ import annotations

import hashlib

from pipelines.publication.sql import literal, quoted
from pipelines.publication.targets.errors import TargetError
from pipelines.publication.targets.rules import target_rules
from pipelines.publication.targets.source import SourceTable

READER_ROLE = "gwr_reader"
PUBLICATION = "publication"
Structure = tuple[tuple[str, str, bool, bool], ...]
"""Of each column: name, type as format_type() prints it, never null, part of the primary key."""


def postgres_type(data_type: str) -> str:
    """The PostgreSQL type of a DuckDB type.

    Raises:
        TargetError: the rules have no type for it.
    """
    if data_type.endswith("[]"):
        return f"{postgres_type(data_type.removesuffix('[]'))}[]"
    name, _, parameters = data_type.partition("(")
    known = target_rules().postgres_types.get(name)
    if known is None:
        raise TargetError(
            f"DuckDB's type {data_type} has no PostgreSQL type. Add it to publication/rules/targets.yml"
        )
    return f"{known}({parameters}" if parameters else known


def structure(table: SourceTable) -> Structure:
    """The columns that the table has to have in PostgreSQL."""
    return tuple(
        (
            column.name,
            postgres_type(column.data_type),
            column.required or column.name in table.primary_key,
            column.name in table.primary_key,
        )
        for column in table.columns
    )


def create_table(schema: str, table: SourceTable) -> str:
    """The statements that make an empty table with its key and indexes."""
    columns = [
        f"{quoted(name)} {kind}{' not null' if required else ''}"
        for name, kind, required, _ in structure(table)
    ]
    if table.primary_key:
        columns.append(f"primary key ({', '.join(map(quoted, table.primary_key))})")
    statements = [f"create table {schema}.{quoted(table.name)} ({', '.join(columns)})"]
    for indexed in target_rules().postgres_indexes:
        if set(indexed) <= set(table.column_names) and indexed != table.primary_key:
            on = ", ".join(map(quoted, indexed))
            statements.append(f"create index on {schema}.{quoted(table.name)} ({on})")
    return "; ".join(statements)


def comments(schema: str, table: SourceTable) -> str:
    """The statements that carry over what the table and its columns mean."""
    name = f"{schema}.{quoted(table.name)}"
    statements = [f"comment on table {name} is {literal(table.comment)}"]
    statements += [
        f"comment on column {name}.{quoted(column.name)} is {literal(column.comment)}"
        for column in table.columns
    ]
    return "; ".join(statements)


def create_publication(schema: str) -> str:
    """The statements that make the one-row table which says what version the schema holds."""
    name = f"{schema}.{PUBLICATION}"
    return (
        f"create table {name} (only_row boolean primary key default true check (only_row), version text not null,"
        " tables text[] not null, row_count bigint not null, copied_at timestamptz not null default now());"
        f" comment on table {name} is 'The version that this schema holds, as `gwr published` names it."
        " Grain: one row.';"
        f" comment on column {name}.only_row is 'Always true: there is one row.';"
        f" comment on column {name}.version is 'Name of the published version, made from its content.';"
        f" comment on column {name}.tables is 'Tables that were copied. Others in the schema are not ours.';"
        f" comment on column {name}.row_count is 'Rows of all tables.';"
        f" comment on column {name}.copied_at is 'When it was copied, by the clock of this server.'"
    )


def record_publication(schema: str, version: str, rows: dict[str, int]) -> str:
    """The statements that put the version into the one-row table."""
    tables = ", ".join(literal(name) for name in rows)
    return (
        f"delete from {schema}.{PUBLICATION}; insert into {schema}.{PUBLICATION} (version, tables, row_count)"
        f" values ({literal(version)}, array[{tables}]::text[], {sum(rows.values())})"
    )


def grants(schema: str, tables: list[str]) -> str:
    """The statements that let the reader role select from these tables, and do nothing else in the schema."""
    names = ", ".join(f"{schema}.{quoted(name)}" for name in tables)
    return (
        f"revoke all on schema {schema} from public, {READER_ROLE}; grant usage on schema {schema} to {READER_ROLE};"
        f" revoke all on {names} from public, {READER_ROLE}; grant select on {names} to {READER_ROLE}"
    )


def lock_key(schema: str) -> int:
    """Number of the advisory lock that lets one copy at a time into a schema, from whichever machine."""
    digest = hashlib.sha256(f"gwr {schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
