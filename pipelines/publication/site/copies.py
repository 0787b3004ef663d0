"""Files for people without a database: each table as CSV, all of them as one workbook, SDMX-CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from pipelines.export.csv_file import stream_csv
from pipelines.export.sdmx import sdmx_marts, stream_sdmx_csv
from pipelines.export.source import Published, PublishedAs
from pipelines.export.workbook import write_xlsx
from pipelines.publication.package import PACKAGE
from pipelines.publication.site.beside import Beside
from pipelines.publication.site.dictionary import Table
from pipelines.publication.site.earlier_copies import Copies, table_contents
from pipelines.publication.tables import DATABASE
from pipelines.publication.version_manifest import FILE_NAME as MANIFEST
from pipelines.publication.versions import SUMS

FOLDER = "data/files"
"""Below the site's folder."""

WORTH_A_PROCESS = 20_000
"""Rows of a workbook from which on a process is started for it: that takes a second, about as long as 10,000."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MostRows(_Part):
    """How many rows are copied: of a table as CSV, of all tables of the workbook together."""

    csv: int
    workbook: int


class Rules(_Part):
    """The rules of copies.yml."""

    most_rows: MostRows
    most_parquet_bytes: int
    workbook: str
    sdmx: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to be had: its path from the site's folder, and its bytes; None where it is written later."""

    path: str
    size: int | None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Files:
    """What can be downloaded.

    Attributes:
        database, package, manifest, sums: the version's own files; None where one is not there.
        parquet: table -> file.
        csv: table -> file; tables of too many rows are missing.
        workbook: the tables in one workbook, and the names of those left out of it.
        sdmx: the observations as SDMX-CSV; None where no table has that shape, or too many rows.
    """

    database: File | None
    package: File | None
    manifest: File
    sums: File
    parquet: dict[str, File]
    csv: dict[str, File]
    workbook: File | None
    left_out: tuple[str, ...]
    sdmx: File | None


@cache
def rules() -> Rules:
    """The rules of copies.yml, read once in a process."""
    return Rules.model_validate(yaml.safe_load(Path(__file__).with_name("copies.yml").read_text("utf-8")))


def in_workbook(tables: Sequence[Table], most: int) -> list[str]:
    """The tables that have room in the workbook, in their order: the smallest ones.

    Args:
        tables: the version's tables.
        most: rows of all of them together.
    """
    taken, room = set(), most
    for table in sorted(tables, key=lambda table: table.rows):
        if table.rows > room:
            break
        room -= table.rows
        taken.add(table.name)
    return [table.name for table in tables if table.name in taken]


def write_copies(
    root: Path,
    site: Path,
    published: Published,
    tables: Sequence[Table],
    made_from: PublishedAs,
    limits: MostRows | None = None,
    *,
    work: Beside | None = None,
    made_with: str = "",
    earlier: Path | None = None,
) -> Files:
    """Write the copies that the site offers, and say what can be downloaded.

    Args:
        root: the version's folder.
        site: the site's folder in it.
        published: the version's tables, open.
        tables: the version's tables.
        made_from: version and release for the workbook's first sheet.
        limits: how many rows are copied; None for those of copies.yml.
        work: where a workbook of many rows is made; None: here. Its size is known when that is done, see
            `sized`.
        made_with: name of the code that makes the copies.
        earlier: a site whose copies are taken where their tables hold the same; None: all are written.

    Raises:
        ExportError: a table can't be read.
        OSError: the disk is full or not writable.
        ValueError: the data package can't be read.
    """
    limits = limits or rules().most_rows
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copies = Copies(site, table_contents(root), made_with, earlier)
    parquet = {
        table.name: file
        for table in tables
        if (file := _own(root, f"parquet/{table.name}.parquet")) is not None
    }
    small = [
        table
        for table in tables
        if table.name not in parquet or (parquet[table.name].size or 0) <= rules().most_parquet_bytes
    ]
    chosen = in_workbook(small, limits.workbook)
    workbook = folder / rules().workbook
    if work and sum(table.rows for table in small if table.name in chosen) >= WORTH_A_PROCESS:
        work.run(write_xlsx, root / DATABASE, chosen, workbook, force=True, made_from=made_from)
    elif chosen:
        write_xlsx(published, chosen, workbook, force=True, made_from=made_from)
    csv: dict[str, File] = {}
    for table in small:
        if table.rows <= limits.csv:
            write = partial(_write_csv, published, table.name)
            csv[table.name] = _copy(copies.make(f"{FOLDER}/{table.name}.csv", table.name, write))
    shaped = set(sdmx_marts(published))
    observations = [table.name for table in small if table.name in shaped and table.rows <= limits.csv]
    sdmx = folder / rules().sdmx
    if len(observations) == 1:
        copies.make(
            f"{FOLDER}/{sdmx.name}",
            observations[0],
            partial(_write_sdmx, published, observations[0]),
        )
    copies.note()
    return Files(
        database=_own(root, DATABASE),
        package=_own(root, PACKAGE),
        # Both are written when the site is there: SHA256SUMS counts its files.
        manifest=File(f"../{MANIFEST}", None),
        sums=File(f"../{SUMS}", None),
        parquet=parquet,
        csv=csv,
        workbook=File(f"{FOLDER}/{workbook.name}", None) if chosen else None,
        left_out=tuple(table.name for table in tables if table.name not in chosen),
        sdmx=_copy(sdmx) if len(observations) == 1 else None,
    )


def sized(files: Files, site: Path) -> Files:
    """The files with the size of the workbook, which is there now."""
    if files.workbook is None:
        return files
    return replace(files, workbook=_copy(site / files.workbook.path))


def _write_csv(published: Published, table: str, file: Path) -> None:
    # Excel takes a file without the mark for another encoding, and shows no Chinese.
    with file.open("x", encoding="utf-8-sig", newline="") as stream:
        stream_csv(published, table, stream)


def _write_sdmx(published: Published, table: str, file: Path) -> None:
    with file.open("x", encoding="utf-8", newline="") as stream:
        stream_sdmx_csv(published, stream, table)


def _copy(file: Path) -> File:
    return File(f"{FOLDER}/{file.name}", file.stat().st_size)


def _own(root: Path, name: str) -> File | None:
    file = root / name
    return File(f"../{name}", file.stat().st_size) if file.is_file() else None
