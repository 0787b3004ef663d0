"""Read a raw/ with a limit on memory and say what came of it: run as a process of its own.

    python -m tests.chaos.reading RAW MEMORY_MB

Prints one line of JSON: files taken and set aside, seconds, and the largest memory of this process and
of the one that reads for it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from pipelines.documents.read import read_documents
from pipelines.rules import engine
from pipelines.schemas import Document, Observation, Quarantined, Sentence, frame, violations
from pipelines.statements import extract_statements
from pipelines.statistics.read import read_statistics


def main(raw: Path, memory_mb: int) -> None:
    """Read, check what was read, and print it."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    engine()
    started = time.monotonic()
    read = read_documents(raw)
    seconds = {"documents": time.monotonic() - started}
    found = extract_statements(read.documents, read.sentences)
    seconds["statements"] = time.monotonic() - started - seconds["documents"]
    tables = read_statistics(raw)
    seconds["all"] = time.monotonic() - started
    quarantined = [*read.quarantined, *found.quarantined, *tables.quarantined]
    rows = {
        Document: read.documents,
        Sentence: read.sentences,
        Observation: tables.observations,
        Quarantined: frame(Quarantined, quarantined),
    }
    said = {
        "taken": read.documents["file_path"].to_list(),
        "tables": sorted({row_ref.rsplit(":", 1)[0] for row_ref in tables.observations["row_ref"]}),
        "statements": found.statements.height,
        "quarantined": quarantined,
        "violations": {model.__name__: violations(model, table).height for model, table in rows.items()},
        "seconds": seconds,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    # The reader process is counted once it has ended.
    from pipelines.isolation import process  # noqa: PLC0415

    process.stop()
    said["reader_memory_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
