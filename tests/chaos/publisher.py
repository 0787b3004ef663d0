"""Publish a build database, as the last stage of a build does. Run by the tests in a process of its own.

    python -m tests.chaos.publisher BUILD_DATABASE MANIFEST PUBLISHED [VERSIONS TO PUBLISH]

It says `ready`, waits for a line, publishes, and says `done <version>`. Asked for several versions it
takes a row away before each, and says with each what a reader of that version must be told.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

from pipelines.publication.publish import publish
from tests.chaos.reader import QUESTION

TAKE_ONE = (
    "delete from fct_rejected_candidates where candidate_id = (select min(candidate_id)"
    " from fct_rejected_candidates)",
    "delete from rpt_unmatched_indicators where indicator_key = (select min(indicator_key)"
    " from rpt_unmatched_indicators)",
)


def main(build_database: Path, manifest_file: Path, published: Path, versions: int) -> None:
    """Publish once, or so many versions one after the other."""
    manifest = json.loads(manifest_file.read_bytes())
    print("ready", flush=True)
    sys.stdin.readline()
    if versions == 0:
        print("done", publish(build_database, manifest, published).version, flush=True)
    for _ in range(versions):
        with duckdb.connect(str(build_database)) as database:
            for statement in TAKE_ONE:
                database.execute(statement)
            answer = database.execute(QUESTION).fetchone()
        # Said before readers can see it, so that no answer comes too early to be known.
        print(json.dumps(answer), flush=True)
        publish(build_database, manifest, published)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), versions=int(sys.argv[4]) if len(sys.argv) > 4 else 0)
