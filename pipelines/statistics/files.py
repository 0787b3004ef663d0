"""Which files below `raw/statistics/` are tables, and what has to hold of them before reading."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import check_entry, entries, read_regular
from pipelines.statistics.figures import Problem, TableError
from pipelines.statistics.sidecar import AnySidecar, load_sidecar
from pipelines.statistics.tables import SUFFIXES

FOLDER = "statistics"
README = "readme.md"

_PLACE_FOLDER = re.compile(r"(?P<code>[1-9]\d{5})-.+")


def statistics_files(raw: Path) -> Iterator[Path]:
    """Every file that should be a table, in the order of their paths: all but hidden files, READMEs
    and the sidecars of tables that are there. What is no regular file is among them, to be refused by
    name."""
    for path in sorted(entries(raw / FOLDER), key=lambda path: os.fsencode(path.relative_to(raw))):
        if path.name.lower() != README and not _is_paired_sidecar(path):
            yield path


def _is_paired_sidecar(path: Path) -> bool:
    return path.suffix == ".yml" and any(os.path.lexists(path.with_suffix(suffix)) for suffix in SUFFIXES)


def open_table(path: Path, raw: Path) -> tuple[bytes, AnySidecar]:
    """The bytes of a table and its sidecar.

    Raises:
        TableError: the file lies in the wrong place, is no table, no regular file or too large, has
            no valid sidecar, or is not the file that the sidecar was written for.
    """
    try:
        check_entry(path, raw)
    except DocumentError as error:
        raise _refused(error.code, error.reason, error.hint) from error
    code = _place_code(path, raw)
    sidecar = load_sidecar(path.with_suffix(".yml"), raw)
    if sidecar.ref_area != code:
        reason = f"ref_area is {sidecar.ref_area}, the folder says {code}"
        raise _refused("ref_area_mismatch", reason, "Move the table, or correct the sidecar.")
    try:
        data = read_regular(path)
    except DocumentError as error:
        raise _refused(error.code, error.reason, error.hint) from error
    if not data.strip():
        raise _refused("file_empty", "the file is empty", "Put the table in its place again.")
    digest = hashlib.sha256(data).hexdigest()
    if digest != sidecar.sha256:
        reason = f"sha256 is {digest}, the sidecar says {sidecar.sha256}"
        hint = "If the change is meant, write the new hash into the sidecar; else restore the file."
        raise _refused("hash_mismatch", reason, hint)
    return data, sidecar


def _place_code(path: Path, raw: Path) -> str:
    """The code of the folder that a table lies in."""
    if path.suffix == ".yml":
        raise _refused(
            "table_missing", "a sidecar without its table", "Add the table, or remove the sidecar."
        )
    if path.suffix not in SUFFIXES:
        reason = f"{path.suffix or 'no suffix'} is no format of a table"
        raise _refused("format_unsupported", reason, "Save the table as .csv or .xlsx.")
    folder = path.relative_to(raw / FOLDER).parent
    match = _PLACE_FOLDER.fullmatch(folder.as_posix())
    if match is None or "/" in folder.as_posix():
        reason = "a table lies in a folder <code>-<slug> directly below statistics/"
        raise _refused("file_misplaced", reason, "Move it, for example to statistics/330200-ningbo/.")
    return match["code"]


def _refused(code: str, reason: str, hint: str) -> TableError:
    return TableError(Problem(code, reason, hint))
