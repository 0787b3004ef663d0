"""Add a document to `raw/`: the only code that ever writes there."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from pipelines.documents.errors import DocumentError
from pipelines.documents.files import (
    FOLDERS,
    LAYOUT,
    check_place,
    document_files,
    document_id,
    locate,
)
from pipelines.documents.raw_files import read_regular
from pipelines.documents.readers import read_text
from pipelines.documents.sidecar import SUFFIX, Sidecar, dump_sidecar
from pipelines.seeds import places

_VERSION = re.compile(r"[a-z0-9][a-z0-9-]*")


def add_document(
    raw: Path,
    file: Path,
    ref_area: str,
    year: int,
    kind: str = "report",
    title: str | None = None,
    url: str | None = None,
    published: date | None = None,
    publisher: str | None = None,
    text_version: str | None = None,
    version: str | None = None,
    replaces: str | None = None,
    accessed: date | None = None,
) -> Path:
    """Copy a document into `raw/` and write its sidecar.

    The file must be readable; it is copied as it is. Both files appear under their names only when they
    are whole, the sidecar first, so that a document never lies there without one.

    Args:
        raw: the folder that holds `reports/`, `bulletins/` and `plans/`.
        file: the document, .txt, .html, .pdf or .docx.
        ref_area: GB/T 2260 code of the place.
        year: the year the text was given; for a bulletin the year it measures.
        kind: a code of the closed list doc_kind.
        title: its title; without one, the file's name.
        url: where it was found.
        published: when it was published.
        publisher: who published it.
        text_version: a code of the closed list text_version.
        version: short name of the text, where a year has several.
        replaces: id of an earlier version, which stays in raw/ and is not read any more.
        accessed: the day it was fetched.

    Returns:
        The path of the copy.

    Raises:
        DocumentError: the place is unknown, the file can't be read, a value is invalid
            (`sidecar_invalid`), or the document or the same file is there already
            (`document_duplicate`).
        OSError: the file or the folder can't be read or written.
    """
    check_place(ref_area)
    folder = raw / _kind_folder(kind) / f"{ref_area}-{slug(ref_area)}"
    if version is not None and not _VERSION.fullmatch(version):
        raise _invalid(f"version {version!r} is no short name of a-z, 0-9 and -")
    file.stat(follow_symlinks=True)  # a name that was mistyped is no file that vanished
    data = read_regular(file)
    extension = file.suffix.lower()
    read_text(data, extension)
    try:
        sidecar = Sidecar(
            title=title or file.stem,
            ref_area=ref_area,
            year=year,
            publisher=publisher,
            url=url,
            published=published,
            text_version=text_version,
            sha256=hashlib.sha256(data).hexdigest(),
            replaces=replaces,
            accessed=accessed,
        )
    except ValidationError as error:
        faults = (f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors())
        raise _invalid("; ".join(faults)) from error
    _refuse_duplicate(raw, document_id(ref_area, kind, year, version), data)
    stem = f"{year}-{version}" if version else str(year)
    target = folder / f"{stem}{extension}"
    _write_both(target, data, dump_sidecar(sidecar).encode())
    return target


def _kind_folder(kind: str) -> str:
    for folder, doc_kind in FOLDERS.items():
        if doc_kind == kind:
            return folder
    raise _invalid(f"kind {kind!r} is none of {', '.join(FOLDERS.values())}")


@cache
def slug(ref_area: str) -> str:
    """The English name of a place as it stands in a path: `Xi'an` -> `xian`."""
    name = next(place.name_en for place in places() if place.ref_area == ref_area)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def _refuse_duplicate(raw: Path, wanted_id: str, data: bytes) -> None:
    for path in document_files(raw):
        if not path.is_file():
            continue
        where = path.relative_to(raw).as_posix()
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            raise _duplicate(f"{where} is the same file", "Nothing is to be added.")
        if _id_of(path, raw) == wanted_id:
            raise _duplicate(f"{where} is {wanted_id} already", "Give this one a version.")


def _id_of(path: Path, raw: Path) -> str | None:
    with suppress(DocumentError):
        return locate(path, raw).document_id
    return None


def _duplicate(reason: str, hint: str) -> DocumentError:
    return DocumentError("document_duplicate", reason, hint)


def _invalid(reason: str) -> DocumentError:
    return DocumentError("sidecar_invalid", reason, f"Correct the value; files lie in {LAYOUT}.")


def _write_both(target: Path, data: bytes, sidecar: bytes) -> None:
    """Both files or none: written beside and renamed once both are whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    contents = {target.with_suffix(SUFFIX): sidecar, target: data}
    partial = {path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path in contents}
    try:
        for path, content in contents.items():
            partial[path].write_bytes(content)
        for path in contents:
            partial[path].replace(path)
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)
