"""A version's site into its folder."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import vl_convert

from pipelines.publication.site.charts import shapes
from pipelines.publication.site.facts import version_files
from pipelines.publication.site.maker import Written
from pipelines.publication.site.pages import data, glance, indicators, places, report, targets
from pipelines.publication.site.render import Renderer
from pipelines.publication.site.site import Page, Site, load_site
from pipelines.publication.site.source import open_source
from pipelines.publication.tables import DATABASE

FOLDER = "site"
_HERE = Path(__file__).parent

KINDS: tuple[Callable[[Site], Iterator[Page]], ...] = (
    glance.pages,
    report.pages,
    targets.pages,
    indicators.pages,
    places.pages,
    data.pages,
)
"""The kinds of page, in the order in which they are made."""


def write_site(root: Path, version: str, facts: Mapping[str, Any] | None = None) -> Written:
    """Write the pages of a version beside its tables.

    Args:
        root: the version's folder, with `warehouse.duckdb`; the pages go to `site/` in it.
        version: the version's name.
        facts: what the data pages say of the version beyond its files; see `site_facts`.

    Raises:
        duckdb.Error: the tables are not those of this release.
        ExportError: a table can't be copied.
        OSError: the disk is full or not writable.
    """
    target = root / FOLDER
    _write_assets(target / "assets")
    count: Counter[str] = Counter()
    with open_source(root / DATABASE) as source:
        known = facts or {}
        site = load_site(source, version, {**known, **version_files(root, target, source, version, known)})
        renderer = Renderer(site)
        for pages in KINDS:
            for page in pages(site):
                file = target / page.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(renderer.html(page), encoding="utf-8")
                count[page.section] += 1
    return Written(count, sum(file.stat().st_size for file in target.rglob("*") if file.is_file()))


def _write_assets(folder: Path) -> None:
    """The style sheet and the scripts: ours, the shapes of the charts, and what draws them."""
    shutil.copytree(_HERE / "static", folder, dirs_exist_ok=True)
    charts = json.dumps(shapes(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (folder / "charts.js").write_text(f"window.gwrCharts={charts};\n", encoding="utf-8")
    (folder / "vega.js").write_text(
        vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8"
    )
