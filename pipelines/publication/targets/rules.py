"""The rules of `publication/rules/targets.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent.parent / "rules" / "targets.yml"


@dataclass(frozen=True, slots=True)
class TargetRules:
    """Types and indexes of PostgreSQL, and the words of a failure that a second attempt may mend."""

    postgres_types: dict[str, str]
    postgres_indexes: tuple[tuple[str, ...], ...]
    connection_problems: tuple[str, ...]


@cache
def target_rules() -> TargetRules:
    """The rules, read once in a process."""
    read = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return TargetRules(
        postgres_types=read["postgres_types"],
        postgres_indexes=tuple(tuple(columns) for columns in read["postgres_indexes"]),
        connection_problems=tuple(read["connection_problems"]),
    )
