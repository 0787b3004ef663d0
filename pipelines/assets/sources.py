"""Stage 0: pages to watch become files under raw/. It has its own job; a build never waits for the network."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import polars as pl

from pipelines.assets.lake import VIOLATION_ROWS, markdown, table_metadata
from pipelines.paths import Paths
from pipelines.settings import FetchSettings
from pipelines.sources.fetch import Outcome, SourceResult, fetch_sources

ASSET = "raw_sources"
CHECK = "all_sources_reached"


def sources_asset(paths: Paths) -> dg.AssetsDefinition:
    """The asset of the pages to watch. It holds no build lock: a slow server must not keep a build waiting."""

    @dg.asset(
        name=ASSET,
        group_name="raw",
        kinds={"http", "file"},
        description="Every page of `raw/sources.yml`, fetched politely: new ones are added to raw/, changed"
        " ones as a new version. The sensor on raw/ starts a build when a file came.",
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=ASSET,
                description="Every listed page could be fetched and taken. A warning: the others are taken.",
            )
        ],
    )
    def raw_sources(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        today = datetime.now(UTC).date()
        results = fetch_sources(paths, FetchSettings(), today, progress=context.log.info)
        yield dg.MaterializeResult(metadata=_metadata(results), check_results=[_check(results)])

    return raw_sources


def _table(results: list[SourceResult]) -> pl.DataFrame:
    columns = ("document", "url", "outcome", "file", "said")
    rows = [(each.label, each.url, each.outcome.value, each.file_path, each.said) for each in results]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _metadata(results: list[SourceResult]) -> dict[str, Any]:
    counts = {outcome.value: sum(each.outcome is outcome for each in results) for outcome in Outcome}
    return {**table_metadata(len(results), _table(results).head(VIOLATION_ROWS)), **counts}


def _check(results: list[SourceResult]) -> dg.AssetCheckResult:
    failed = [each for each in results if each.outcome is Outcome.FAILED]
    metadata: dict[str, Any] = {"failed": len(failed)}
    if failed:
        metadata["not_reached"] = markdown(
            _table(failed).select("document", "url", "said").head(VIOLATION_ROWS)
        )
    return dg.AssetCheckResult(
        check_name=CHECK, passed=not failed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )
