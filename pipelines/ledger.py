"""What a stage read and where it handed it over, so that the next run need not read it again.

`data/build/readings/<stage>.json` holds a key for each document that the stage read, and the hashes of
the lake files that hold the readings. A lake file that is not the one written then (damaged, cut short,
edited) makes the ledger worthless: everything is read anew.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.ids import file_sha256
from pipelines.paths import Paths

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Readings of an earlier run: key of each document's reading -> document_id, and the lake tables."""

    keys: Mapping[str, str]
    tables: Mapping[str, pl.DataFrame]

    def rows(self, table: str, document_ids: Sequence[str]) -> pl.DataFrame:
        """The rows of some documents, in the order in which they were written."""
        return self.tables[table].filter(pl.col("document_id").is_in(list(document_ids)))


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one stage, for the lake tables that it writes."""

    paths: Paths
    stage: str
    tables: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Where it lies."""
        return self.paths.build_database.parent / "readings" / f"{self.stage}.json"

    def _lake_file(self, table: str) -> Path:
        return self.paths.lake / f"{table}.parquet"

    def load(self) -> Earlier | None:
        """What was read earlier; None where there is nothing, or nothing that can be trusted.

        Why it can't be trusted is logged as a warning: the run reads everything anew and goes on.
        """
        if not self.file.exists():
            return None
        try:
            said = json.loads(self.file.read_bytes())
            keys, sums = dict(said["keys"]), dict(said["tables"])
            damaged = [
                f"{table}.parquet"
                for table in self.tables
                if file_sha256(self._lake_file(table)) != sums[table]
            ]
            if damaged:
                log.warning(
                    "%s: not as it was handed over (damaged, or written by a run that did not end);"
                    " every document is read anew",
                    ", ".join(damaged),
                )
                return None
            tables = {table: pl.read_parquet(self._lake_file(table), glob=False) for table in self.tables}
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            log.warning("%s can't be used (%s); every document is read anew", self.file.name, error)
            return None
        return Earlier(keys, tables)

    def keys(self) -> dict[str, str]:
        """Key of each reading -> document_id, as the stage saved them; empty where it did not."""
        try:
            return dict(json.loads(self.file.read_bytes())["keys"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def save(self, keys: Mapping[str, str]) -> None:
        """Note what the stage has just handed over. The file appears whole."""
        said = {
            "tables": {table: file_sha256(self._lake_file(table)) for table in self.tables},
            "keys": dict(sorted(keys.items())),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".partial")
        partial.write_text(json.dumps(said, indent=0), encoding="utf-8")
        partial.replace(self.file)


def documents_ledger(paths: Paths) -> Ledger:
    """The ledger of the stage that reads files."""
    return Ledger(paths, "documents", ("documents", "sentences"))


def statements_ledger(paths: Paths) -> Ledger:
    """The ledger of the stage that reads statements."""
    return Ledger(paths, "statements", ("statements", "candidates"))
