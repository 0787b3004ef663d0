"""The tables that the pages of places read, and by which columns their rows belong to a place.

A page of a place shows rows of the place, rows of the documents that it has or that say something about it, and
what all places share. So those rows are all that is hashed to know whether its pages are still the same
(`inputs.py`), and all that is at hand when they are made (`working_set.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.publication.site.source import Source, place_queries
from pipelines.publication.sql import quoted

AREA, DOCUMENT, INDICATOR = "ref_area", "document_id", "indicator_key"
OWNERS = (AREA, DOCUMENT, INDICATOR)
TARGET, TARGETS = "target_id", "fct_target_outcomes"
_PARAMETER = re.compile(r"\$\w+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """A published table that the pages of places read.

    Attributes:
        name: its name.
        columns: all that it has, and the place where its targets tell it.
        read: those that the pages can show.
    """

    name: str
    columns: frozenset[str]
    read: tuple[str, ...]

    @property
    def row(self) -> str:
        """What of a row the pages can show, for SQL."""
        return f"row({', '.join(quoted(column) for column in self.read)})"

    def has(self, *columns: str) -> bool:
        """Whether it has all of these columns."""
        return self.columns.issuperset(columns)

    @property
    def is_of_targets(self) -> bool:
        """Whether the targets of its rows tell their place."""
        return TARGET in self.columns and AREA not in self.read

    @property
    def relation(self) -> str:
        """The table for SQL, with the place of its rows' targets where it names no place itself.

        Evidence may be a statistic, which belongs to no document.
        """
        if not self.is_of_targets:
            return quoted(self.name)
        return (
            f"(select own.*, targets.{AREA} from {quoted(self.name)} as own"
            f" left join {TARGETS} as targets on own.{TARGET} = targets.{TARGET})"
        )

    @property
    def owners(self) -> tuple[str, ...]:
        """The columns that say whose a row is."""
        return tuple(column for column in OWNERS if column in self.columns)


def place_tables(source: Source) -> list[PlaceTable]:
    """The tables that the queries about one place read.

    Raises:
        duckdb.Error: the published tables are not those that the pages want.
    """
    database = source.database
    words: dict[str, set[str]] = {}
    for query in place_queries():
        # DuckDB names the tables of a query without parameters only.
        text = _PARAMETER.sub("null", source.text(query))
        for name in database.get_table_names(text):
            words.setdefault(name, set()).update(_WORD.findall(text))
    found = []
    for name in sorted(words):
        columns = [column[0] for column in database.execute(f'select * from "{name}" limit 0').description]
        # An indicator's counts are of the whole corpus and change with each report: no query of a place names them.
        is_of_indicators = INDICATOR in columns and not {AREA, DOCUMENT} & set(columns)
        read = [column for column in columns if column in words[name]] if is_of_indicators else columns
        known = {*columns, AREA} if TARGET in columns else columns
        found.append(PlaceTable(name, frozenset(known), tuple(read)))
    return found
