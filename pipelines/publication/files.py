"""The files of a version: a site has some hundred thousand of them, so each is looked at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file.

    Attributes:
        name: its path below the folder, with slashes.
        stat: what the file system says of it.
    """

    name: str
    stat: os.stat_result


def files_below(folder: Path) -> list[Found]:
    """All regular files below a folder, in the order of the parts of their paths.

    Raises:
        OSError: a folder can't be read.
    """
    return sorted(_walk(str(folder), ""), key=lambda found: found.name.split("/"))


def _walk(folder: str, prefix: str) -> Iterator[Found]:
    inner = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.name)
            elif entry.is_file():
                yield Found(prefix + entry.name, entry.stat())
    for name in inner:
        yield from _walk(f"{folder}/{name}", f"{prefix}{name}/")
