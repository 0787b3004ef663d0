"""`gwr fetch`: the listed pages, with a line for each and a short count at the end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import stamina
import typer

from pipelines.paths import Paths
from pipelines.settings import FetchSettings
from pipelines.sources.errors import SourcesFileError
from pipelines.sources.fetch import Outcome, fetch_sources, line_of
from pipelines.sources.listing import sources_file

SOME_FAILED = 3


def fetch(paths: Paths) -> int:
    """Fetch every listed page and print what became of each.

    Returns:
        The exit status: 0 every page reached, 3 some were not.

    Raises:
        SourcesFileError: there is no list of pages, or it can't be used.
        FetchInProgressError: another process is fetching.
    """
    if not sources_file(paths.raw).exists():
        raise SourcesFileError(
            f"{sources_file(paths.raw)} does not exist. List the pages to watch there; docs/sources.md shows how."
        )
    # Each further attempt is told by the progress already.
    stamina.instrumentation.set_on_retry_hooks([])
    results = fetch_sources(paths, FetchSettings(), datetime.now(UTC).date(), progress=typer.echo)
    counts = Counter(result.outcome for result in results)
    typer.echo()
    typer.echo(", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome))
    failed = [result for result in results if result.outcome is Outcome.FAILED]
    for result in failed:
        typer.secho(line_of(result), fg=typer.colors.YELLOW)
    if counts[Outcome.ADDED] or counts[Outcome.NEW_VERSION]:
        typer.echo("Next: gwr build")
    return SOME_FAILED if failed else 0
