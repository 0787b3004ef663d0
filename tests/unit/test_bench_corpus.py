"""The benchmark of many reports: memory of a family of processes, what is added, what its figures say."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from pipelines.bench.corpus import (
    FIRST,
    HEADINGS,
    NOTHING,
    ONE_MORE,
    Build,
    SiteSize,
    add_missing,
    growth,
    row_of,
    site_size,
    sites,
)
from pipelines.bench.memory import Peak, family, memory_mb

STEPS = {"documents": 2.0, "statements": 10.0, "dbt_build": 20.0, "published_warehouse": 5.0}


def test_a_row_has_a_figure_under_each_heading() -> None:
    row = row_of(Build(6000, FIRST, 40.0, 60.0, 1234.5, STEPS))
    assert dict(zip(HEADINGS, row, strict=True)) == {
        "reports": "6,000",
        "build": "all new",
        "seconds": "40.0",
        "processor": "60.0",
        "cores": "1.50",
        "peak MB": "1,234",
        "reading s": "12.0",
        "dbt s": "20.0",
        "publishing s": "5.0",
        "other s": "3.0",
    }


def test_growth_compares_the_first_builds_alone() -> None:
    double = {step: 2 * seconds for step, seconds in STEPS.items()}
    found = [
        Build(2000, FIRST, 80.0, 90.0, 900.0, double),
        Build(1000, FIRST, 40.0, 60.0, 900.0, STEPS),
        Build(1000, NOTHING, 5.0, 5.0, 300.0, {}),
    ]
    assert "reading 12 and 12; dbt 20 and 20; publishing 5 and 5" in growth(found)
    assert growth(found[1:]) == ""


def test_only_what_is_missing_is_added(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, names in ((one, ("a/x.txt", "b/y.txt")), (other, ("a/x.txt",))):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(folder.name, encoding="utf-8")
    add_missing(one, other)
    assert (other / "a/x.txt").read_text(encoding="utf-8") == "other"
    assert (other / "b/y.txt").read_text(encoding="utf-8") == "one"


def test_memory_counts_children() -> None:
    ready = "import sys; kept = bytearray(80_000_000); print('ready', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", ready], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None and child.stdout is not None
    with child, Peak(os.getpid(), every_seconds=0.01) as peak:
        assert child.stdout.readline() == "ready\n"
        assert {os.getpid(), child.pid} <= set(family(os.getpid()))
        assert memory_mb(child.pid) > 75
        both = memory_mb(os.getpid()) + memory_mb(child.pid)
        deadline = time.monotonic() + 20
        while peak.mb < 0.9 * both and time.monotonic() < deadline:
            time.sleep(0.01)
        assert peak.mb >= 0.9 * both
        child.stdin.close()
    assert memory_mb(child.pid) == 0


def test_a_link_to_an_earlier_site_is_not_new(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "page.html").write_bytes(b"x" * 1000)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "page.html").hardlink_to(tmp_path / "first" / "page.html")
    (tmp_path / "second" / "other.html").write_bytes(b"x" * 500)
    assert site_size(tmp_path / "second") == SiteSize(files=2, mb=0.0015, new=1)


def test_a_sentence_on_each_site() -> None:
    first = Build(100, FIRST, 9, 9, 9, {}, 500.4, SiteSize(8854, 302.1, 8854))
    more = Build(100, ONE_MORE, 9, 9, 9, {}, 400.0, SiteSize(8940, 303.0, 350))
    nothing = Build(100, NOTHING, 9, 9, 9, {}, 300.0, SiteSize(8940, 303.0, 350))
    assert sites([first, more, nothing]) == (
        "The site of 100 reports has 8,854 files of 302 MB; of that of one report more 350 are new."
        " The largest process took 500 and 400 MB."
    )
    assert sites([Build(100, FIRST, 9, 9, 9, {}), Build(100, ONE_MORE, 9, 9, 9, {})]) == ""
