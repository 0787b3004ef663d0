"""A file that appears under its name when it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.export.errors import ExportError


def _refuse_if_taken(target: Path, *, force: bool) -> None:
    if target.exists() and not target.is_file():
        raise ExportError(f"{target} is no file; give --output the name of one")
    if target.exists() and not force:
        raise ExportError(f"{target} is there already; give another name, or --force to replace it")


@contextmanager
def whole_file(target: Path, *, force: bool = False) -> Iterator[Path]:
    """A hidden file beside the target to write into; renamed to the target at the end, removed on an error.

    Args:
        target: the file to make, in a folder that is there.
        force: whether a file of that name may be replaced.

    Raises:
        ExportError: the target is there already, is a folder or a device, or its folder is missing.
        OSError: it can't be written.
    """
    _refuse_if_taken(target, force=force)
    if not target.parent.is_dir():
        raise ExportError(f"{target.parent} is no folder; make it first")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        _refuse_if_taken(target, force=force)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
