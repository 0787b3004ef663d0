"""A disk that takes no more, in whichever library's words it comes."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

ADVICE = (
    "Free some space on that disk, or see what is wrong with it, and build again; nothing needs repair."
    " What readers see is whole."
)

_NUMBERS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_WORDS = (
    "no space left on device",
    "disk is full",
    "disk quota exceeded",
    "file too large",
    "disk i/o error",
)
"""What the operating system, DuckDB (in its words) and SQLite say."""


class DiskError(RuntimeError):
    """A build ended because its disk took no more."""

    def __init__(self, data: Path, reason: str) -> None:
        """Say what could not be written, why, and what to do."""
        free = shutil.disk_usage(data).free / 1_000_000
        super().__init__(f"{data} can't be written: {reason} ({free:,.1f} MB are free). {ADVICE}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def disk_complaint(text: str) -> str | None:
    """The line of a message that says that a disk is full or broken, None where no line does."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if any(words in line.lower() for words in _WORDS)), None)


def disk_reason(error: BaseException) -> str | None:
    """What the disk said, where an error or one of those that led to it came from a full or broken disk."""
    for cause in _causes(error):
        said = disk_complaint(str(cause))
        if said or (isinstance(cause, OSError) and cause.errno in _NUMBERS):
            return (said or str(cause)).rstrip(".")
    return None
