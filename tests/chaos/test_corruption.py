"""Damaged files: noticed by hash or by reading, made anew from raw/, and said so."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.lake.layout import lake_files
from pipelines.paths import Paths
from tests.chaos.support import REPORT, check_published, manifest_file, run_build

pytestmark = pytest.mark.integration


def overwrite(file: Path, start: float, end: float) -> None:
    """Noise over a part of a file, from one share of its length to another."""
    data = bytearray(file.read_bytes())
    first, last = int(len(data) * start), int(len(data) * end)
    data[first:last] = random.Random(file.name).randbytes(last - first)
    file.chmod(0o644)
    file.write_bytes(data)


def cut(file: Path) -> None:
    """The first half of a file, as a write leaves it that never ended."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def lake_file(paths: Paths, table: str) -> Path:
    """The one partition of a table."""
    [file] = lake_files(paths.lake, table)
    return file


@dataclass(frozen=True)
class Damage:
    """What is done to a data folder, and what `gwr build` has to say about it; nothing where it needs not."""

    name: str
    do: Callable[[Paths], None]
    said: str = ""


DAMAGES = (
    Damage(
        "lake statements overwritten",
        lambda paths: overwrite(lake_file(paths, "statements"), 0.3, 0.6),
        "330000.parquet: not as it was handed over",
    ),
    Damage("lake documents cut", lambda paths: cut(lake_file(paths, "documents")), "330000.parquet: not as"),
    Damage("lake observations cut", lambda paths: cut(paths.lake / "observations.parquet")),
    Damage(
        "build database's header",
        lambda paths: overwrite(paths.build_database, 0, 0.01),
        "The build database is damaged and is built anew from the lake",
    ),
    Damage(
        "dbt manifest cut",
        lambda paths: cut(manifest_file(paths)),
        "dbt manifest: parsing dbt_project/ (the one in the data folder is damaged)",
    ),
    Damage(
        "dbt parse state of the last run",
        lambda paths: cut(paths.dbt_target / "run" / "partial_parse.msgpack"),
    ),
    Damage(
        "dagster runs",
        lambda paths: overwrite(paths.dagster_home / "history" / "runs.db", 0, 1),
        "runs.db is damaged",
    ),
    Damage(
        "dagster events",
        lambda paths: overwrite(paths.dagster_home / "history" / "runs" / "index.db", 0.1, 0.9),
        "index.db is damaged",
    ),
    Damage(
        "dagster schedules",
        lambda paths: cut(paths.dagster_home / "schedules" / "schedules.db"),
        "schedules.db is damaged",
    ),
)

MORE = (
    Damage(
        "build database's blocks",
        lambda paths: overwrite(paths.build_database, 0.4, 0.9),
        "The build database is damaged and is built anew from the lake",
    ),
    Damage(
        "dbt parse state overwritten",
        lambda paths: overwrite(manifest_file(paths).with_name("partial_parse.msgpack"), 0.2, 0.8),
        "dbt manifest: parsing dbt_project/ (the one in the data folder is damaged)",
    ),
    Damage("lake sentences overwritten", lambda paths: overwrite(lake_file(paths, "sentences"), 0.1, 0.9)),
    Damage("lake statements empty", lambda paths: (lake_file(paths, "statements")).write_bytes(b"") and None),
)


def check_made_anew(paths: Paths, before: str, damages: tuple[Damage, ...]) -> None:
    """The next build succeeds, says what was damaged, and publishes the very same content."""
    for damage in damages:
        damage.do(paths)
    status, output = run_build(paths)
    assert status == 0, output
    for damage in damages:
        assert damage.said in output, f"{damage.name}:\n{output}"
    assert check_published(paths.published) == before
    assert "same content as before" in output


def test_all_of_it_at_once(paths: Paths) -> None:
    check_made_anew(paths, check_published(paths.published), DAMAGES)


@pytest.mark.parametrize("damage", [*DAMAGES, *MORE], ids=lambda damage: damage.name)
def test_one_after_the_other(paths: Paths, damage: Damage, full: bool) -> None:
    if not full:
        pytest.skip("takes a whole run each: GWR_CHAOS=full")
    check_made_anew(paths, check_published(paths.published), (damage,))


def test_a_damaged_published_version_is_replaced(paths: Paths, full: bool) -> None:
    if not full:
        pytest.skip("takes a whole run: GWR_CHAOS=full")
    overwrite(paths.published_database.resolve(), 0.5, 0.9)
    status, output = run_build(paths)
    assert status == 0, output
    check_published(paths.published)


def test_a_half_written_sidecar_sets_its_file_aside(paths: Paths, full: bool) -> None:
    if not full:
        pytest.skip("takes whole runs: GWR_CHAOS=full")
    whole = paths.raw / REPORT
    text, sidecar = whole.with_name("2025.txt"), whole.with_name("2025.yml")
    text.write_bytes(whole.with_suffix(".txt").read_bytes())
    said = whole.with_suffix(".yml").read_text("utf-8").replace("year: 2026", "year: 2025")
    sidecar.write_text(said, encoding="utf-8")
    cut(sidecar)
    status, output = run_build(paths)
    assert status == 3, output
    assert f"quarantined: 1 (all of them: rpt_quarantine)\n  {REPORT.with_name('2025')}" in output
    assert "Traceback" not in output
    check_published(paths.published)
    sidecar.write_text(said, encoding="utf-8")
    status, output = run_build(paths)
    assert status == 0, output
    check_published(paths.published)
