"""Stage 2: texts become statements; numbers that are none are kept with their reason."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.lake import hand_over, lake_spec, log_kept, log_progress, read_lake, readings, set_aside
from pipelines.assets.workspace import Workspace
from pipelines.corrections import apply_corrections
from pipelines.fingerprint import extraction_fingerprint
from pipelines.ids import hash_id
from pipelines.ledger import documents_ledger, statements_ledger
from pipelines.statements import extract_statements

raw_corrections = dg.AssetSpec(
    "raw_corrections",
    group_name="raw",
    kinds={"file"},
    description="Corrections of wrong readings, with a guard each: `raw/corrections/*.yml`.",
)


@dg.multi_asset(
    specs=[
        lake_spec("statements", group="statements", deps=["documents", "sentences", "raw_corrections"]),
        lake_spec("candidates", group="statements", deps=["documents", "sentences"]),
    ]
)
def statements(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> Iterator[dg.MaterializeResult[Any]]:
    """Read the statements of every document that is new or changed, then apply the corrections of
    raw/corrections."""
    paths = workspace.paths
    ledger = statements_ledger(paths)
    documents = read_lake(paths, "documents")
    keys = {
        document: hash_id(key, extraction_fingerprint())
        for key, document in documents_ledger(paths).keys().items()
    }
    read = extract_statements(
        documents,
        read_lake(paths, "sentences"),
        progress=log_progress(context, "documents extracted"),
        earlier=ledger.load(),
        keys=keys,
    )
    log_kept(context, "documents", read.kept, documents.height)
    set_aside(paths, "extraction", read.quarantined)
    applied = apply_corrections(read.statements, paths.raw)
    set_aside(paths, "corrections", applied.quarantined)
    tables = {"statements": applied.statements, "candidates": read.candidates}
    yield from hand_over(paths, tables, readings(read.kept, documents.height))
    # A document with a correction is read again each time: its rows are not what the reading gave.
    again = read.failed | applied.documents
    ledger.save({key: document for document, key in keys.items() if document not in again})
