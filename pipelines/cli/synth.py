"""`gwr synth`: writes made-up reports, or reads them and shows how many statements are found."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.status import Status

from pipelines.evaluation.agreement import REPORTED_FIELDS
from pipelines.synth.folder import write
from pipelines.synth.reports import generate
from pipelines.synth.scoring import Score, score

_EVERY = 50
_WORST = 15


def write_reports(raw: Path, gold: Path | None, reports: int, seed: int, *, force: bool) -> None:
    """Write them and say how many and how fast; a terminal shows how far it is.

    Raises:
        SynthError: the folders are not to be written into, or there are not so many reports.
        OSError: a folder can't be written.
    """
    start = time.monotonic()
    with Status("Writing reports", console=Console(stderr=True)) as status:

        def shown(written: int, size: int) -> None:
            if written % _EVERY == 0:
                status.update(f"{written:,} of {reports:,} reports, {size / 1e6:,.0f} MB")

        done = write(raw, gold, reports, seed, force=force, progress=shown)
    seconds = time.monotonic() - start
    print(
        f"{done.reports:,} made-up reports in {raw / 'reports'}: {done.bytes / 1e6:,.1f} MB,"
        f" {done.characters:,} characters, in {seconds:.1f} s"
    )
    print(
        f"{done.statements:,} statements{f' in {gold}' if gold else ''} ({1000 * done.statements / done.characters:.1f} a thousand"
        " characters)"
    )
    print(f"Next: gwr build --raw {raw} --data {raw.parent / 'data'}")


def check_reports(reports: int, seed: int) -> None:
    """Read them in memory and print what was found.

    Raises:
        SynthError: there are not so many reports.
    """
    bar = track(
        generate(reports, seed), "Reading", total=reports, console=Console(stderr=True), transient=True
    )
    print(rendered(score(bar)))


def rendered(found: Score) -> str:
    """A score as text: rates, fields, and the constructions that are read worst."""
    lines = [
        f"{found.reports:,} reports, {found.characters:,} characters, {found.gold:,} statements"
        f" ({1000 * found.gold / max(1, found.characters):.1f} a thousand characters), {found.statements:,} read",
        "",
        f"{'':<8}{'right':>10}{'precision':>11}{'recall':>9}{'F1':>9}",
    ]
    for name, rates in (("found", found.found_rates), ("strict", found.strict_rates)):
        lines.append(
            f"{name:<8}{rates.count:>10,}{rates.precision:>11.4f}{rates.recall:>9.4f}{rates.f1:>9.4f}"
        )
    lines += ["", "Right, of the numbers found"]
    lines += [f"  {field:<20}{found.share(field):.4f}" for field in REPORTED_FIELDS]
    worst = [(missed, name, "missed") for name, missed in found.missed.items()]
    worst += [(wrong, name, field) for (name, field), wrong in found.wrong.items()]
    if worst:
        lines += ["", "Worst constructions (of how many)"]
    for count, name, what in sorted(worst, key=lambda one: (-one[0], one[1], one[2]))[:_WORST]:
        lines.append(f"  {name:<24}{what:<18}{count:>7,} of {found.constructions[name]:,}")
    return "\n".join(lines)
