"""The closed lists of the project, read from the dbt seeds that define them.

A value outside its list is an error, never a guess. Python validates against these lists and dbt
against the same files, so that neither can drift from the other.
"""

from __future__ import annotations

import csv
from functools import cache

from pipelines.paths import SEEDS_DIR

_OWN_SEED = {"sector": ("sectors.csv", "sector"), "target_type": ("target_types.csv", "target_type")}


@cache
def official_source_kinds() -> tuple[str, ...]:
    """The kinds of source whose figures are official, from the seed that says so."""
    with (SEEDS_DIR / "source_kinds.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(row["source_kind"] for row in csv.DictReader(handle) if row["is_official"] == "true")


@cache
def codes(list_name: str) -> tuple[str, ...]:
    """The codes of a closed list, in the order of its seed.

    Raises:
        KeyError: no list of that name exists.
    """
    if list_name in _OWN_SEED:
        file_name, column = _OWN_SEED[list_name]
        with (SEEDS_DIR / file_name).open(encoding="utf-8", newline="") as handle:
            return tuple(row[column] for row in csv.DictReader(handle))
    with (SEEDS_DIR / "closed_lists.csv").open(encoding="utf-8", newline="") as handle:
        found = tuple(row["code"] for row in csv.DictReader(handle) if row["list_name"] == list_name)
    if not found:
        raise KeyError(f"closed_lists.csv has no list named {list_name!r}")
    return found
