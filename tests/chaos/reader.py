"""Ask the published warehouse the same question without pause, until standard input is closed.

    python -m tests.chaos.reader path|held|parquet PUBLISHED

path: opens `warehouse.duckdb` anew for every question. held: keeps a connection for 200 questions.
parquet: resolves `.current` once for every question and reads three Parquet files below it.
Prints how often it got which answer, as JSON; an error ends it with a traceback.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from pathlib import Path

import duckdb

QUESTION = """
    select
        (select count(*) from fct_rejected_candidates),
        (select count(*) from rpt_unmatched_indicators),
        (select count(*) from fct_indicators),
        (select min(candidate_id) from fct_rejected_candidates),
        (select min(indicator_key) from rpt_unmatched_indicators)
"""
"""Several tables in one question: an answer from two versions would belong to neither."""

TABLES = ("fct_rejected_candidates", "rpt_unmatched_indicators", "fct_indicators")
HELD_FOR = 200

Answers = Counter[str]


def by_path(published: Path, stop: threading.Event, answers: Answers) -> None:
    """A new connection for every question."""
    while not stop.is_set():
        with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
            answers[json.dumps(database.execute(QUESTION).fetchone())] += 1


def held(published: Path, stop: threading.Event, answers: Answers) -> None:
    """One connection for many questions: it must go on giving the answer that it gave first."""
    while not stop.is_set():
        with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
            first = database.execute(QUESTION).fetchone()
            for _ in range(HELD_FOR):
                again = database.execute(QUESTION).fetchone()
                if again != first:
                    raise AssertionError(f"an open file changed: {first}, then {again}")
                answers[json.dumps(again)] += 1
                if stop.is_set():
                    return


def parquet(published: Path, stop: threading.Event, answers: Answers) -> None:
    """Three files of one version, without the database."""
    with duckdb.connect() as database:
        while not stop.is_set():
            version = (published / ".current").resolve(strict=True)
            question = QUESTION
            for table in TABLES:
                question = question.replace(f"from {table}", f"from '{version}/parquet/{table}.parquet'")
            answers[json.dumps(database.execute(question).fetchone())] += 1


def main(kind: str, published: Path) -> None:
    """Read until standard input is closed."""
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    answers: Answers = Counter()
    {"path": by_path, "held": held, "parquet": parquet}[kind](published, stop, answers)
    print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
