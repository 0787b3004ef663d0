"""Small lakes for the dbt tests: rows with sensible defaults, ids made from what identifies them."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.lake.layout import PARTITIONED, Partition, partition_file, single_file, write_schema_file
from pipelines.schemas import LAKE_TABLES, frame, write_parquet
from pipelines.seeds import catalogue

Row = dict[str, Any]
TARGETS = ("annual_target", "plan_target")


def _hash(*parts: object, length: int = 16) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:length]


def document(text: str, **given: Any) -> Row:
    """A document of Ningbo's 2026 report, unless told otherwise."""
    row = {
        "doc_kind": "report",
        "ref_area": "330200",
        "report_year": 2026,
        "title": "测试文本",
        "publisher": "测试",
        "published_date": date(2026, 1, 22),
        "text_version": "abridged",
        "media_type": "txt",
        "encoding": "utf-8",
    } | given
    document_id = f"{row['ref_area']}-{row['doc_kind']}-{row['report_year']}"
    return {
        "document_id": document_id,
        "file_path": f"reports/{document_id}.txt",
        "file_sha256": _hash(text, length=64),
        "text": text,
        "text_sha256": _hash(text, length=64),
        "char_count": len(text),
        "part_count": 1,
        "sentence_count": 1,
    } | row


def sentences(doc: Row, **given: Any) -> list[Row]:
    """The sentences of a document, split at the Chinese full stop."""
    rows: list[Row] = []
    start = 0
    for index, words in enumerate(filter(None, doc["text"].replace("。", "。\n").split("\n"))):
        rows.append(
            {
                "sentence_id": f"{doc['document_id']}:{index:04d}",
                "document_id": doc["document_id"],
                "sentence_index": index,
                "char_start": start,
                "char_end": start + len(words),
                "text": words,
                "paragraph_index": 0,
                "part_index": 0,
                "kind": "body",
                "context_role": "goals_year",
            }
            | given
        )
        start += len(words)
    return rows


def statement(doc: Row, source_text: str, **given: Any) -> Row:
    """A statement about the characters `source_text` of a document."""
    start = doc["text"].index(source_text)
    sentence = next(row for row in sentences(doc) if row["char_start"] <= start < row["char_end"])
    row = {
        "document_id": doc["document_id"],
        "ref_area": doc["ref_area"],
        "report_year": doc["report_year"],
        "char_start": start,
        "char_end": start + len(source_text),
        "source_text": source_text,
        "sentence_id": sentence["sentence_id"],
        "sentence_text": sentence["text"],
        "measure": "level",
        "target_type": "actual",
        "year": doc["report_year"] - 1,
        "bound": "point",
        "printed_mult": 0,
        "decimals": 0,
        "sector": "macro",
        "rule_id": "test",
        "confidence": 0.9,
        "review_status": "unreviewed",
        "extractor_version": "test",
    } | given
    row.setdefault("indicator_name", catalogue().normal_form(row["indicator_text"]))
    if row["target_type"] in TARGETS:
        row.setdefault("commitment", "plain")
    statement_id = _hash(row["document_id"], start, source_text, row["indicator_text"])
    return {"statement_id": statement_id} | row


def candidate(doc: Row, source_text: str, reason: str) -> Row:
    """A rejected number of a document."""
    start = doc["text"].index(source_text)
    sentence = next(row for row in sentences(doc) if row["char_start"] <= start < row["char_end"])
    return {
        "candidate_id": _hash(doc["document_id"], start, source_text),
        "document_id": doc["document_id"],
        "sentence_id": sentence["sentence_id"],
        "char_start": start,
        "char_end": start + len(source_text),
        "source_text": source_text,
        "reason": reason,
        "rule_id": "test",
    }


def observation(line: int, **given: Any) -> Row:
    """A published figure of Ningbo, in the given line of a table."""
    row = {
        "ref_area": "330200",
        "measure": "level",
        "printed_mult": 0,
        "decimals": 0,
        "bound": "point",
        "target_type": "actual",
        "source_kind": "media",
        "source_title": "测试来源",
        "row_ref": f"statistics/330200-ningbo/test.csv:{line}",
    } | given
    row.setdefault("indicator_name", catalogue().normal_form(row["indicator_text"]))
    if row["target_type"] not in TARGETS:
        row.setdefault("obs_status", "preliminary")
    row.setdefault("source_id", _hash(row["source_kind"], row["source_title"]))
    return {"observation_id": _hash(row["row_ref"])} | row


def write_lake(directory: Path, **tables: list[Row]) -> Path:
    """Write a whole lake; a table that is not given has no rows."""
    unknown = set(tables) - set(LAKE_TABLES)
    if unknown:
        raise KeyError(f"the lake has no table {', '.join(sorted(unknown))}")
    for name, model in LAKE_TABLES.items():
        file = single_file(directory, name)
        if name in PARTITIONED:
            write_schema_file(directory, name)
            file = partition_file(directory, name, Partition("prefecture", 2026, "330000"))
        write_parquet(model, frame(model, tables.get(name, [])), file)
    return directory
