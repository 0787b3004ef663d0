"""The page of the dbt project for the published site: models, columns, tests and lineage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipelines.publication.dbt_manifest import shown_manifest

PAGE = "index.html"
SCRIPT = "docs.js"
"""The two files. A script of its own, so that a server may forbid those that stand in a page."""

_TEMPLATE = "task/docs/index.html"
_SCRIPT_BEGINS = '<script defer="defer">'
_SCRIPT_ENDS = "</script>"
_MANIFEST = '"MANIFEST.JSON INLINE DATA"'
_CATALOG = '"CATALOG.JSON INLINE DATA"'
_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self' file:"
    " 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)
"""What the browser is told: beside the script nothing may be loaded, and no server be called."""
_REPLACED = (
    (1, '<head><meta charset="utf-8">', f'<head><meta charset="utf-8">{_POLICY}'),
    (1, '<link rel="canonical" href="/overview/"/>', ""),
    (1, """<link rel="shortcut icon" href="${require('./assets/favicons/favicon.ico')}"/>""", ""),
    (1, "//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js", ""),
    # Before the page fills such a template in, the browser takes it for an address and asks for it.
    (4, 'xlink:href="{{', 'ng-attr-href="{{'),
    (1, _MANIFEST, _MANIFEST),
    (1, _CATALOG, _CATALOG),
    (1, _SCRIPT_BEGINS, _SCRIPT_BEGINS),
    (1, _SCRIPT_ENDS, _SCRIPT_ENDS),
)
"""How often a text stands in dbt's page, and what stands there instead: what leads out of the page goes."""


class DbtDocsError(RuntimeError):
    """The page that dbt ships is not the one that this project knows how to fill."""


def _template() -> tuple[str, str]:
    """The page that `dbt docs generate --static` fills, and its script, without what would be fetched.

    Raises:
        DbtDocsError: dbt ships another page than the one this was written for.
    """
    package = find_spec("dbt")
    folders = package.submodule_search_locations if package else None
    files = [file for folder in folders or () if (file := Path(folder) / _TEMPLATE).is_file()]
    if not files:
        raise DbtDocsError(f"dbt has no {_TEMPLATE}: this dbt-core keeps the page of its docs elsewhere")
    page = files[0].read_text(encoding="utf-8")
    for times, old, new in _REPLACED:
        if page.count(old) != times:
            raise DbtDocsError(
                f"{files[0]} has {old!r} {page.count(old)} times, not {times}: this dbt-core has another page;"
                " look at it and at _REPLACED anew"
            )
        page = page.replace(old, new)
    before, rest = page.split(_SCRIPT_BEGINS)
    script, after = rest.split(_SCRIPT_ENDS)
    return f'{before}<script defer src="{SCRIPT}">{_SCRIPT_ENDS}{after}', script


def _data_types(node: Mapping[str, Any]) -> dict[str, str]:
    """Column -> type as a node declares it: a mart by its contract, a seed by its configuration."""
    of_seed = node["config"].get("column_types") or {}
    return {
        name: of_seed.get(name) or column.get("data_type") or "" for name, column in node["columns"].items()
    }


def _entry(node: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A relation as dbt's catalog has it; without statistics, which no DuckDB adapter gives."""
    return {
        "unique_id": node["unique_id"],
        "metadata": {
            "type": kind,
            "database": node["database"],
            "schema": node["schema"],
            "name": node.get("alias") or node["identifier"],
            "comment": None,
            "owner": None,
        },
        "columns": {
            column: {"name": column, "type": data_type, "index": index, "comment": None}
            for index, (column, data_type) in enumerate(_data_types(node).items(), start=1)
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


def catalog_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """dbt's catalog, from what the project declares.

    dbt makes it from the database. The declared types are the built ones: contracts hold the marts to them,
    `column_types` the seeds, and a check of the lake its files. Views that declare no column list none.
    """
    nodes = {
        unique_id: _entry(node, node["config"]["materialized"])
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "seed"}
    }
    sources = {unique_id: _entry(source, "parquet file") for unique_id, source in manifest["sources"].items()}
    return {"metadata": {}, "nodes": nodes, "sources": sources, "errors": None}


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def dbt_docs(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The page of the dbt project, as `dbt docs generate --static` makes it, without dbt and database.

    The page needs no other file than its script and fetches nothing. It holds no clock, no path of this machine
    and no row count: the same project and the same dbt give the same files.

    Args:
        manifest: the dbt manifest of the project.

    Returns:
        File name -> content.

    Raises:
        DbtDocsError: dbt ships another page than the one this was written for.
    """
    shown = shown_manifest(manifest)
    page, script = _template()
    script = script.replace(_MANIFEST, _json(shown)).replace(_CATALOG, _json(catalog_of(shown)))
    return {PAGE: page, SCRIPT: script}


def write_dbt_docs(files: Mapping[str, str], folder: Path) -> Path:
    """Write the files of `dbt_docs` into a folder, which is made where it is missing.

    Args:
        files: what `dbt_docs` gave.
        folder: where they go.

    Returns:
        The page.

    Raises:
        OSError: the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder / PAGE
