"""Work beside the pages: in a process of its own, with the same result, and with its faults told here."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import duckdb
import pytest

from pipelines.export.source import PublishedAs, open_tables
from pipelines.publication.site import copies
from pipelines.publication.site.beside import PageProcessError, beside
from pipelines.publication.site.dictionary import read_tables


def note_process(file: Path) -> None:
    file.write_text(str(os.getpid()))


def fail() -> None:
    raise ValueError("no room in the workbook")


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_is_done_elsewhere_where_there_may_be_several_processes(tmp_path: Path) -> None:
    for workers, is_here in ((1, True), (2, False)):
        with beside(workers) as work:
            work.run(note_process, tmp_path / "pid")
            work.wait()
        assert (int((tmp_path / "pid").read_text()) == os.getpid()) is is_here


def test_its_faults_are_told_where_it_is_waited_for() -> None:
    with beside(2) as work:
        work.run(fail)
        with pytest.raises(ValueError, match="no room"):
            work.wait()
        work.run(be_killed)
        with pytest.raises(PageProcessError, match="GWR_WORKERS=1"):
            work.wait()


def test_a_workbook_made_elsewhere_has_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as database:
        database.execute("create table facts as select i, 'text ' || i as said from range(500) as t(i)")
    made, sizes = [], []
    for name, worth in (("here", 501), ("elsewhere", 500)):
        monkeypatch.setattr(copies, "WORTH_A_PROCESS", worth)
        site = tmp_path / name
        with open_tables(tmp_path / "warehouse.duckdb") as published, beside(2) as work:
            tables = read_tables(tmp_path, published, {})
            known = PublishedAs("v1", "0.1.0")
            files = copies.write_copies(tmp_path, site, published, tables, known, work=work)
            work.wait()
        workbook = copies.sized(files, site).workbook
        assert workbook is not None
        sizes.append(workbook.size)
        made.append((site / workbook.path).read_bytes())
    assert made[0] == made[1]
    assert sizes == [len(content) for content in made]
