"""The page of the dbt project for the published site: models, columns, tests and lineage in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipelines.publication.dbt_manifest import shown_manifest

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


def _as_script(content: Mapping[str, Any]) -> str:
    """JSON that stands in a script: no text of it ends the script."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def dbt_docs_page(manifest: Mapping[str, Any]) -> str:
    """The page of the dbt project, as `dbt docs generate --static` makes it, without dbt and database.

    The page needs no other file and fetches nothing. It holds no clock, no path of this machine and no row
    count: the same project and the same dbt give the same page.

    Args:
        manifest: the dbt manifest of the project.

    Raises:
        DbtDocsError: dbt ships another page than the one this was written for.
    """
    shown = shown_manifest(manifest)
    page = _template().replace(_MANIFEST, _as_script(shown))
    return page.replace(_CATALOG, _as_script(catalog_of(shown)))


def write_dbt_docs(manifest: Mapping[str, Any], target: Path) -> Path:
    """Write the page of `dbt_docs_page` to a file, and make its folder where it is missing.

    Raises:
        DbtDocsError: dbt ships another page than the one this was written for.
        OSError: the target can't be written.
    """
    page = dbt_docs_page(manifest)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    return target
