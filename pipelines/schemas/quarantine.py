"""Quarantined: a file or row that was not taken, with the reason."""

from __future__ import annotations

from pipelines.schemas.base import LakeTable, column


class Quarantined(LakeTable):
    """One file or row not taken. Grain: file × line × reason."""

    quarantine_id: str = column("Hash of file, line and reason.", unique=True)
    stage: str = column("Where it was found.", isin=["documents", "extraction", "statistics", "corrections"])
    file_path: str = column("Path below raw/.")
    line: int = column("Line or row in the file, from 1; null for the whole file.", nullable=True, ge=1)
    column_name: str = column("Column of a table, where one is to blame.", nullable=True)
    reason_code: str = column("Stable code of the reason, for filters.", str_matches=r"^[a-z][a-z_]*$")
    reason: str = column("What is wrong, in words.")
    hint: str = column("What to do about it.")
    content: str = column("The offending characters, shortened to 500.", nullable=True)
