"""The numbers of a run, counted from its log, the lake and the published warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import yaml

from pipelines.evaluation.gold import load_gold
from pipelines.evaluation.score import evaluate
from pipelines.ids import file_sha256
from pipelines.lake.layout import lake_files
from pipelines.lake.tables import row_count, scan_lake
from pipelines.metrics.history import Metric
from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.schemas import LAKE_TABLES


def measure_run(
    paths: Paths, instance: dg.DagsterInstance, run_id: str, gold_dir: Path | None = None
) -> list[Metric]:
    """The numbers of a run, from its log, the lake and the published warehouse as they are now.

    Args:
        paths: whose lake and warehouse.
        instance: where the run is recorded.
        run_id: the run.
        gold_dir: a folder with `index.yml` and gold files; None or a folder without one: no accuracy.

    Raises:
        GoldError: a gold file can't be read.
        duckdb.Error: the published warehouse can't be read.
    """
    return [
        *_lake_rows(paths),
        *_mart_rows(paths),
        *_of_log(instance, run_id),
        *(_accuracy(paths, gold_dir) if gold_dir is not None else ()),
    ]


def started_at(instance: dg.DagsterInstance, run_id: str) -> datetime:
    """When a run began, in UTC; now for a run that the instance does not know."""
    record = instance.get_run_record_by_id(run_id)
    seconds = (record.start_time or record.create_timestamp.timestamp()) if record else None
    return datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _lake_rows(paths: Paths) -> Iterator[Metric]:
    for name in LAKE_TABLES:
        if lake_files(paths.lake, name):
            yield Metric("lake_rows", name, float(row_count(paths, name)))


def _mart_rows(paths: Paths) -> Iterator[Metric]:
    if not paths.published_database.exists():
        return
    with duckdb.connect(str(paths.published_database), read_only=True) as database:
        tables = database.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' order by all"
        ).fetchall()
        for (name,) in tables:
            found = database.execute(f'select count(*) from "{name}"').fetchone()
            yield Metric("mart_rows", name, float(found[0] if found else 0))


def _of_log(instance: dg.DagsterInstance, run_id: str) -> Iterator[Metric]:
    began: dict[str, float] = {}
    failed = {"error": 0, "warning": 0}
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None:
            continue
        step = entry.step_key or ""
        match event.event_type:
            case dg.DagsterEventType.STEP_START:
                began[step] = entry.timestamp
            case dg.DagsterEventType.STEP_SUCCESS if step in began:
                yield Metric("seconds", step, round(entry.timestamp - began[step], 3))
            case dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                evaluation = event.asset_check_evaluation_data
                if not evaluation.passed:
                    is_error = evaluation.severity == dg.AssetCheckSeverity.ERROR
                    failed["error" if is_error else "warning"] += 1
            case dg.DagsterEventType.ASSET_MATERIALIZATION:
                yield from _readings(event.step_materialization_data.materialization)
            case _:
                pass
    yield from (Metric("checks_failed", kind, float(count)) for kind, count in failed.items())


def _readings(materialization: dg.AssetMaterialization) -> Iterator[Metric]:
    for name in ("documents_read", "documents_kept"):
        value = materialization.metadata.get(name)
        if value is not None:
            stage = materialization.asset_key.to_user_string()
            yield Metric(name, stage, float(str(value.value)))


def _accuracy(paths: Paths, gold_dir: Path) -> Iterator[Metric]:
    """Strict agreement of the lake's statements with gold; a text counts where its bytes are in the lake."""
    index = gold_dir / "index.yml"
    if not index.is_file() or not lake_files(paths.lake, "statements"):
        return
    documents = scan_lake(paths, "documents").select("document_id", "file_sha256").collect()
    by_hash: dict[str, str] = {sha: document for document, sha in documents.iter_rows()}
    gold_count = statement_count = right = 0
    for entry in yaml.safe_load(index.read_text(encoding="utf-8")):
        document = by_hash.get(_text_sha(entry, gold_dir))
        if document is None:
            continue
        rows: list[dict[str, Any]] = (
            scan_lake(paths, "statements").filter(pl.col("document_id") == document).collect().to_dicts()
        )
        found = evaluate(load_gold(gold_dir / f"{entry['gold']}.jsonl"), rows)
        gold_count += found.gold_count
        statement_count += found.statement_count
        right += found.strict.count
    if gold_count:
        yield Metric("accuracy", "gold_rows", float(gold_count))
        yield Metric("accuracy", "precision", right / statement_count if statement_count else 0.0)
        yield Metric("accuracy", "recall", right / gold_count)
        yield Metric("accuracy", "f1", 2 * right / (statement_count + gold_count))


def _text_sha(entry: dict[str, Any], gold_dir: Path) -> str:
    """The hash of the text that a gold file annotates; its path counts from the project or from the gold folder."""
    for root in (PROJECT_ROOT, gold_dir):
        file = root / entry["text"]
        if file.is_file():
            return file_sha256(file)
    return ""
