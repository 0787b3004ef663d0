"""The big file of the benchmark is like a published one: its keys find their rows, and its questions answer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.bench.marts.corpus import write_corpus
from pipelines.bench.marts.measure import one_reader
from pipelines.bench.marts.questions import questions
from pipelines.warehouse import ensure_manifest
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration

UNIQUE = {
    "fct_indicators": "fact_id",
    "fct_indicator_statements": "statement_id",
    "fct_target_outcomes": "target_id",
    "dim_documents": "document_id",
    "rpt_panel_targets": "(ref_area, year)",
}
KEYS = {
    ("fct_indicators", "statement_id"): ("fct_indicator_statements", "statement_id"),
    ("fct_indicator_statements", "document_id"): ("dim_documents", "document_id"),
    ("fct_target_outcomes", "evidence_id"): ("fct_target_evidence", "evidence_id"),
    ("fct_indicators", "ref_area"): ("dim_places", "ref_area"),
}


def test_a_multiplied_file_holds_together_and_answers(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    small = built.paths.published_database
    with duckdb.connect(str(small), read_only=True) as warehouse:
        [[facts]] = warehouse.execute("select count(*) from fct_indicators").fetchall()
    corpus = write_corpus(small, ensure_manifest(built.paths), file, 3 * facts)
    assert corpus.rows["fct_indicators"] == 3 * facts
    with duckdb.connect(str(file), read_only=True) as warehouse:
        for table, key in UNIQUE.items():
            [[twice]] = warehouse.execute(f"select count(*) - count(distinct {key}) from {table}").fetchall()
            assert twice == 0, table
        for (table, column), (other, key) in KEYS.items():
            lost = warehouse.execute(
                f"select count(*) from {table} where {column} is not null"
                f" and {column} not in (select {key} from {other})"
            ).fetchone()
            assert lost == (0,), (table, column)
        asked = questions(warehouse, 2)
    assert len(asked) > 10
    assert all(waits.errors == 0 for waits in one_reader(file, asked).values())
