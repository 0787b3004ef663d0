"""The SQLite files of Dagster's history: one that is damaged is set aside, so that builds go on."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

DAMAGED = ".damaged"
_SIDE_FILES = ("-wal", "-shm", "-journal")

log = logging.getLogger(__name__)


def damage(database: Path) -> str | None:
    """What is wrong with a SQLite file, None where it can be read from end to end.

    A file that another process keeps locked counts as good: whoever works on it can read it.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=0.5)) as connection:
            found = connection.execute("pragma quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return None
        return str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found)


def set_damaged_aside(databases: list[Path]) -> None:
    """Rename the files that can't be read to `<name>.damaged`; Dagster makes new ones.

    The history is no input of a build: to lose it must not stop one.
    """
    for database in databases:
        wrong = damage(database) if database.is_file() else None
        if wrong is None:
            continue
        aside = database.with_name(database.name + DAMAGED)
        database.replace(aside)
        for suffix in _SIDE_FILES:
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        log.warning(
            "%s is damaged (%s); it is kept as %s and a new history begins. Restart gwr serve if it runs.",
            *(database, " ".join(wrong.split()), aside.name),
        )


def shared_databases(history: Path, schedules: Path) -> list[Path]:
    """The files that every run writes to."""
    return [history / "runs.db", history / "runs" / "index.db", schedules / "schedules.db"]


def run_database(history: Path, run_id: str) -> Path:
    """The file of one run's events."""
    return history / "runs" / f"{run_id}.db"
