"""Copies of tables that hold the same as in an earlier version: they are linked, not written again.

A version's site keeps in `.copies-made-from.json` which content each copy was made from: the hash of the table's
Parquet file, which has the same rows in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.publication.package import PACKAGE
from pipelines.publication.site.earlier import link_file

RECORD = ".copies-made-from.json"


def table_contents(root: Path) -> dict[str, str]:
    """Table -> hash of its Parquet file, by a version's data package; empty where it has none.

    Raises:
        OSError, ValueError: the data package can't be read.
    """
    package = root / PACKAGE
    if not package.is_file():
        return {}
    resources = json.loads(package.read_bytes())["resources"]
    return {resource["name"]: resource["hash"] for resource in resources if "hash" in resource}


class Copies:
    """The copies of one version in the making."""

    def __init__(
        self, site: Path, contents: Mapping[str, str], made_with: str = "", earlier: Path | None = None
    ) -> None:
        """Take the site whose copies they are, and what is known of the tables.

        Args:
            site: the site's folder.
            contents: table -> what tells its content from another's.
            made_with: name of the code that makes the copies.
            earlier: the site's folder of an earlier version.
        """
        self._site = site
        self._contents = contents
        self._made_with = made_with
        self._earlier = earlier
        self._known = _read(earlier / RECORD, made_with) if earlier else {}
        self._made: dict[str, str] = {}

    def make(self, name: str, table: str, write: Callable[[Path], object]) -> Path:
        """A copy of a table: the earlier one where the table holds the same, else written.

        Args:
            name: of the file, below the site's folder.
            table: that it is a copy of.
            write: writes it.

        Raises:
            OSError: the disk is full or not writable.
        """
        target = self._site / name
        content = self._contents.get(table)
        source = self._earlier / name if self._earlier else None
        if source and content and self._known.get(name) == content and source.is_file():
            link_file(source, target)
        else:
            write(target)
        if content:
            self._made[name] = content
        return target

    def note(self) -> None:
        """Keep beside the copies what they were made from."""
        record = {"made_with": self._made_with, "files": dict(sorted(self._made.items()))}
        (self._site / RECORD).write_text(json.dumps(record, indent=0), encoding="utf-8")


def _read(record: Path, made_with: str) -> dict[str, str]:
    """File -> content that it was made from; empty where there is no record, or one of other code."""
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        return dict(found["files"]) if found["made_with"] == made_with else {}
    except (OSError, ValueError, KeyError, TypeError):
        # Of no use: all copies are written.
        return {}
