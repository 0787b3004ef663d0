"""A dbt manifest as others may see it: the project, and nothing of the machine or the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.lake.layout import source_pattern

_OF_THE_RUN = frozenset({"created_at", "root_path", "build_path", "compiled_path", "unrendered_config"})
_LISTS = (
    *("nodes", "sources", "macros", "docs", "exposures", "metrics", "groups", "selectors", "disabled"),
    *("parent_map", "child_map", "group_map", "saved_queries", "semantic_models", "unit_tests", "functions"),
)
_METADATA = ("dbt_schema_version", "dbt_version", "project_name", "adapter_type", "quoting")


def _cleaned(value: Any) -> Any:
    """A value without the keys that tell of a run."""
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items() if key not in _OF_THE_RUN}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value


def _own_macros(entry: dict[str, Any], macros: Mapping[str, Any]) -> None:
    """Leave out dependencies on macros that are not shown, and put the others in order."""
    depends_on = entry.get("depends_on")
    if depends_on:
        depends_on["macros"] = sorted(macro for macro in depends_on.get("macros", ()) if macro in macros)
        if "nodes" in depends_on:
            depends_on["nodes"] = sorted(depends_on["nodes"])


def shown_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a manifest for the page of dbt's docs; the same project gives the same copy.

    Left out: times, ids of runs, paths of this machine, and the macros and docs of dbt itself. Models,
    tests and the like stand in the order of their ids; columns keep theirs.
    """
    project = manifest["metadata"]["project_name"]
    shown: dict[str, Any] = {
        name: {key: _cleaned(entry) for key, entry in sorted(manifest.get(name, {}).items())}
        for name in _LISTS
    }
    for name in ("macros", "docs"):
        shown[name] = {
            key: entry
            for key, entry in shown[name].items()
            if entry["package_name"] == project or entry["name"] == "__overview__"
        }
    for name in ("nodes", "sources", "macros", "exposures", "unit_tests"):
        for entry in shown[name].values():
            _own_macros(entry, shown["macros"])
    for name in ("parent_map", "child_map", "group_map"):
        shown[name] = {key: sorted(ids) for key, ids in shown[name].items()}
    for source in shown["sources"].values():
        source["relation_name"] = f"{source['schema']}/{source_pattern(source['identifier'])}"
        source["config"].pop("external_location", None)
    shown["metadata"] = {
        **{key: manifest["metadata"][key] for key in _METADATA},
        # The page asks no server to count its readers.
        "send_anonymous_usage_stats": False,
    }
    return shown
