"""What the page of the dbt project leaves out, and how it notices that dbt ships another page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.publication import dbt_docs
from pipelines.publication.dbt_docs import DbtDocsError, catalog_of, write_dbt_docs
from pipelines.publication.dbt_manifest import shown_manifest

HOSTILE = "</script><script>alert(1)</script>"


def node(name: str, created_at: float) -> dict[str, Any]:
    return {
        "unique_id": f"model.p.{name}",
        "name": name,
        "alias": name,
        "resource_type": "model",
        "package_name": "p",
        "database": "warehouse",
        "schema": "main",
        "description": HOSTILE,
        "created_at": created_at,
        "root_path": "/somewhere/dbt_project",
        "config": {"materialized": "table"},
        "columns": {"b": {"name": "b", "data_type": "bigint", "created_at": created_at}, "a": {"name": "a"}},
        "depends_on": {"macros": ["macro.p.own", "macro.dbt.run_query"], "nodes": []},
    }


def manifest(names: tuple[str, ...] = ("one", "two"), run: int = 1) -> dict[str, Any]:
    return {
        "metadata": {
            "dbt_schema_version": "v12",
            "dbt_version": "1",
            "project_name": "p",
            "adapter_type": "duckdb",
            "quoting": {},
            "generated_at": f"2026-01-0{run}",
            "invocation_id": f"run-{run}",
            "env": {"DBT_ENV_CUSTOM_ENV_SECRET": "hush"},
            "user_id": "me",
            "send_anonymous_usage_stats": True,
        },
        "nodes": {f"model.p.{name}": node(name, run) for name in names},
        "sources": {
            "source.p.lake.t": {
                "unique_id": "source.p.lake.t",
                "name": "t",
                "identifier": "t",
                "database": "warehouse",
                "schema": "lake",
                "columns": {
                    "z": {"name": "z", "data_type": "varchar"},
                    "y": {"name": "y", "data_type": None},
                },
                "config": {"external_location": "read_parquet('/somewhere/lake/{name}.parquet')"},
                "relation_name": "read_parquet('/somewhere/lake/t.parquet')",
            }
        },
        "macros": {
            "macro.p.own": {"package_name": "p", "name": "own", "depends_on": {"macros": []}},
            "macro.dbt.run_query": {"package_name": "dbt", "name": "run_query", "depends_on": {"macros": []}},
        },
        "docs": {"doc.dbt.__overview__": {"package_name": "dbt", "name": "__overview__"}},
        "child_map": {"model.p.one": ["b", "a"]},
    }


def test_a_manifest_is_shown_without_run_machine_and_secrets() -> None:
    said = json.dumps(shown_manifest(manifest()))
    for word in ("2026-01", "run-1", "created_at", "/somewhere", "hush", "user_id", "run_query"):
        assert word not in said, word
    assert shown_manifest(manifest())["metadata"]["send_anonymous_usage_stats"] is False


def test_two_runs_over_one_project_are_shown_alike() -> None:
    first, later = manifest(), manifest(("two", "one"), run=2)
    later["child_map"]["model.p.one"].reverse()
    assert json.dumps(shown_manifest(first)) == json.dumps(shown_manifest(later))
    # Columns have an order that means something.
    assert list(shown_manifest(first)["nodes"]["model.p.one"]["columns"]) == ["b", "a"]


def test_the_catalog_has_the_columns_as_they_are_declared() -> None:
    catalog = catalog_of(shown_manifest(manifest()))
    one = catalog["nodes"]["model.p.one"]
    assert one["metadata"]["type"] == "table"
    assert [(c["name"], c["type"], c["index"]) for c in one["columns"].values()] == [
        ("b", "bigint", 1),
        ("a", "", 2),
    ]
    source = catalog["sources"]["source.p.lake.t"]
    assert [(c["name"], c["type"]) for c in source["columns"].values()] == [("z", "varchar"), ("y", "")]


def test_no_description_stands_in_the_page_itself(tmp_path: Path) -> None:
    page = write_dbt_docs(dbt_docs.dbt_docs(manifest()), tmp_path / "dbt")
    assert page == tmp_path / "dbt" / "index.html"
    shown = page.read_text(encoding="utf-8")
    assert re.findall("<script[^>]*>", shown) == ['<script defer src="docs.js">']
    assert "alert" not in shown
    script = (tmp_path / "dbt" / "docs.js").read_text(encoding="utf-8")
    assert script.count(json.dumps(HOSTILE)) == 2


def test_another_page_of_dbt_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_docs, "_REPLACED", ((1, "what no page has", ""),))
    with pytest.raises(DbtDocsError, match="'what no page has' 0 times, not 1"):
        dbt_docs._template()


def test_a_dbt_without_a_page_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_docs, "_TEMPLATE", "nowhere/index.html")
    with pytest.raises(DbtDocsError, match=r"dbt has no nowhere/index\.html"):
        dbt_docs._template()
