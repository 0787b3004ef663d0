"""Everything below `raw/statistics/` -> observations, and what was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.display import message, storable
from pipelines.documents.raw_files import shown_path
from pipelines.extraction.catalogue import Catalogue
from pipelines.ids import hash_id
from pipelines.isolation import ReaderUnavailableError
from pipelines.schemas import Observation, frame, violations
from pipelines.seeds import catalogue
from pipelines.statistics.figures import Figure, Misfit, Problem, TableError
from pipelines.statistics.files import open_table, statistics_files
from pipelines.statistics.long import read_long
from pipelines.statistics.observations import ObservationReader, number_observations
from pipelines.statistics.sidecar import AnySidecar, LongSidecar
from pipelines.statistics.tables import read_table
from pipelines.statistics.wide import read_wide

STAGE = "statistics"
CONTENT_LENGTH = 500
MAX_MISFITS = 1000
"""Lines of one table that are set aside one by one; where there are more, the whole table is the fault."""


@dataclass(frozen=True, slots=True)
class StatisticsRead:
    """What reading the tables gave: `observations` is valid by schema `Observation`, `quarantined`
    holds rows of schema `Quarantined`."""

    observations: pl.DataFrame
    quarantined: list[dict[str, Any]]


def read_statistics(raw: Path) -> StatisticsRead:
    """Read every table of `raw/statistics/<code>-<slug>/` with its sidecar.

    A file, row or cell that can't be read is quarantined and the others go on. The same files give
    the same rows in the same order: files by path, rows as they stand.

    Args:
        raw: the folder that holds `statistics/`.
    """
    known = catalogue()
    reader = ObservationReader(known)
    rows: list[dict[str, Any]] = []
    quarantined: list[dict[str, Any]] = []
    for path in statistics_files(raw):
        name = shown_path(path, raw)
        try:
            taken, misfits = _read_file(path, name, raw, known, reader)
        except TableError as error:
            quarantined.append(_quarantined(name, None, error.problem))
            continue
        except ReaderUnavailableError:
            raise
        except Exception as error:  # one file must not stop the others, whatever it brings about
            quarantined.append(_quarantined(name, None, _failed(error)))
            continue
        rows += taken
        quarantined += [_quarantined(name, misfit.line, misfit.problem) for misfit in misfits[:MAX_MISFITS]]
        if len(misfits) > MAX_MISFITS:
            quarantined.append(_quarantined(name, misfits[MAX_MISFITS].line, _too_many(len(misfits))))
    number_observations(rows)
    observations, refused = _keep_valid(frame(Observation, rows))
    unique = {row["quarantine_id"]: row for row in [*quarantined, *refused]}
    return StatisticsRead(observations, list(unique.values()))


def _failed(error: Exception) -> Problem:
    told = message(f"{type(error).__name__}: {error}")
    return Problem("reading_failed", f"reading it failed: {told}", "Report the file with this message.")


def _too_many(count: int) -> Problem:
    reason = f"{count - MAX_MISFITS} more problems from this line on are not listed"
    return Problem("too_many_problems", reason, "Correct the sidecar or the table; the first ones tell what.")


def _read_file(
    path: Path, name: str, raw: Path, known: Catalogue, reader: ObservationReader
) -> tuple[list[dict[str, Any]], list[Misfit]]:
    """The observations of one table, without their ids, and the lines that gave none."""
    data, sidecar = open_table(path, raw)
    table = read_table(data, path.suffix, sidecar)
    found = (
        read_long(table, sidecar, known)
        if isinstance(sidecar, LongSidecar)
        else read_wide(table, sidecar, known)
    )
    rows, misfits = [], list(found.misfits)
    for figure in found.figures:
        row, problems = reader.read(figure, sidecar.ref_area)
        misfits += [Misfit(figure.line, _with_column(problem, figure, sidecar)) for problem in problems]
        if row:
            place = str(figure.line) if figure.cell is None else f"{figure.line}:{figure.cell}"
            row["row_ref"] = f"{name}:{place}"
            rows.append(row)
    return rows, sorted(misfits, key=lambda misfit: misfit.line)


def _with_column(problem: Problem, figure: Figure, sidecar: AnySidecar) -> Problem:
    """A problem that names the column as the table does: its letter in a wide table, its heading
    in a long one."""
    column = figure.cell or problem.column
    if isinstance(sidecar, LongSidecar) and problem.column in sidecar.columns:
        column = sidecar.columns[problem.column]
    return Problem(problem.code, problem.reason, problem.hint, column, problem.content)


def _quarantined(file_path: str, line: int | None, problem: Problem) -> dict[str, Any]:
    """A row of schema `Quarantined`; `line` is None for a whole file."""
    reason = message(problem.reason)
    return {
        "quarantine_id": hash_id(STAGE, file_path, line, problem.column, reason),
        "stage": STAGE,
        "file_path": file_path,
        "line": line,
        "column_name": None if problem.column is None else storable(problem.column),
        "reason_code": problem.code,
        "reason": reason,
        "hint": problem.hint,
        "content": None if problem.content is None else storable(problem.content[:CONTENT_LENGTH]),
    }


def _keep_valid(observations: pl.DataFrame) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """The rows that the schema accepts, and the others for the quarantine: the last gate, for what
    no check above foresaw."""
    found = violations(Observation, observations).drop_nulls("row")
    refused = []
    for violation in found.sort("row", "column", "check").iter_rows(named=True):
        file_path, line = _split_ref(observations["row_ref"][violation["row"]])
        reason = f"{violation['column']} {violation['failure_case']!r} breaks {violation['check']}"
        problem = Problem("schema_violation", reason, "Correct the value in the table.", violation["column"])
        refused.append(_quarantined(file_path, line, problem))
    bad = pl.Series(found["row"].unique().to_list(), dtype=pl.UInt32)
    kept = observations.with_row_index("row_number").filter(~pl.col("row_number").is_in(bad.implode()))
    return kept.drop("row_number"), refused


def _split_ref(row_ref: str) -> tuple[str, int]:
    """The file and the line of a row_ref, which may end in the letter of a column."""
    place, _, end = row_ref.rpartition(":")
    if not end.isdigit():
        place, _, end = place.rpartition(":")
    return place, int(end)
