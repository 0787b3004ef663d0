"""The published tables as the dictionary tells them: comments of the DuckDB file, keys of the data package."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from pipelines.export.source import Mart, MartColumn, Published
from pipelines.publication.package import PACKAGE
from pipelines.publication.sql import quoted

GROUPS = ("fct", "agg", "rpt", "dim")
"""What the names of tables begin with, in the order in which the groups are shown; others come last."""
_NAMES_FILE = Path(__file__).with_name("column_names.yml")
_UNIT = re.compile(r"\s*\bUnit(?: -|:) ([^.]+)\.?\s*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published table.

    Attributes:
        name: its name.
        data_type: DuckDB's type.
        meaning: what it holds, without the unit.
        unit: the unit of its numbers in words; empty where it names none.
        required: whether it is never null.
        list_name: the closed list that its codes are of, None where they are of none.
        target: (table, column) that it is joined to, None without one.
    """

    name: str
    data_type: str
    meaning: str
    unit: str
    required: bool
    list_name: str | None
    target: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Table:
    """A published table.

    Attributes:
        name: its name.
        holds: what it holds; `grain`: what a row is; `answers`: a question for it. English, from dbt.
        rows: how many it has.
        columns: in their order.
        primary_key: columns that tell rows apart; empty where nulls forbid one.
        joined_by: (table, column, column here) of the tables that are joined to it.
    """

    name: str
    holds: str
    grain: str
    answers: str
    rows: int
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    joined_by: tuple[tuple[str, str, str], ...]

    @property
    def group(self) -> str:
        """What its name begins with, one of GROUPS; `other` for another beginning."""
        beginning = self.name.partition("_")[0]
        return beginning if beginning in GROUPS else "other"


def read_tables(
    root: Path,
    published: Published,
    lists: Mapping[str, Collection[str]],
    held_to: Mapping[tuple[str, str], str] | None = None,
) -> tuple[Table, ...]:
    """The tables of a version, by group and name.

    Args:
        root: the version's folder. Without a `datapackage.json` no keys are known.
        published: its tables.
        lists: the closed lists: name -> codes.
        held_to: (table, column) -> its closed list, where that is known; else it is told by `code_list`.

    Raises:
        OSError, ValueError: the data package can't be read.
    """
    marts = published.marts
    rows = {
        name: int(
            (published.connection.execute(f"select count(*) from {quoted(name)}").fetchone() or (0,))[0]
        )
        for name in marts
    }
    package = root / PACKAGE
    resources = json.loads(package.read_bytes())["resources"] if package.is_file() else []
    schemas: dict[str, dict[str, Any]] = {resource["name"]: resource["schema"] for resource in resources}
    targets = {name: _targets(schema) for name, schema in schemas.items()}
    tables = [
        _table(mart, rows[name], schemas.get(name, {}), targets, lists, held_to or {})
        for name, mart in marts.items()
    ]
    order = (*GROUPS, "other")
    return tuple(sorted(tables, key=lambda table: (order.index(table.group), table.name)))


def _targets(schema: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Column -> (table, column) of the foreign keys of a data package's schema."""
    return {
        key["fields"][0]: (key["reference"]["resource"], key["reference"]["fields"][0])
        for key in schema.get("foreignKeys", ())
    }


def _table(
    mart: Mart,
    rows: int,
    schema: Mapping[str, Any],
    targets: Mapping[str, Mapping[str, tuple[str, str]]],
    lists: Mapping[str, Collection[str]],
    held_to: Mapping[tuple[str, str], str],
) -> Table:
    enums = {field["name"]: field.get("constraints", {}).get("enum") for field in schema.get("fields", ())}
    own = targets.get(mart.name, {})
    return Table(
        name=mart.name,
        holds=mart.holds,
        grain=mart.grain,
        answers=mart.answers,
        rows=rows,
        columns=tuple(
            _column(
                column,
                held_to.get((mart.name, column.name))
                or code_list(column.name, enums.get(column.name), lists),
                own.get(column.name),
            )
            for column in mart.columns
        ),
        primary_key=tuple(schema.get("primaryKey", ())),
        joined_by=tuple(
            sorted(
                (other, column, there)
                for other, keys in targets.items()
                for column, (table, there) in keys.items()
                if table == mart.name
            )
        ),
    )


def _column(column: MartColumn, list_name: str | None, target: tuple[str, str] | None) -> Column:
    meaning, unit = split_unit(column.description)
    return Column(column.name, column.data_type, meaning, unit, column.required, list_name, target)


class ColumnNames(BaseModel):
    """Chinese names of columns: `column_names.yml`.

    Attributes:
        joined: how a beginning and the rest make one name.
        names: names of columns, and of what stands behind a beginning.
        beginnings: names of what columns begin with.

    Raises:
        pydantic.ValidationError: a section is missing or unknown, or a name is no text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    joined: str
    names: Mapping[str, str]
    beginnings: Mapping[str, str]


@cache
def _names() -> ColumnNames:
    return ColumnNames.model_validate(yaml.safe_load(_NAMES_FILE.read_text("utf-8")))


def column_name_zh(column: str) -> str | None:
    """The Chinese name of a column, by column_names.yml; None where it has none.

    >>> column_name_zh("outcome"), column_name_zh("gdp_growth_low"), column_name_zh("OBS_STATUS")
    ('结果', '经济增长的下限', '数据状态')
    """
    name = column.lower()
    rules = _names()
    if name in rules.names:
        return rules.names[name]
    for beginning, said in sorted(rules.beginnings.items(), key=lambda one: -len(one[0])):
        rest = rules.names.get(name.removeprefix(f"{beginning}_"))
        if name.startswith(f"{beginning}_") and rest:
            return rules.joined.format(beginning=said, rest=rest)
    return None


def split_unit(description: str) -> tuple[str, str]:
    """A column's description and the unit that it names.

    >>> split_unit("Length of the text. Unit: characters.")
    ('Length of the text.', 'characters')
    """
    found = _UNIT.search(description)
    if found is None:
        return description, ""
    rest = f"{description[: found.start()]} {description[found.end() :]}"
    return " ".join(rest.split()), found[1]


def code_list(column: str, codes: Collection[str] | None, lists: Mapping[str, Collection[str]]) -> str | None:
    """The closed list of a column: the one of its name, else one with just its codes; None without any.

    Args:
        column: its name.
        codes: what the data package lets it hold, None for anything.
        lists: the closed lists: name -> codes.
    """
    if column in lists and (codes is None or set(codes) == set(lists[column])):
        return column
    wanted = set(codes or ())
    return next((name for name in sorted(lists) if wanted and set(lists[name]) == wanted), None)
