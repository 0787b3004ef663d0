"""`gwr synth`: made-up reports with known truth, to measure and check reading with."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import clear_errors
from pipelines.cli.root import app


@app.command()
def synth(
    reports: Annotated[int, typer.Option("--reports", min=1, metavar="N", help="How many reports.")] = 100,
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", help="Which reports: the same, for one seed.")
    ] = 1,
    raw: Annotated[
        Path | None,
        typer.Option(
            "--raw", help="Empty folder for texts and sidecars: the --raw of a build.", show_default=False
        ),
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            "--gold", help="Folder for the gold files, instead of gold/ beside RAW.", show_default=False
        ),
    ] = None,
    no_gold: Annotated[
        bool, typer.Option("--no-gold", help="Texts only: gold files are three times as large.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read the reports and print precision and recall; write nothing.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Write beside what is in the folders; no other text is written over."),
    ] = False,
) -> None:
    """Make work reports with known truth: made-up texts, and what every number in them says.

    Places and years are those of the places seed, in an order that the seed fixes; N reports are the first N of
    any larger number, byte for byte the same on every machine. Each text says that it is made up. They go into
    a folder of their own, never into raw/. docs/synth.md says what they are like.

    Examples:

    `gwr synth --reports 600 --seed 1 --raw /tmp/synth/raw`

    `gwr build --raw /tmp/synth/raw --data /tmp/synth/data`

    `gwr evaluate /tmp/synth/gold/330200-report-2026.jsonl /tmp/synth/raw/reports/330200-ningbo/2026.txt`

    `gwr synth --reports 200 --seed 2 --check`
    """
    from pipelines.cli.synth import check_reports, write_reports
    from pipelines.synth.reports import SynthError
    from pipelines.synth.rule_files import SynthRuleError

    if not check and raw is None:
        raise typer.BadParameter("say where the reports go, or --check to write nothing", param_hint="--raw")
    with clear_errors(SynthError, SynthRuleError, OSError):
        if raw is None or check:
            check_reports(reports, seed)
        else:
            write_reports(raw, None if no_gold else gold or raw.parent / "gold", reports, seed, force=force)
