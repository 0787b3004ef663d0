"""What the pages ask of the published tables: read-only, one query a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publication.sql import quoted

_SQL = Path(__file__).parent / "sql"
_OF_PLACE = re.compile(r"\$(ref_area|document_id)\b")
_MEMORY = "512MB"
"""What the queries of one process may hold; DuckDB puts the rest on disk."""

Row = dict[str, Any]


@cache
def _query(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


class Source:
    """The published tables, as the pages ask them."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        """Take an open connection; see `open_source`."""
        self.database = database

    def rows(self, name: str, **parameters: object) -> list[Row]:
        """The rows of `sql/<name>.sql`, each as column -> value.

        Args:
            name: file of the query, without its ending.
            parameters: values of the query's `$name` parameters.

        Raises:
            duckdb.Error: the published tables are not those that the query wants.
        """
        answer = self.database.execute(_query(name), parameters or None)
        columns = [column[0] for column in answer.description]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]

    @contextmanager
    def kept(self, name: str) -> Iterator[None]:
        """While it is open, queries find the rows of `sql/<name>.sql` as a table of that name.

        Raises:
            duckdb.Error: the published tables are not those that the query wants.
        """
        self.database.execute(f"create temp table {quoted(name)} as {_query(name)}")
        try:
            yield
        finally:
            self.database.execute(f"drop table temp.{quoted(name)}")

    def text(self, name: str) -> str:
        """The SQL of `sql/<name>.sql`, for people to read and copy."""
        return _query(name).strip()

    def one(self, name: str, **parameters: object) -> Row | None:
        """The first row of `sql/<name>.sql`, None where there is none."""
        found = self.rows(name, **parameters)
        return found[0] if found else None


@cache
def place_queries() -> tuple[str, ...]:
    """The queries about one place or one document, by name."""
    names = sorted(file.stem for file in _SQL.glob("*.sql"))
    return tuple(name for name in names if _OF_PLACE.search(_query(name)))


@contextmanager
def open_source(database: Path, threads: int | None = None) -> Iterator[Source]:
    """A published `warehouse.duckdb`, opened read-only.

    Args:
        database: the file.
        threads: how many the queries may use; None: as DuckDB likes.

    Raises:
        duckdb.Error: there is no such file, or DuckDB can't read it.
    """
    config: dict[str, Any] = {"memory_limit": _MEMORY}
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(str(database), read_only=True, config=config) as connection:
        yield Source(connection)
