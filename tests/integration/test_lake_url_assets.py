"""The assets of a run with `GWR_LAKE_URL`: the second machine reads nothing, a lake with faults is not put."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.assets.documents import documents, raw_texts
from pipelines.assets.lake import schema_checks
from pipelines.assets.lake_url import lake_at_url
from pipelines.assets.quarantine import quarantine
from pipelines.assets.statements import raw_corrections, statements
from pipelines.assets.statistics import observations, raw_statistics
from pipelines.assets.workspace import Workspace
from pipelines.documents.errors import DocumentError
from pipelines.documents.read import quarantined_row
from pipelines.lake.url_versions import UrlVersions
from pipelines.paths import Paths
from pipelines.schemas import Quarantined, frame
from tests.unit.test_lake_incremental import lake

pytestmark = pytest.mark.integration

LAKE = [raw_texts, raw_statistics, raw_corrections, documents, statements, observations, quarantine]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    there = (tmp_path / "shared").as_uri()
    monkeypatch.setenv("GWR_LAKE_URL", there)
    return there


def materialized(paths: Paths) -> dg.ExecuteInProcessResult:
    """A run of the lake's assets and their checks, as the whole job does it."""
    return dg.materialize(
        [*LAKE, lake_at_url, *schema_checks],
        resources={"workspace": Workspace(raw_dir=str(paths.raw), data_dir=str(paths.data))},
        raise_on_error=False,
    )


def checks(result: dg.ExecuteInProcessResult) -> list[dg.AssetCheckEvaluation]:
    return list(result.get_asset_check_evaluations())


def told(result: dg.ExecuteInProcessResult, asset: str, key: str) -> object:
    return result.asset_materializations_for_node(asset)[0].metadata[key].value


def test_the_second_machine_reads_nothing(raw: Path, tmp_path: Path, url: str) -> None:
    one, two = (Paths(raw=raw, data=tmp_path / name) for name in ("one", "two"))
    first, second = materialized(one), materialized(two)
    assert first.success
    assert second.success
    assert told(first, "documents", "documents_read") == 1
    assert [told(second, stage, "documents_read") for stage in ("documents", "statements")] == [0, 0]
    assert (told(first, "lake_at_url", "version"), told(second, "lake_at_url", "files_put")) == (1, 0)
    assert lake(one) == lake(two)
    assert {"lake/observations.parquet", "lake/quarantine.parquet"} <= set(UrlVersions(url).newest().files)


def test_a_lake_that_breaks_its_schema_is_not_put(
    raw: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = quarantined_row("reports/x.txt", DocumentError("No Code", "wrong", "Report it."))
    broken = frame(Quarantined, [refused])
    monkeypatch.setattr("pipelines.assets.quarantine.gather_quarantine", lambda _: broken)
    result = materialized(Paths(raw=raw, data=tmp_path / "data"))
    failed = [check.asset_key.to_user_string() for check in checks(result) if not check.passed]
    assert (failed, result.success) == (["quarantine"], False)
    assert UrlVersions(url).newest_number() == 0
