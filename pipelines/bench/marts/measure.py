"""Seconds that readers wait: one or several processes, connections kept open or fresh, warm or first touch."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from pipelines.bench.marts.questions import Question

KEPT, FRESH, FIRST_TOUCH = "kept connection", "fresh connection", "first touch"


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds of each run of a query, and how many runs failed."""

    milliseconds: tuple[float, ...]
    errors: int = 0

    @property
    def median(self) -> float:
        """Half of the runs took no longer."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Of a hundred runs, 95 took no longer."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _forget(file: Path) -> None:
    """Have the system drop what it keeps of a file in memory, so that it is read from the disk again."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def one_reader(
    file: Path, asked: Sequence[Question], how: str = KEPT, threads: int | None = None
) -> dict[str, Waits]:
    """Ask every text of every question, one after the other.

    Args:
        file: the published file.
        asked: the questions.
        how: `KEPT` (a connection that has answered each question once), `FRESH` (opened for each text;
            opening counts) or `FIRST_TOUCH` (fresh, and nothing of the file in memory).
        threads: how many a query may use; None: one for each core.

    Raises:
        duckdb.Error: the file can't be opened. A query that fails is counted, not raised.
    """
    found: dict[str, Waits] = {}
    config: dict[str, Any] = {} if threads is None else {"threads": threads}
    kept = duckdb.connect(str(file), read_only=True, config=config) if how == KEPT else None
    for question in asked:
        if kept:
            kept.execute(question.texts[0]).fetchall()
        spent, errors = [], 0
        for text in question.texts:
            if how == FIRST_TOUCH:
                _forget(file)
            start = time.perf_counter()
            connection = kept or duckdb.connect(str(file), read_only=True, config=config)
            try:
                connection.execute(text).fetchall()
            except duckdb.Error:
                errors += 1
            spent.append(1000 * (time.perf_counter() - start))
            if not kept:
                connection.close()
        found[question.name] = Waits(tuple(spent), errors)
    if kept:
        kept.close()
    return found


def several_readers(file: Path, asked: Sequence[Question], readers: int) -> dict[str, Waits]:
    """As many processes at once, each with a kept connection, each beginning with another question.

    Each has one thread: more than there are cores only wait for each other (docs/queries/README.md).

    Raises:
        duckdb.Error: a reader can't open the file.
    """
    turned = [[*asked[i % len(asked) :], *asked[: i % len(asked)]] for i in range(readers)]
    with ProcessPoolExecutor(readers, mp_context=get_context("spawn")) as pool:
        # Spawning takes seconds: all are there before the first is asked.
        list(pool.map(time.sleep, [0.5] * readers))
        results = list(pool.map(one_reader, [file] * readers, turned, [KEPT] * readers, [1] * readers))
    return {
        question.name: Waits(
            tuple(wait for result in results for wait in result[question.name].milliseconds),
            sum(result[question.name].errors for result in results),
        )
        for question in asked
    }
