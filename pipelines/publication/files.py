"""The files of a version: a site has some hundred thousand of them, so each is looked at once and none is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path


@dataclass(slots=True)
class Found:
    """A regular file.

    Attributes:
        name: its path below the folder, with slashes.
        entry: how it stands in its folder.
    """

    name: str
    entry: os.DirEntry[str]

    @property
    def stat(self) -> os.stat_result:
        """What the file system says of it; asked once."""
        return self.entry.stat()


def files_below(folder: Path) -> Iterator[Found]:
    """All regular files below a folder, in the order of the parts of their paths; one folder is held at a time.

    Raises:
        OSError: a folder can't be read.
    """
    return _walk(str(folder), "")


def in_order(name: str) -> list[str]:
    """By what `files_below` orders its names."""
    return name.split("/")


def _walk(folder: str, prefix: str) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=attrgetter("name"))
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield Found(prefix + entry.name, entry)
