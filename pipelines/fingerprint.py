"""Hashes of what a reading depends on besides its input: code, rules and seeds.

A change in any of them is a reason to read again; nobody has to remember to raise a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipelines.paths import OUTLINE_RULES_DIR, PROJECT_ROOT, RULES_DIR, SEEDS_DIR

PACKAGE = PROJECT_ROOT / "pipelines"
_SHARED = (
    *(PACKAGE / name for name in ("ids.py", "paths.py", "seeds.py", "vocabulary.py", "schemas")),
    *(PACKAGE / "lake" / name for name in ("layout.py", "reading.py", "tasks.py")),
)
_OUTLINE = (*_SHARED, PACKAGE / "documents", OUTLINE_RULES_DIR)
_EXTRACTION = (
    *(
        *_SHARED,
        PACKAGE / "extraction",
        PACKAGE / "rules.py",
        PACKAGE / "statements.py",
        PACKAGE / "corrections.py",
    ),
    *(RULES_DIR, SEEDS_DIR),
)
_READ = {".py", ".yml", ".csv", ".sql", ".html", ".js", ".css", ".md", ".cff"}


def hash_files(roots: Iterable[Path]) -> str:
    """One hash of the code, rules and tables below some files and folders, by path and bytes."""
    files: set[Path] = set()
    for root in roots:
        files.update(root.rglob("*") if root.is_dir() else [root])
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.suffix in _READ and file.is_file()):
        digest.update(file.relative_to(PROJECT_ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def outline_fingerprint() -> str:
    """What the text and the outline of a document depend on besides its file and sidecar."""
    return hash_files((*_OUTLINE, SEEDS_DIR / "places.csv", SEEDS_DIR / "closed_lists.csv"))


@cache
def extraction_fingerprint() -> str:
    """What the statements of a document depend on besides its sentences."""
    return hash_files(_EXTRACTION)


@cache
def schema_fingerprint() -> str:
    """What it depends on whether a row of the lake keeps the rules of its schema."""
    return hash_files((PACKAGE / "schemas", PACKAGE / "vocabulary.py", SEEDS_DIR))
