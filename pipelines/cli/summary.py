"""The short table that `gwr build` ends with."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.table import Table

from pipelines.build import BuildResult, Outcome
from pipelines.display import one_line, visible
from pipelines.lake.tables import scan_lake
from pipelines.paths import Paths
from pipelines.vocabulary import codes

MART_PREFIXES = ("dim_", "fct_", "agg_", "rpt_")
QUARANTINED_SHOWN = 20
EXAMPLE = (
    "select ref_area, year, target_type, bound, obs_value, obs_value_upper, unit_measure"
    " from fct_indicators where indicator_id = 'gdp' and is_plain_yearly order by all"
)
NO_REPORT = (
    "raw/reports holds no report yet, so there are no statements. Add one with:\n"
    "  gwr add REPORT.txt --place 330200 --year 2026 --title '...' --url https://...\n"
    "and build again."
)


def _statement_counts(paths: Paths) -> list[tuple[str, int]]:
    """Statements of the lake by target_type, in the order of the closed list."""
    counts = scan_lake(paths, "statements").group_by("target_type").len().collect()
    found = dict(counts.iter_rows())
    return [(code, found.get(code, 0)) for code in codes("target_type")]


def _report_count(paths: Paths) -> int:
    documents = scan_lake(paths, "documents").filter(pl.col("doc_kind") == "report")
    return int(documents.select(pl.len()).collect().item())


def _print_counts(console: Console, result: BuildResult, paths: Paths) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    rows = result.row_counts
    for name in ("documents", "statements", "observations"):
        if name in rows:
            table.add_row(name, f"{rows[name]:,}")
            if name == "statements" and rows[name]:
                for code, count in _statement_counts(paths):
                    table.add_row(f"  {code}", f"{count:,}")
    for name in sorted(rows):
        if name.startswith(MART_PREFIXES):
            table.add_row(name, f"{rows[name]:,}")
    console.print(table)


def _print_readings(console: Console, result: BuildResult) -> None:
    """Say what was read anew: with nothing changed, nothing."""
    for stage, noun in (("documents", "files"), ("statements", "texts")):
        if any(result.readings.get(stage, ())):
            read, kept = result.readings[stage]
            line = f"{stage}: {read:,} {noun} read, {kept:,} unchanged since the last run and kept"
            console.print(line, markup=False, highlight=False)


def _print_checks(console: Console, result: BuildResult) -> None:
    errors = [check for check in result.checks_failed if check.is_error]
    warnings = [check for check in result.checks_failed if not check.is_error]
    console.print(
        f"checks: {result.checks_passed:,} passed, {len(errors)} failed, {len(warnings)} warned",
        style="red" if errors else None,
        highlight=False,
    )
    for check in result.checks_failed:
        word = "failed" if check.is_error else "warned"
        said = f": {one_line(check.description)}" if check.description else ""
        line = f"  {word}: {check.asset}: {check.name}{said}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_quarantined(console: Console, quarantined: pl.DataFrame) -> None:
    if quarantined.is_empty():
        return
    console.print(f"quarantined: {quarantined.height:,} (all of them: rpt_quarantine)", style="yellow")
    for row in quarantined.head(QUARANTINED_SHOWN).iter_rows(named=True):
        place = row["file_path"] if row["line"] is None else f"{row['file_path']}:{row['line']}"
        line = one_line(f"  {place}  {row['reason']}. {row['hint']}")
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if quarantined.height > QUARANTINED_SHOWN:
        console.print(f"  ... and {quarantined.height - QUARANTINED_SHOWN:,} more")


def _print_outcome(console: Console, result: BuildResult, paths: Paths) -> None:
    if result.outcome is Outcome.FAILED:
        for error in result.errors:
            console.print(
                visible(f"failed: {error}"), style="red", markup=False, highlight=False, soft_wrap=True
            )
        if result.new_to_readers is not None:
            console.print(
                f"The publication stands: {paths.published_database}. What failed came after it; once it is mended,"
                " gwr push copies to the targets without a build.",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
            return
        old = " Readers still see the version before." if paths.published_database.exists() else ""
        console.print(f"Nothing was published.{old} The run is on the page of: gwr serve")
        return
    same = "" if result.new_to_readers else " (same content as before)"
    console.print(
        f"warehouse: {paths.published_database}{same}", markup=False, highlight=False, soft_wrap=True
    )
    console.print(f'try: gwr query "{EXAMPLE}"', markup=False, highlight=False, soft_wrap=True)


def print_summary(console: Console, result: BuildResult, paths: Paths) -> None:
    """Print what was read, built, checked and not taken, and where the warehouse lies."""
    console.print()
    _print_counts(console, result, paths)
    _print_readings(console, result)
    _print_checks(console, result)
    _print_quarantined(console, result.quarantined)
    if "documents" in result.row_counts and not _report_count(paths):
        console.print(NO_REPORT, style="yellow", markup=False, highlight=False)
    _print_outcome(console, result, paths)
