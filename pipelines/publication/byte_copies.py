"""Bytes of one file into another, inside the kernel where it can: no copy of them in this process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

_AT_ONCE = 1 << 20


class CutOffError(OSError):
    """A file has fewer bytes than it should."""


def copy_bytes(source: Path, writing: BinaryIO, start: int = 0, size: int | None = None) -> None:
    """Append bytes of a file to one that is open for writing; their blocks are shared where the file system can.

    Args:
        source: the file.
        writing: what stands at its end afterwards.
        start: the first byte.
        size: how many; all that follow where not given.

    Raises:
        CutOffError: there are fewer.
        OSError: a file can't be read or written.
    """
    with source.open("rb") as reading:
        left = os.fstat(reading.fileno()).st_size - start if size is None else size
        reading.seek(start)
        writing.flush()
        left -= _in_kernel(reading, writing, left)
        writing.seek(0, os.SEEK_END)
        while left > 0:
            some = reading.read(min(left, _AT_ONCE))
            if not some:
                raise CutOffError(f"{source} ends {left:,} bytes too early")
            writing.write(some)
            left -= len(some)


def _in_kernel(reading: BinaryIO, writing: BinaryIO, size: int) -> int:
    """Copy as much as can be without this process, and leave both files behind it; how much it was."""
    done = 0
    begin = reading.tell()
    try:
        while done < size:
            moved = os.copy_file_range(reading.fileno(), writing.fileno(), size - done, begin + done)
            if moved == 0:
                break
            done += moved
    except OSError:
        # Not between these file systems: what is left is read and written.
        pass
    reading.seek(begin + done)
    return done
