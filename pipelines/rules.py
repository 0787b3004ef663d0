"""The rules of extraction, read from their files: the I/O that extraction itself does without."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from typing import Any

import yaml

from pipelines.extraction.engine import Engine
from pipelines.extraction.statements import EXTRACTOR_VERSION
from pipelines.paths import OUTLINE_RULES_DIR, RULES_DIR, SEEDS_DIR
from pipelines.seeds import catalogue, indicators, units

_RULE_SEEDS = ("units.csv", "indicators.csv", "places.csv", "five_year_plans.csv")


def rules_hash() -> str:
    """Hash of every rule file and seed that outline and extraction read: it changes when a reading could."""
    digest = hashlib.sha256()
    rules = (*sorted(RULES_DIR.glob("*.yml")), *sorted(OUTLINE_RULES_DIR.glob("*.yml")))
    for path in (*rules, *(SEEDS_DIR / name for name in _RULE_SEEDS)):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _load_rules() -> dict[str, Any]:
    return {
        path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in sorted(RULES_DIR.glob("*.yml"))
    }


def five_year_plans() -> dict[str, tuple[int, int]]:
    """First and last year of each five-year plan, by its Chinese name."""
    with (SEEDS_DIR / "five_year_plans.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["name_zh"]: (int(row["start_year"]), int(row["end_year"])) for row in csv.DictReader(handle)
        }


@cache
def engine() -> Engine:
    """The compiled extraction engine of this process."""
    return Engine(
        _load_rules(),
        catalogue(),
        [spelling for unit in units() for spelling in (unit.name_zh, *unit.aliases)],
        [name for indicator in indicators() for name in (indicator.name_zh, *indicator.aliases)],
        five_year_plans(),
        f"{EXTRACTOR_VERSION}+{rules_hash()}",
    )
