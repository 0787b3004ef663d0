"""How the page keeps assets up to date between the whole builds: what is stale, and what runs by itself.

A whole build (nightly, in season, after a change in raw/, `gwr build`) materialises everything, so the
conditions here hold only for what it does not reach: an asset whose code, rules, seed or SQL changed since
the daemon last looked, and what lies downstream of an asset that somebody materialised alone. A run that
covers an asset as well as what it is made from never starts another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from pipelines.fingerprint import PACKAGE, extraction_fingerprint, hash_files, outline_fingerprint
from pipelines.paths import DBT_PROJECT_DIR, SEEDS_DIR
from pipelines.publication.catalog import published_models
from pipelines.settings import Settings

SENSOR_NAME = "affected_assets"
WHOLE_BUILD = {"gwr/covers": "all assets"}
"""Tag of runs of the whole build. Dagster itself can't tell: such a run names no assets."""


def run_when_affected() -> dg.AutomationCondition[Any]:
    """Run an asset when its code version changed or something that it is made from was updated without it.

    Not while it or what it is made from is running, not where its input was never built, and once: a run
    that fails is not started again until something changes anew.
    """
    condition = dg.AutomationCondition
    updated_alone = (
        condition.newly_updated()
        & ~condition.executed_with_root_target()
        & ~condition.executed_with_tags(tag_values=WHOLE_BUILD)
    )
    affected: Any = condition.any_deps_match(updated_alone | condition.will_be_requested())
    affected |= condition.code_version_changed()
    wanted: dg.AutomationCondition[Any] = affected.since_last_handled()
    return (
        wanted & ~condition.any_deps_missing() & ~condition.any_deps_in_progress() & ~condition.in_progress()
    ).with_label("code or input changed")


def stale_after(settings: Settings) -> dg.FreshnessPolicy:
    """When published tables count as stale: they were not built anew for so many hours."""
    warn = timedelta(hours=settings.stale_warn_hours) if settings.stale_warn_hours else None
    return dg.FreshnessPolicy.time_window(timedelta(hours=settings.stale_fail_hours), warn)


def code_versions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Asset -> hash of the code, rules and seeds that it is made by, data aside.

    A model also counts the macros and variables that it may use: not which of them it does.
    """
    observations = hash_files([PACKAGE / "statistics", PACKAGE / "schemas", SEEDS_DIR])
    versions = {
        "documents": outline_fingerprint(),
        "sentences": outline_fingerprint(),
        "statements": extraction_fingerprint(),
        "candidates": extraction_fingerprint(),
        "observations": observations,
        "published_warehouse": hash_files([PACKAGE / "publication"]),
        "published_site": hash_files([PACKAGE / "publication" / "site"]),
    }
    shared = hashlib.sha256((DBT_PROJECT_DIR / "dbt_project.yml").read_bytes())
    for macro in sorted((DBT_PROJECT_DIR / "macros").glob("*.sql")):
        shared.update(macro.read_bytes())
    for node in manifest["nodes"].values():
        if node["resource_type"] in {"model", "seed"}:
            own = f"{node['checksum']['checksum']} {shared.hexdigest()}".encode()
            versions[node["name"]] = hashlib.sha256(own).hexdigest()[:16]
    return versions


def with_upkeep(
    assets: Sequence[dg.AssetsDefinition], manifest: Mapping[str, Any], settings: Settings
) -> list[dg.AssetsDefinition]:
    """The assets with code versions and conditions; those that readers see also with their freshness.

    Args:
        assets: what the build materialises.
        manifest: the dbt manifest that they were made from.
        settings: after how many hours published tables are stale.
    """
    versions = code_versions(manifest)
    published = {"published_warehouse", *(model.name for model in published_models(manifest))}

    def kept_up(spec: dg.AssetSpec) -> dg.AssetSpec:
        name = spec.key.to_user_string()
        return spec.replace_attributes(
            code_version=versions.get(name, spec.code_version),
            automation_condition=run_when_affected(),
            freshness_policy=stale_after(settings) if name in published else spec.freshness_policy,
        )

    return [one.map_asset_specs(kept_up) for one in assets]


def affected_sensor(assets: Sequence[dg.AssetsDefinition]) -> dg.AutomationConditionSensorDefinition:
    """The sensor that evaluates the conditions of some assets and starts one run of what is affected."""
    return dg.AutomationConditionSensorDefinition(
        SENSOR_NAME,
        target=dg.AssetSelection.assets(*(key for one in assets for key in one.keys)),
        default_status=dg.DefaultSensorStatus.RUNNING,
        run_tags={"gwr/started_by": SENSOR_NAME},
        description="Runs what is affected, and only that: assets whose code, rules, seed or SQL changed, and"
        " what lies downstream of an asset that was materialised alone.",
    )
