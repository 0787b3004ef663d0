"""Made-up reports on disk: texts and sidecars as `gwr build` takes them, gold files beside.

```
RAW/reports/<code>-<slug>/<year>.txt  .yml      GOLD/<document_id>.jsonl  index.yml
```
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TextIO

from pipelines.documents.add import slug
from pipelines.documents.sidecar import SUFFIX
from pipelines.extraction.places import Place
from pipelines.seeds import places
from pipelines.synth.reports import SynthError, SynthReport, generate
from pipelines.synth.wording import wording

PUBLISHER = "synthetic"
_INDEX_HEAD = "# Written by gwr synth: which text each gold file annotates; paths count from this folder.\n"
Progress = Callable[[int, int], None]
"""Called after each report: how many are written, how many bytes of text."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: reports, bytes and characters of their texts, gold rows."""

    reports: int
    bytes: int
    characters: int
    statements: int


def write(
    raw: Path,
    gold: Path | None,
    reports: int,
    seed: int,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write the first reports of a seed, one at a time: memory does not grow with their number.

    Args:
        raw: folder that gets `reports/`.
        gold: folder that gets the gold files and their `index.yml`; None: no gold files, which are three times
            as large as the texts.
        reports: how many; a larger number begins with the same ones.
        seed: which reports.
        force: write beside what is there. Made-up texts of the same names are written over, others never.
        progress: told of each report.

    Raises:
        SynthError: a folder is not empty and `force` is not set, a file that is no made-up text would be
            written over, or there are not so many places and years.
        OSError: a folder can't be written.
    """
    folders = [raw] if gold is None else [raw, gold]
    if not force:
        for folder in folders:
            _refuse_others(folder)
    written = total_bytes = characters = statements = 0
    with _Gold(gold) as truths:
        for report in generate(reports, seed):
            path = _path(raw, report)
            data = report.text.encode()
            _write_report(path, report, data)
            truths.add(report, path)
            written += 1
            total_bytes += len(data)
            characters += len(report.text)
            statements += len(report.truth)
            if progress:
                progress(written, total_bytes)
    return Written(written, total_bytes, characters, statements)


class _Gold(AbstractContextManager["_Gold"]):
    """The gold folder while it is written: a file a report, and the index; nothing where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._index: TextIO | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = (folder / "index.yml").open("w", encoding="utf-8", newline="\n")
            self._index.write(_INDEX_HEAD)

    def __exit__(self, *error: object) -> None:
        if self._index is not None:
            self._index.close()

    def add(self, report: SynthReport, path: Path) -> None:
        if self._folder is None or self._index is None:
            return
        document = report.document
        with (self._folder / f"{document.document_id}.jsonl").open(
            "w", encoding="utf-8", newline="\n"
        ) as rows:
            for row in report.truth:
                rows.write(json.dumps(row, ensure_ascii=False))
                rows.write("\n")
        text = os.path.relpath(path.resolve(), self._folder.resolve())
        self._index.write(
            f'- {{gold: {document.document_id}, text: {text}, place: "{document.ref_area}",'
            f" year: {document.report_year}}}\n"
        )


def _refuse_others(folder: Path) -> None:
    if not folder.exists():
        return
    found = next((path for path in sorted(folder.rglob("*")) if path.is_file()), None)
    if found is not None:
        raise SynthError(
            f"{folder} is not empty ({found.relative_to(folder)}): made-up reports do not go among others."
            " Give an empty folder, or --force to write beside what is there"
        )


@cache
def _places() -> dict[str, Place]:
    return {place.ref_area: place for place in places()}


def _path(raw: Path, report: SynthReport) -> Path:
    code = report.document.ref_area
    return raw / "reports" / f"{code}-{slug(code)}" / f"{report.document.report_year}.txt"


def _write_report(path: Path, report: SynthReport, data: bytes) -> None:
    if path.exists() and wording().files.mark not in _first_line(path):
        raise SynthError(f"{path} is no made-up text: it is not written over. Move it away first")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(SUFFIX).write_text(_sidecar(report, data), encoding="utf-8", newline="\n")
    path.write_bytes(data)


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as handle:
        return handle.readline(1000)


def _sidecar(report: SynthReport, data: bytes) -> str:
    document, words = report.document, wording().files
    name = _places()[document.ref_area].name_zh
    lines = (
        f"title: {words.title.format(name=name, year=document.report_year)}",
        f"ref_area: '{document.ref_area}'",
        f"year: {document.report_year}",
        f"publisher: {PUBLISHER}",
        "url: null",
        "text_version: full",
        f"sha256: {hashlib.sha256(data).hexdigest()}",
        f"notes: {words.notes}",
    )
    return "\n".join(lines) + "\n"
