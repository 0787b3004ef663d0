"""What lies below raw/, and its bytes: only regular files, of a bearable size, never from elsewhere."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipelines.documents.errors import DocumentError
from pipelines.settings import Settings

_FOLLOW = "Copy the file itself into raw/."


def entries(folder: Path) -> Iterator[Path]:
    """Everything below a folder that is no folder itself, hidden ones left out, in no order.

    A folder that can't be listed is an entry, so that it is refused by name and not passed over; so are
    links to folders, which are not followed.
    """
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            with os.scandir(current) as listing:
                found = [(Path(entry), entry.is_dir(follow_symlinks=False)) for entry in listing]
        except FileNotFoundError:
            continue
        except OSError:
            yield current
            continue
        for path, is_folder in found:
            if path.name.startswith("."):
                continue
            if is_folder:
                waiting.append(path)
            else:
                yield path


def shown_path(path: Path, raw: Path) -> str:
    """The path below raw/; bytes of a name that are no UTF-8 are written as escapes."""
    return os.fsencode(path.relative_to(raw).as_posix()).decode("utf-8", "backslashreplace")


def check_entry(path: Path, raw: Path) -> None:
    """See that an entry is a regular file that lies in raw/ or is linked to from within.

    Raises:
        DocumentError: `file_misplaced` (a link out of raw/ or to a folder), `file_not_regular` (a pipe, a
            socket, a device), `file_unreadable` (a link that leads nowhere, a folder that can't be listed).
    """
    try:
        kind = path.stat().st_mode
        target = path.resolve(strict=True)
        roots = [raw.resolve(), (raw / path.relative_to(raw).parts[0]).resolve()]
    except (OSError, RuntimeError) as error:
        raise _unreadable(error, "it is a link that leads nowhere" if path.is_symlink() else None) from error
    if path.is_symlink() and stat.S_ISDIR(kind):
        raise DocumentError("file_misplaced", "a link to a folder, which is not followed", _FOLLOW)
    if stat.S_ISDIR(kind):
        raise DocumentError("file_unreadable", "the folder can't be listed", "Mend its permissions.")
    if not any(target.is_relative_to(root) for root in roots):
        raise DocumentError("file_misplaced", "a link out of raw/", _FOLLOW)
    if not stat.S_ISREG(kind):
        raise DocumentError("file_not_regular", "a pipe, socket or device, no file", "Remove it.")


def read_regular(path: Path, most: int | None = None) -> bytes:
    """The bytes of a regular file; nothing else is opened, and no more is read than `most` bytes.

    Args:
        path: the file.
        most: largest size in bytes, `GWR_MAX_FILE_MB` where it is not given.

    Raises:
        DocumentError: `file_too_large`, `file_not_regular`, `file_vanished`, `file_unreadable`, or
            `file_changed` while it was read.
    """
    limit = Settings().max_file_mb * 1_000_000 if most is None else most
    try:
        # A pipe would block, a device may act when it is opened: ask first, and do not wait.
        if not stat.S_ISREG(path.stat().st_mode):
            raise DocumentError("file_not_regular", "a pipe, socket, device or folder, no file", "Remove it.")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as handle:
            before = os.fstat(descriptor)
            if before.st_size > limit:
                raise _too_large(before.st_size, limit)
            data = handle.read(limit + 1)
            after = os.fstat(descriptor)
    except (OSError, RuntimeError) as error:
        raise _unreadable(error, None) from error
    if len(data) > limit:
        raise _too_large(len(data), limit)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(
        data
    ) != after.st_size:
        raise DocumentError(
            "file_changed", "it changed while it was read", "Build again once the file is complete."
        )
    return data


def _too_large(size: int, limit: int) -> DocumentError:
    return DocumentError(
        "file_too_large",
        f"{size} bytes, more than {limit}",
        "Cut out the part that is meant, or raise GWR_MAX_FILE_MB.",
    )


def _unreadable(error: OSError | RuntimeError, said: str | None) -> DocumentError:
    if isinstance(error, FileNotFoundError) and said is None:
        return DocumentError("file_vanished", "it is gone since raw/ was listed", "Build again.")
    if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
        reason = "it is a link that leads to itself"
    else:
        reason = said or f"the system says: {error.strerror}"
    return DocumentError("file_unreadable", reason, "Mend its permissions, or put the file there again.")
