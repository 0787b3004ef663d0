"""Versions of one text: which file another one replaces (`replaces:` in a sidecar), and which is current.

A page that changed is received as a new file beside the old one. Both stay in raw/; only the current
one is read, or every number of the report would be there twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.documents.errors import DocumentError
from pipelines.documents.files import DocumentFile, locate
from pipelines.documents.sidecar import SUFFIX, Sidecar, load_sidecar


def latest(document_id: str, replaced_by: Mapping[str, str]) -> str:
    """The id at the end of the chain of replacements; the id itself where nothing replaces it, or where
    the chain leads back to it."""
    seen = [document_id]
    while (follower := replaced_by.get(seen[-1])) is not None:
        if follower in seen:
            return document_id
        seen.append(follower)
    return seen[-1]


def with_sidecars(files: Iterable[Path], raw: Path) -> dict[str, tuple[DocumentFile, Sidecar]]:
    """The documents among some files by id, each with its sidecar; what can't be taken is left out."""
    found = {}
    for path in files:
        try:
            file = locate(path, raw)
            found[file.document_id] = file, load_sidecar(path.with_suffix(SUFFIX), raw)
        except DocumentError:
            continue
    return found


def replacements(documents: Mapping[str, tuple[DocumentFile, Sidecar]]) -> dict[str, str]:
    """document_id -> the id of the document that replaces it, among those given."""
    return {sidecar.replaces: key for key, (_, sidecar) in documents.items() if sidecar.replaces is not None}


def current_files(files: list[Path], raw: Path) -> list[Path]:
    """The files without those that another one replaces, in the same order.

    Only a year with several files of one folder is looked into.
    """
    years: defaultdict[tuple[Path, str], list[Path]] = defaultdict(list)
    for path in files:
        years[path.parent, path.name[:4]].append(path)
    replaced: set[Path] = set()
    for versions in years.values():
        if len(versions) > 1:
            documents = with_sidecars(versions, raw)
            replaced_by = replacements(documents)
            replaced |= {file.path for key, (file, _) in documents.items() if latest(key, replaced_by) != key}
    return [path for path in files if path not in replaced]
