"""Reading keeps nothing: the last report of a corpus needs no more memory than the first ones."""

from __future__ import annotations

import gc
import sys

from pipelines.bench.reading import read_all, texts

ROUNDS = 5


def test_what_was_read_is_let_go() -> None:
    """Compiled code can keep a value alive that no Python sees any more, so blocks of memory are counted."""
    found = texts()
    values = [read_all(found) for _ in range(ROUNDS)]
    gc.collect()
    before = sys.getallocatedblocks()
    values = [read_all(found) for _ in range(ROUNDS)]
    gc.collect()
    # One block of each value would be all of them.
    assert sys.getallocatedblocks() - before < sum(values) / 10
