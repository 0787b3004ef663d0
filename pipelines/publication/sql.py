"""Names and texts as SQL, the same in DuckDB and PostgreSQL."""

from __future__ import annotations


def quoted(identifier: str) -> str:
    """A name, quoted."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted."""
    return "'" + text.replace("'", "''") + "'"
