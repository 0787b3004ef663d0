"""Corrections of wrong readings, as data: `raw/corrections/*.yml`.

A file is a list; each entry names a statement, what is wrong, what is right, why, who and when:

    - statement_id: 0123456789abcdef
      expect: {source_text: 5%, indicator_text: 增加值}
      set: {indicator_text: 工业增加值}
      reason: the subject stands in the sentence before
      by: a reviewer
      date: 2026-02-01

`expect` guards the correction: it holds what the reading said when the correction was written. Where
the text or the reading no longer says so, the correction is stale and is not applied. A correction
whose statement is gone is an orphan. Both are set aside by name, never applied silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from pipelines.display import message
from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, read_regular, shown_path
from pipelines.documents.yaml_text import YamlError, load_yaml
from pipelines.ids import hash_id
from pipelines.schemas import Statement, frame, polars_schema, violations
from pipelines.schemas.statements import ID

FOLDER = "corrections"
_LOCKED = frozenset(
    {"statement_id", "document_id", "char_start", "char_end", "source_text", "sentence_id", "sentence_text"}
)
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Correction(BaseModel):
    """One corrected reading; an empty `set` confirms the reading as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    statement_id: Annotated[str, StringConstraints(pattern=ID)]
    expect: Annotated[dict[str, Any], Field(min_length=1)]
    set: dict[str, Any] = {}
    reason: _Words
    by: _Words
    date: date


@dataclass(frozen=True, slots=True)
class CorrectionsApplied:
    """The statements with corrections applied, what could not be applied, for the quarantine, and the
    documents that were touched."""

    statements: pl.DataFrame
    quarantined: list[dict[str, Any]]
    documents: frozenset[str] = frozenset()


def apply_corrections(statements: pl.DataFrame, raw: Path) -> CorrectionsApplied:
    """Apply every correction below `raw/corrections` to a frame of schema `Statement`.

    A corrected statement has review_status `corrected`, a confirmed one `confirmed`; its id, span and
    source text never change.
    """
    quarantined: list[dict[str, Any]] = []
    entries: list[tuple[str, Correction]] = []
    for path in sorted((raw / FOLDER).glob("*.yml")):
        name = shown_path(path, raw)
        try:
            check_entry(path, raw)
            text = read_regular(path).decode("utf-8")
            loaded = TypeAdapter(list[Correction]).validate_python(load_yaml(text) or [])
        except (YamlError, ValidationError, UnicodeDecodeError, DocumentError) as error:
            told = message(str(error).splitlines()[0])
            quarantined.append(_problem(name, "malformed_corrections", told, "Mend the file."))
            continue
        entries += [(name, entry) for entry in loaded]
    if not entries:
        return CorrectionsApplied(statements, quarantined)
    wanted = [entry.statement_id for _, entry in entries]
    rows = {
        row["statement_id"]: row
        for row in statements.filter(pl.col("statement_id").is_in(wanted)).iter_rows(named=True)
    }
    changed: dict[str, dict[str, Any]] = {}
    for name, entry in entries:
        problem = _check(name, entry, rows.get(entry.statement_id), entry.statement_id in changed)
        if problem is not None:
            quarantined.append(problem)
            continue
        row = rows[entry.statement_id] | entry.set
        row["review_status"] = "corrected" if entry.set else "confirmed"
        wrong = violations(Statement, frame(Statement, [row]))
        if not wrong.is_empty():
            case = wrong.row(0, named=True)
            reason = f"{entry.statement_id}: {case['column']} breaks the rule {case['check']}"
            quarantined.append(_problem(name, "correction_invalid", reason, "Correct the `set` block."))
            continue
        changed[entry.statement_id] = row
    if not changed:
        return CorrectionsApplied(statements, quarantined)
    order = statements.select("statement_id").with_row_index("position")
    kept = statements.filter(~pl.col("statement_id").is_in(list(changed)))
    corrected = pl.concat([kept, frame(Statement, list(changed.values()))])
    return CorrectionsApplied(
        corrected.join(order, on="statement_id").sort("position").select(list(polars_schema(Statement))),
        quarantined,
        frozenset(row["document_id"] for row in changed.values()),
    )


def _check(
    name: str, entry: Correction, row: dict[str, Any] | None, is_second: bool
) -> dict[str, Any] | None:
    if row is None:
        return _problem(
            name,
            "correction_orphaned",
            f"{entry.statement_id}: no such statement",
            "The text changed or the document is gone: remove the correction or find its statement again.",
        )
    if is_second:
        return _problem(name, "correction_repeated", f"{entry.statement_id} is corrected twice", "Keep one.")
    unknown = sorted((set(entry.expect) | set(entry.set)) - set(row))
    locked = sorted(set(entry.set) & _LOCKED)
    if unknown or locked:
        what = f"no such key: {', '.join(unknown)}" if unknown else f"can't be changed: {', '.join(locked)}"
        return _problem(name, "correction_invalid", f"{entry.statement_id}: {what}", "See docs/reading.md.")
    stale = [key for key, value in entry.expect.items() if row[key] != value]
    if stale:
        told = "; ".join(f"{key} is {row[key]!r}, expected {entry.expect[key]!r}" for key in stale)
        return _problem(
            name,
            "correction_stale",
            f"{entry.statement_id}: {told}",
            "The reading changed since: check whether the correction is still needed.",
        )
    return None


def _problem(file_path: str, reason_code: str, reason: str, hint: str) -> dict[str, Any]:
    return {
        "quarantine_id": hash_id(file_path, reason_code, reason),
        "stage": "corrections",
        "file_path": file_path,
        "reason_code": reason_code,
        "reason": reason,
        "hint": hint,
    }
