"""The pandera models of the lake: the one place where a Parquet column is declared."""

import pipelines.lean_imports.pandera  # noqa: F401 - before a module of this package imports pandera
from pipelines.schemas.base import LakeTable, frame, polars_schema, violations, write_parquet
from pipelines.schemas.documents import Document, Sentence
from pipelines.schemas.quarantine import Quarantined
from pipelines.schemas.statements import Candidate, Statement
from pipelines.schemas.statistics import Observation

LAKE_TABLES: dict[str, type[LakeTable]] = {
    "documents": Document,
    "sentences": Sentence,
    "statements": Statement,
    "candidates": Candidate,
    "observations": Observation,
    "quarantine": Quarantined,
}
"""File stem in `data/lake/` (and dbt source table) -> its schema."""

__all__ = [
    "LAKE_TABLES",
    "Candidate",
    "Document",
    "LakeTable",
    "Observation",
    "Quarantined",
    "Sentence",
    "Statement",
    "frame",
    "polars_schema",
    "violations",
    "write_parquet",
]
