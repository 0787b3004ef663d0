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

from collections.abc import Sequence
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
class Filed:
    """A correction and the file below raw/ that it stands in."""

    file_path: str
    correction: Correction

    @property
    def statement_id(self) -> str:
        """The statement that it is about."""
        return self.correction.statement_id


@dataclass(frozen=True, slots=True)
class CorrectionsApplied:
    """The statements with corrections applied, and what could not be applied, for the quarantine."""

    statements: pl.DataFrame
    quarantined: list[dict[str, Any]]


def load_corrections(raw: Path) -> tuple[tuple[Filed, ...], list[dict[str, Any]]]:
    """Every correction below `raw/corrections`, and rows for the quarantine of files that can't be used."""
    quarantined: list[dict[str, Any]] = []
    filed: list[Filed] = []
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
        filed += [Filed(name, entry) for entry in loaded]
    return tuple(filed), quarantined


def apply_corrections(statements: pl.DataFrame, raw: Path) -> CorrectionsApplied:
    """Apply every correction below `raw/corrections` to all statements, a frame of schema `Statement`."""
    filed, quarantined = load_corrections(raw)
    applied = correct(statements, filed)
    found = set(statements["statement_id"])
    orphans = [orphan_row(entry) for entry in filed if entry.statement_id not in found]
    return CorrectionsApplied(applied.statements, [*quarantined, *orphans, *applied.quarantined])


def correct(statements: pl.DataFrame, filed: Sequence[Filed]) -> CorrectionsApplied:
    """Apply the corrections of statements that are in a frame of schema `Statement`; others are passed over.

    A corrected statement has review_status `corrected`, a confirmed one `confirmed`; its id, span and
    source text never change.
    """
    wanted = pl.col("statement_id").is_in([entry.statement_id for entry in filed])
    rows = {row["statement_id"]: row for row in statements.filter(wanted).iter_rows(named=True)}
    quarantined: list[dict[str, Any]] = []
    changed: dict[str, dict[str, Any]] = {}
    for entry in filed:
        if entry.statement_id not in rows:
            continue
        row = rows[entry.statement_id]
        problem = _check(entry, row, is_second=entry.statement_id in changed)
        if problem is not None:
            quarantined.append(problem)
            continue
        row = row | entry.correction.set
        row["review_status"] = "corrected" if entry.correction.set else "confirmed"
        wrong = violations(Statement, frame(Statement, [row]))
        if not wrong.is_empty():
            case = wrong.row(0, named=True)
            reason = f"{entry.statement_id}: {case['column']} breaks the rule {case['check']}"
            quarantined.append(
                _problem(entry.file_path, "correction_invalid", reason, "Correct the `set` block.")
            )
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
    )


def orphan_row(entry: Filed) -> dict[str, Any]:
    """The row for the quarantine of a correction whose statement is nowhere."""
    return _problem(
        entry.file_path,
        "correction_orphaned",
        f"{entry.statement_id}: no such statement",
        "The text changed or the document is gone: remove the correction or find its statement again.",
    )


def _check(filed: Filed, row: dict[str, Any], *, is_second: bool) -> dict[str, Any] | None:
    name, entry = filed.file_path, filed.correction
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
