"""Where things lie. Every path of the project is derived from one root."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
SEEDS_DIR = DBT_PROJECT_DIR / "seeds"
RULES_DIR = Path(__file__).resolve().parent / "extraction" / "rules"
OUTLINE_RULES_DIR = Path(__file__).resolve().parent / "documents" / "rules"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one build: what is read (`raw`) and what is written (`data`)."""

    raw: Path
    data: Path

    @property
    def lake(self) -> Path:
        """Parquet files that the Python side hands to dbt."""
        return self.data / "lake"

    @property
    def build_database(self) -> Path:
        """The DuckDB file that only dbt opens."""
        return self.data / "build" / "warehouse.duckdb"

    @property
    def duckdb_extensions(self) -> Path:
        """Where DuckDB keeps the extensions that it loads."""
        return self.data / "build" / "duckdb_extensions"

    @property
    def readings(self) -> Path:
        """What a run remembers for the next one: readings by partition, hashes of files."""
        return self.data / "build" / "readings"

    @property
    def dbt_target(self) -> Path:
        """dbt's manifest, run results and compiled SQL."""
        return self.data / "build" / "dbt"

    @property
    def dagster_home(self) -> Path:
        """The project-local Dagster instance."""
        return self.data / "dagster"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.data / "published"

    @property
    def published_database(self) -> Path:
        """The read-only warehouse."""
        return self.published / "warehouse.duckdb"

    @property
    def published_site(self) -> Path:
        """The pages made from it."""
        return self.published / "site"

    @classmethod
    def from_environment(cls) -> Paths:
        """The paths of this process: `GWR_RAW_DIR` and `GWR_DATA_DIR`, else `raw/` and `data/`."""
        return cls(
            raw=Path(os.environ.get("GWR_RAW_DIR", PROJECT_ROOT / "raw")).resolve(),
            data=Path(os.environ.get("GWR_DATA_DIR", PROJECT_ROOT / "data")).resolve(),
        )
