"""Stage 4b: before readers get the new warehouse, it is compared with the one that they have."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from pipelines.assets.lake import VIOLATION_ROWS, markdown, table_metadata
from pipelines.assets.workspace import Workspace
from pipelines.executor import WAREHOUSE_QUEUE
from pipelines.publication.catalog import published_models
from pipelines.publication.changes import Changes, compare_versions, load_change_rules
from pipelines.settings import Settings

ASSET = "changes_since_published"

_ACCEPT = (
    "Look at the tables. If the change is right, build once with GWR_ACCEPT_CHANGES=true; if not, repair"
    " raw/ or the rules. Readers keep the version before."
)
_CHECKS = [
    dg.AssetCheckSpec(
        "rows_kept",
        asset=ASSET,
        blocking=True,
        description="No table lost more rows than publication/rules/changes.yml allows. A warning; an error"
        " that stops the publication where a table lost most of its rows though no input file was taken"
        " away. GWR_ACCEPT_CHANGES=true accepts it.",
    ),
    dg.AssetCheckSpec(
        "sums_kept",
        asset=ASSET,
        description="The sum of each indicator, over the figures that both versions hold, moved no more than"
        " publication/rules/changes.yml allows. A warning.",
    ),
    dg.AssetCheckSpec(
        "units_plausible",
        asset=ASSET,
        description="No figure is thousands of times its neighbours in time (rpt_magnitude_flags): a wrong"
        " unit. A warning that names file and line.",
    ),
]


def changes_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The comparison with the published version; the publication waits for it."""

    @dg.asset(
        name=ASSET,
        deps=[model.name for model in published_models(manifest)],
        group_name="publication",
        op_tags=WAREHOUSE_QUEUE,
        kinds={"duckdb"},
        check_specs=_CHECKS,
        description="What the new warehouse changes against the version that readers see: rows of each"
        " table, sums of each indicator, figures in an unlikely unit. Looked at before the switch.",
    )
    def changes_since_published(workspace: Workspace) -> Iterator[dg.MaterializeResult[Any]]:
        paths = workspace.paths
        rows = pl.DataFrame(schema={"table": pl.String})
        if not paths.published_database.exists():
            said = "no version is published yet"
            against = _not_compared(said, passed=True)
        else:
            try:
                changes = compare_versions(
                    paths.build_database, paths.published_database, load_change_rules()
                )
            except duckdb.Error as error:
                # A damaged version, or one of an earlier release, must not stop the one that replaces it.
                said = f"the published version can't be compared with: {error}"
                against = _not_compared(said, passed=False)
            else:
                said, rows = "compared with the published version", changes.rows
                against = [_rows_kept(changes), _sums_kept(changes)]
        yield dg.MaterializeResult(
            metadata={**table_metadata(rows.height, rows), "compared": said},
            check_results=[*against, _units_plausible(workspace)],
        )

    return changes_since_published


def _not_compared(said: str, *, passed: bool) -> list[dg.AssetCheckResult]:
    return [
        dg.AssetCheckResult(
            check_name=name, passed=passed, severity=dg.AssetCheckSeverity.WARN, description=said
        )
        for name in ("rows_kept", "sums_kept")
    ]


def _rows_kept(changes: Changes) -> dg.AssetCheckResult:
    warned, stopped = changes.tables("warn"), changes.tables("stop")
    accepted = Settings().accept_changes
    metadata: dict[str, Any] = {
        "input_files_before": changes.files_before,
        "input_files_now": changes.files_after,
        "tables_that_lost_rows": warned.height + stopped.height,
    }
    if not stopped.is_empty() or not warned.is_empty():
        metadata["lost_rows"] = markdown(pl.concat([stopped, warned]))
    if not stopped.is_empty():
        metadata["what_to_do"] = "accepted by GWR_ACCEPT_CHANGES" if accepted else _ACCEPT
    names = ", ".join(
        f"{row['table']} {row['rows_before']:,} -> {row['rows_after']:,} rows"
        for row in pl.concat([stopped, warned]).head(VIOLATION_ROWS).iter_rows(named=True)
    )
    is_error = not stopped.is_empty() and not accepted
    return dg.AssetCheckResult(
        check_name="rows_kept",
        passed=stopped.is_empty() and warned.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        description=f"{names}. {_ACCEPT}" if is_error else names or None,
        metadata=metadata,
    )


def _sums_kept(changes: Changes) -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {"indicators_that_moved": changes.sums.height}
    names = ", ".join(
        f"{row['indicator_key']} {row['measure']} {row['target_type']}: {row['sum_before']:.6g} ->"
        f" {row['sum_after']:.6g} {row['unit_measure']}"
        for row in changes.sums.head(VIOLATION_ROWS).iter_rows(named=True)
    )
    if names:
        metadata["moved"] = markdown(changes.sums.head(VIOLATION_ROWS))
    return dg.AssetCheckResult(
        check_name="sums_kept",
        passed=changes.sums.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        description=names or None,
        metadata=metadata,
    )


def _units_plausible(workspace: Workspace) -> dg.AssetCheckResult:
    with duckdb.connect(str(workspace.paths.build_database), read_only=True) as database:
        flags = database.execute(
            "select found_in, indicator_key, ref_area, year, obs_value, unit_measure, likely_power_of_ten,"
            " nearest_year, nearest_value, nearest_found_in from rpt_magnitude_flags order by all"
        ).pl()
    metadata: dict[str, Any] = {"figures": flags.height}
    if not flags.is_empty():
        metadata["unlikely_units"] = markdown(flags.head(VIOLATION_ROWS))
    names = "; ".join(
        f"{row['found_in']}: {row['indicator_key']} {row['year']} is 10^{row['likely_power_of_ten']} times its"
        f" neighbours (see {row['nearest_found_in']})"
        for row in flags.head(VIOLATION_ROWS).iter_rows(named=True)
    )
    return dg.AssetCheckResult(
        check_name="units_plausible",
        passed=flags.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        description=names or None,
        metadata=metadata,
    )
