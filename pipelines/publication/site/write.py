"""A version's site into its folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert

from pipelines.publication.files import files_below
from pipelines.publication.site.beside import beside
from pipelines.publication.site.charts import shapes
from pipelines.publication.site.copies import sized
from pipelines.publication.site.earlier import PlacePages, link_pages, read_record, write_record
from pipelines.publication.site.facts import version_files
from pipelines.publication.site.inputs import Inputs, page_inputs
from pipelines.publication.site.maker import Written
from pipelines.publication.site.pages import data, glance, indicators, places, report_index, targets
from pipelines.publication.site.place_writer import PageWriter, write_places
from pipelines.publication.site.render import compile_templates
from pipelines.publication.site.site import Page, Site, load_site
from pipelines.publication.site.source import open_source
from pipelines.publication.tables import DATABASE

FOLDER = "site"
_HERE = Path(__file__).parent

INDEX_KINDS: tuple[Callable[[Site], Iterator[Page]], ...] = (
    glance.index_pages,
    report_index.index_pages,
    targets.index_pages,
    indicators.index_pages,
    places.index_pages,
)
"""The kinds of page that are about no single place, in the order in which they are made; those on the data follow."""


def write_site(
    root: Path,
    version: str,
    facts: Mapping[str, Any] | None = None,
    *,
    made_with: str = "",
    earlier: Path | None = None,
    workers: int = 1,
) -> Written:
    """Write the pages of a version beside its tables.

    Args:
        root: the version's folder, with `warehouse.duckdb`; the pages go to `site/` in it.
        version: the version's name.
        facts: what the data pages say of the version beyond its files; see `site_facts`.
        made_with: name of the code that makes the pages.
        earlier: a version whose pages are taken where they are the same; None: all are made.
        workers: how many processes may make pages.

    Raises:
        duckdb.Error: the tables are not those of this release.
        ExportError: a table can't be copied.
        OSError: the disk is full or not writable.
        PageProcessError: a process was killed.
    """
    target = root / FOLDER
    _write_assets(target / "assets", version)
    known = facts or {}
    before = earlier / FOLDER if earlier else None
    with beside(workers) as work:
        with open_source(root / DATABASE) as source:
            of_version = version_files(
                root, target, source, version, known, work=work, made_with=made_with, earlier=before
            )
            site = load_site(source, version, {**known, **of_version})
            inputs = page_inputs(site)
        # Opened anew: what it took to hash all rows is not held while pages are made.
        with open_source(root / DATABASE) as source:
            site = replace(site, source=source)
            writer = PageWriter(site, target)
            count, kept = _write_places(inputs, writer, root, made_with, earlier, workers)
            for pages in INDEX_KINDS:
                count.update(writer.write_all(pages(site)))
            work.wait()
            site = replace(site, facts={**site.facts, "files": sized(of_version["files"], target)})
            count.update(PageWriter(site, target).write_all(data.index_pages(site)))
    return Written(count, sum(file.stat.st_size for file in files_below(target)), kept)


def _write_places(
    inputs: Inputs, writer: PageWriter, root: Path, made_with: str, earlier: Path | None, workers: int
) -> tuple[Counter[str], int]:
    """The pages of all places, and the record of what they are made from.

    Returns:
        How many pages each section has, and of how many places they were taken from the earlier version.
    """
    target = root / FOLDER
    made_with = hashlib.sha256(f"{made_with}\n{inputs.shared}".encode()).hexdigest()[:32]
    found = read_record(earlier / FOLDER, made_with) if earlier else {}
    done = {
        area: pages
        for area, pages in found.items()
        if earlier and inputs.places.get(area) == pages.inputs and link_pages(earlier / FOLDER, target, pages)
    }
    kept = len(done)
    wanted = [area for area in inputs.places if area not in done]
    for place in write_places(writer, root / DATABASE, target, wanted, workers):
        done[place.ref_area] = PlacePages(inputs.places[place.ref_area], place.sections, place.files)
    write_record(target, made_with, done)
    count: Counter[str] = Counter()
    for pages in done.values():
        count.update(pages.sections)
    return count, kept


def _write_assets(folder: Path, version: str) -> None:
    """The style sheet and the scripts: ours, the shapes of the charts, what draws them, the version's name.

    The name is in a file of its own, so that pages of an unchanged place are the same in each version.
    """
    shutil.copytree(_HERE / "static", folder, dirs_exist_ok=True)
    (folder / "charts.js").write_text(_charts(), encoding="utf-8")
    (folder / "version.js").write_text(
        f'document.getElementById("version").textContent={json.dumps(version)};\n', encoding="utf-8"
    )
    (folder / "vega.js").write_text(_vega(), encoding="utf-8")


def prepare_pages() -> None:
    """Make what is the same for all data: what draws the charts, and the templates. This process keeps it."""
    _charts()
    _vega()
    compile_templates()


@cache
def _charts() -> str:
    charts = json.dumps(shapes(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.gwrCharts={charts};\n"


@cache
def _vega() -> str:
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
