"""Where the rows of a document lie in the lake.

    data/lake/<table>/place_level=<level>/report_year=<year>/<province>.parquet

A partition holds the documents of one level, year and province: at most some hundred, so that a file is
neither tiny nor huge, and a document that changes touches no other file. All that decides over a
document (its id, its other versions, a second file with the same id) lies in its own partition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.schemas import LAKE_TABLES, frame, write_parquet
from pipelines.seeds import Place, places

PARTITIONED = ("documents", "sentences", "statements", "candidates")
"""Tables with a file for each partition; the others are one file each."""

SCHEMA_FILE = "_schema.parquet"
"""A file without rows in the folder of each partitioned table, so that it can be read without a partition."""

UNKNOWN_LEVEL = "unknown"
"""Level of a place that the seed does not know: its documents are set aside, and lie nowhere."""

_TOP = ("nation", "province")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """The documents of one level and year in one province. They sort as their paths do."""

    place_level: str
    report_year: int
    province: str

    def __str__(self) -> str:
        """Its path below the folder of a table, without suffix."""
        return f"place_level={self.place_level}/report_year={self.report_year}/{self.province}"


@cache
def _places() -> dict[str, Place]:
    return {place.ref_area: place for place in places()}


@cache
def _level_and_province(ref_area: str) -> tuple[str, str]:
    place = _places().get(ref_area)
    if place is None:
        return UNKNOWN_LEVEL, f"{ref_area[:2]}0000"
    level = place.level
    while place.level not in _TOP and place.parent_ref_area is not None:
        place = _places()[place.parent_ref_area]
    return level, place.ref_area


def partition_of(ref_area: str, report_year: int) -> Partition:
    """The partition of a place's documents of a year, by the places seed."""
    level, province = _level_and_province(ref_area)
    return Partition(level, report_year, province)


def partition_file(lake: Path, table: str, partition: Partition) -> Path:
    """The file of a partition."""
    return lake / table / f"{partition}.parquet"


def single_file(lake: Path, table: str) -> Path:
    """The file of a table that is not partitioned."""
    return lake / f"{table}.parquet"


def lake_files(lake: Path, table: str) -> list[Path]:
    """The files that hold a table's rows, in the order in which they are read; none before the first build."""
    if table in PARTITIONED:
        return sorted((lake / table).glob("*/*/*.parquet"))
    file = single_file(lake, table)
    return [file] if file.exists() else []


def source_pattern(table: str) -> str:
    """The files of a table as a pattern below the lake's folder, for DuckDB."""
    return f"{table}/**/*.parquet" if table in PARTITIONED else f"{table}.parquet"


def write_schema_file(lake: Path, table: str) -> None:
    """See that a partitioned table can be read, whether it has a partition or not."""
    model = LAKE_TABLES[table]
    write_parquet(model, frame(model, []), lake / table / SCHEMA_FILE)
