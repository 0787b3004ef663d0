"""Importing a package as it is where an optional package beside it is not installed.

Some libraries import whatever they find: an optional package that nothing here uses then costs every process
a second. They all work without it, because it is optional.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType


class _NotInstalled(MetaPathFinder):
    """Says of some packages what Python says of those that are not installed."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        del path, target
        if fullname.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Import without some packages. Afterwards, and where they were imported before, they are there as ever.

    Args:
        packages: names of top-level packages.
    """
    finder = _NotInstalled(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
