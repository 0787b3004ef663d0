"""The page of the dbt project for the published site: models, columns, tests and lineage in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publication.dbt_manifest import shown_manifest
from pipelines.publication.sql import literal

_TEMPLATE = "task/docs/index.html"
_MANIFEST = '"MANIFEST.JSON INLINE DATA"'
_CATALOG = '"CATALOG.JSON INLINE DATA"'
_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'"
    " 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)
"""What the browser is told: everything is in the page, and nothing else may be loaded or called."""
_REPLACED = (
    (1, '<head><meta charset="utf-8">', f'<head><meta charset="utf-8">{_POLICY}'),
    (1, '<link rel="canonical" href="/overview/"/>', ""),
    (1, """<link rel="shortcut icon" href="${require('./assets/favicons/favicon.ico')}"/>""", ""),
    (1, "//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js", ""),
    # Before the page fills such a template in, the browser takes it for an address and asks for it.
    (4, 'xlink:href="{{', 'ng-attr-href="{{'),
    (1, _MANIFEST, _MANIFEST),
    (1, _CATALOG, _CATALOG),
)
"""How often a text stands in dbt's page, and what stands there instead: what leads out of the page goes."""


class DbtDocsError(RuntimeError):
    """The page that dbt ships is not the one that this project knows how to fill."""


def _template() -> str:
    """The page that `dbt docs generate --static` fills, without what would be fetched.

    Raises:
        DbtDocsError: dbt ships another page than the one this was written for.
    """
    package = find_spec("dbt")
    folders = package.submodule_search_locations if package else None
    file = next(
        (Path(folder) / _TEMPLATE for folder in folders or () if (Path(folder) / _TEMPLATE).is_file()), None
    )
    if file is None:
        raise DbtDocsError(f"dbt has no {_TEMPLATE}: this dbt-core keeps the page of its docs elsewhere")
    page = file.read_text(encoding="utf-8")
    for times, old, new in _REPLACED:
        if page.count(old) != times:
            raise DbtDocsError(
                f"{file} has {old!r} {page.count(old)} times, not {times}: this dbt-core has another page;"
                " look at it and at _REPLACED anew"
            )
        page = page.replace(old, new)
    return page


def _relations(build_database: Path) -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    """Schema and name -> kind and column types, of every table and view that dbt built."""
    with duckdb.connect(":memory:") as database:
        database.execute(f"attach {literal(str(build_database))} as build (read_only)")
        kinds = database.execute(
            "select schema_name, table_name, 'table' from duckdb_tables() where database_name = 'build'"
            " union all select schema_name, view_name, 'view' from duckdb_views()"
            " where database_name = 'build' and not internal"
        ).fetchall()
        columns = database.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " where database_name = 'build' order by schema_name, table_name, column_index"
        ).fetchall()
    found: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
        (schema, name): (kind, {}) for schema, name, kind in kinds
    }
    for schema, name, column, data_type in columns:
        if (schema, name) in found:
            found[schema, name][1][column] = data_type
    return found


def _entry(node: Mapping[str, Any], kind: str, data_types: Mapping[str, str]) -> dict[str, Any]:
    """A relation as dbt's catalog has it; without statistics, which no DuckDB adapter gives."""
    name = node.get("alias") or node["identifier"]
    return {
        "unique_id": node["unique_id"],
        "metadata": {
            "type": kind,
            "database": node["database"],
            "schema": node["schema"],
            "name": name,
            "comment": None,
            "owner": None,
        },
        "columns": {
            column: {"name": column, "type": data_type.lower(), "index": index, "comment": None}
            for index, (column, data_type) in enumerate(data_types.items(), start=1)
        },
        "stats": {
            "has_stats": {
                "id": "has_stats",
                "label": "Has Stats?",
                "value": False,
                "include": False,
                "description": "",
            }
        },
    }


def _built(
    manifest: Mapping[str, Any], relations: Mapping[tuple[str, str], tuple[str, dict[str, str]]]
) -> Iterator[dict[str, Any]]:
    for node in manifest["nodes"].values():
        relation = relations.get((node["schema"], node.get("alias") or node["name"]))
        if relation and node["resource_type"] in {"model", "seed"}:
            yield _entry(node, *relation)


def _catalog(manifest: Mapping[str, Any], build_database: Path) -> dict[str, Any]:
    """dbt's catalog: the columns of models and seeds as they were built, of the lake as it is declared."""
    nodes = {entry["unique_id"]: entry for entry in _built(manifest, _relations(build_database))}
    sources = {
        unique_id: _entry(
            source, "parquet file", {name: c["data_type"] or "" for name, c in source["columns"].items()}
        )
        for unique_id, source in manifest["sources"].items()
    }
    return {"metadata": {}, "nodes": nodes, "sources": sources, "errors": None}


def _as_script(content: Mapping[str, Any]) -> str:
    """JSON that stands in a script: no text of it ends the script."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def write_dbt_docs(manifest: Mapping[str, Any], build_database: Path, target: Path) -> Path:
    """Write the page of the dbt project, as `dbt docs generate --static` makes it, without running dbt.

    The page needs no other file and fetches nothing. It holds no clock, no path of this machine and no row
    count: the same project, dbt and columns give the same bytes.

    Args:
        manifest: the dbt manifest that the database was built from.
        build_database: the DuckDB file that dbt built; opened read-only, nothing may be writing to it.
        target: the file to write, in a folder that is there.

    Returns:
        The target.

    Raises:
        DbtDocsError: dbt ships another page than the one this was written for.
        duckdb.Error: the build database can't be read.
        OSError: the target can't be written.
    """
    shown = shown_manifest(manifest)
    page = _template().replace(_MANIFEST, _as_script(shown))
    target.write_text(page.replace(_CATALOG, _as_script(_catalog(shown, build_database))), encoding="utf-8")
    return target
