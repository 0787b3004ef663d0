"""What tells the types of a query's columns, made once.

dbt makes it anew for each result of a query, with two parsers of dates in words, which it does not use.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from dbt_common.clients import agate_helper

from pipelines.lean_dbt.replacing import replace

_build_type_tester = agate_helper.build_type_tester
_Names = tuple[str, ...]


@cache
def _tester(text_columns: _Names, null_values: _Names | None) -> Any:
    return _build_type_tester(text_columns, string_null_values=null_values)


def _kept(text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")) -> Any:
    nulls = None if string_null_values is None else tuple(string_null_values)
    return _tester(tuple(sorted(text_columns)), nulls)


def keep_type_testers() -> None:
    """Have dbt, in this process, keep them. They have no state: dbt's threads share one of them as it is."""
    replace(agate_helper, "build_type_tester", _kept)
