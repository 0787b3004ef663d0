"""Ids made from what they identify: the same parts give the same id, on every machine and in every run."""

from __future__ import annotations

import hashlib
from pathlib import Path


def hash_id(*parts: object) -> str:
    """Sixteen hex digits that stand for these parts, in this order; None counts as an empty part."""
    text = "\x1f".join(["" if part is None else str(part) for part in parts])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes, as 64 hex digits.

    Raises:
        OSError: the file can't be read.
    """
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
