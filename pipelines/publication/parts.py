"""In which parts the rows of a published table are written to its Parquet file: `publication/rules/parts.yml`.

Which rows a part has follows from the rows of its own places alone: a report more changes one part, and moves no
border of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.publication.catalog import PublishedModel
from pipelines.publication.order import row_order
from pipelines.publication.sql import literal, quoted

RULES_FILE = Path(__file__).parent / "rules" / "parts.yml"
_LARGEST_ROW_GROUP = 122_880


class PartRules(BaseModel):
    """Which tables are written in parts, and how large a part may be.

    Attributes:
        columns: by which of the columns that a table is ordered by first.
        most_rows: of a part that can be divided.
        most_rows_of: table -> the same, where its rows are large.
        most_characters: of a value that tell a part from others.

    Raises:
        pydantic.ValidationError: a rule is missing, unknown or out of its range.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: frozenset[str]
    most_rows: int = Field(ge=1, le=_LARGEST_ROW_GROUP)
    most_rows_of: dict[str, int]
    most_characters: int = Field(ge=1)

    def most_rows_in(self, table: str) -> int:
        """How many rows a part of a table may have that can be divided."""
        return min(self.most_rows, self.most_rows_of.get(table, self.most_rows))


@cache
def part_rules() -> PartRules:
    """The rules as they are in the file.

    Raises:
        pydantic.ValidationError: the file is not what `PartRules` says.
    """
    return PartRules.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class TablePart:
    """Rows of a table whose value in the column of its parts begins alike.

    Attributes:
        name: how their values begin; None where they have none.
        characters: how many characters of a value were looked at. A shorter value is a part of its own.
    """

    name: str | None
    characters: int

    def __str__(self) -> str:
        """Its rows, in words."""
        return "rows without a place" if self.name is None else f"rows of {self.name}"

    def holds(self, value: str | None) -> bool:
        """Whether rows with a value are among them."""
        if self.characters == 0:
            return True
        return (None if value is None else value[: self.characters]) == self.name

    def where(self, column: str) -> str:
        """The condition on them; by ranges, which groups of rows are left out by."""
        if self.characters == 0:
            return "true"
        name = quoted(column)
        if self.name is None:
            return f"{name} is null"
        if len(self.name) < self.characters:
            return f"{name} = {literal(self.name)}"
        beyond = self.name[:-1] + chr(ord(self.name[-1]) + 1)
        return f"{name} >= {literal(self.name)} and {name} < {literal(beyond)}"


WHOLE_TABLE = TablePart("", 0)
"""All rows of a table that is not divided."""


def part_column(model: PublishedModel) -> str | None:
    """The column that a table's parts are told apart by; None where it is always one."""
    first = row_order(model)[0]
    return first if first in part_rules().columns else None


def part_value(column: str) -> str:
    """What is looked at of a value of that column, in SQL."""
    return f"left({quoted(column)}, {part_rules().most_characters})"


def table_parts(table: str, rows: Mapping[str | None, int]) -> dict[TablePart, int]:
    """The parts of a table in the order of their rows, and how many rows each has.

    Args:
        table: its name.
        rows: part value (`part_value`) -> how many rows have it. None alone: the table is one part.
    """
    values = sorted((value, count) for value, count in rows.items() if value is not None and count)
    return dict(_divided("", 0, values, part_rules().most_rows_in(table), rows.get(None, 0)))


def _divided(
    name: str, characters: int, values: list[tuple[str, int]], most_rows: int, nulls: int = 0
) -> Iterator[tuple[TablePart, int]]:
    total = sum(count for _, count in values) + nulls
    if (
        total <= most_rows
        or characters == part_rules().most_characters
        or len(name) < characters
        or not values
        # The range of a part ends before the next character.
        or not all(value[: characters + 1].isascii() for value, _ in values)
    ):
        yield TablePart(name, characters), total
        return
    for beginning, among in groupby(values, lambda it: it[0][: characters + 1]):
        yield from _divided(beginning, characters + 1, list(among), most_rows)
    if nulls:
        yield TablePart(None, 1), nulls
