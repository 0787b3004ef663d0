"""Data: how to get the tables and cite them, what they hold, what they are made from, how far to trust them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from pipelines.evaluation.baseline import load_baseline, load_first_sight
from pipelines.publication.site.citation import citation
from pipelines.publication.site.codebook import CODEBOOK, render
from pipelines.publication.site.copies import Files, rules
from pipelines.publication.site.dictionary import Table, column_name_zh
from pipelines.publication.site.facts import MOST_INPUTS, checks_by_kind, inputs_by_folder
from pipelines.publication.site.figures import plain
from pipelines.publication.site.labels import Words, same, words
from pipelines.publication.site.layers import draw
from pipelines.publication.site.lineage import LAYERS, Lineage
from pipelines.publication.site.render import attributes
from pipelines.publication.site.site import Page, Site
from pipelines.publication.version_manifest import VersionManifest

SHOWN_ROWS = 5
"""Rows of an example's answer that are shown."""
_FIRST_COLUMN = {"staging": 1, "intermediate": 2, "mart": 3, "exposure": 4}


def index_pages(site: Site) -> Iterator[Page]:
    """The index of this part, and the pages that it leads to."""
    tables: tuple[Table, ...] = site.facts["tables"]
    yield _index(site, tables)
    yield _page(
        "tables/index.html",
        "data_tables.html",
        words()["data.tables_title"],
        {"tables": tables, "holds": _holds},
    )
    for table in tables:
        yield _table_page(site, table)
    yield _codebook(tables)
    yield _lineage(site, tables)
    yield _accuracy(site)
    yield _version(site)


def _page(path: str, template: str, title: Words, values: Mapping[str, Any]) -> Page:
    """A page of this part; the entry of its menu is named as its template."""
    entry = template.removesuffix(".html").partition("_")[2] or "index"
    shared = {"entry": entry, "table_title": table_title, "file_size": file_size}
    return Page(
        f"data/{path}",
        template,
        "data",
        title,
        {**values, **shared},
        scripts=("data.js",),
        styles=("data.css",),
    )


def table_title(name: str) -> Words:
    """A table's name for people; its own name where it has none."""
    return words().get(f"data_table.{name}", same(name))


def file_size(size: int) -> str:
    """Bytes as people read them.

    >>> file_size(263), file_size(192776), file_size(26488832)
    ('263 B', '193 kB', '26.5 MB')
    """
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def shown(value: object) -> str:
    """A value of an answer as the tables have it, large numbers without an exponent.

    >>> shown(1.87e12), shown(5.952674), shown(None), shown(True)
    ('1,870,000,000,000', '5.9527', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return plain(value) if isinstance(value, float) else str(value)


def _index(site: Site, tables: tuple[Table, ...]) -> Page:
    files: Files = site.facts["files"]
    return _page(
        "index.html",
        "data.html",
        words()["data.title"],
        {
            "tables": tables,
            "files": files,
            "most_rows": rules().most_rows,
            "citation": citation(site.version, site.facts.get("build"), site.facts.get("package_sha256")),
        },
    )


def _holds(table: Table) -> Words:
    """What a table holds: in English by its comment, in Chinese by the question that it answers."""
    asked = words().get(f"data_example.{table.name}")
    return Words(asked.zh if asked else table.holds, table.holds)


def _table_page(site: Site, table: Table) -> Page:
    files: Files = site.facts["files"]
    used: dict[str, list[str]] = {}
    for column in table.columns:
        if column.list_name:
            used.setdefault(column.list_name, []).append(column.name)
    example = f"data_example_{table.name}"
    asked = words().get(f"data_example.{table.name}")
    answer = site.source.rows(example) if asked else []
    return _page(
        f"tables/{table.name}.html",
        "data_table.html",
        table_title(table.name),
        {
            "table": table,
            "holds": _holds(table),
            "parquet": files.parquet.get(table.name),
            "csv": files.csv.get(table.name),
            "lists": [(name, site.facts["lists"][name], columns) for name, columns in sorted(used.items())],
            "question": asked,
            "sql": site.source.text(example) if asked else "",
            "answer": answer[:SHOWN_ROWS],
            "shown": shown,
            "column_name_zh": column_name_zh,
        },
    )


def _codebook(tables: tuple[Table, ...]) -> Page:
    names = {table.name for table in tables}
    box = Markup('<div class="scroll" role="group" tabindex="0" {}>').format(
        attributes("aria-label", words()["data.table"])
    )
    book = render(
        CODEBOOK.read_text(encoding="utf-8"),
        "docs",
        lambda name: f"tables/{name}.html" if name in names else None,
        box,
    )
    return _page("codebook.html", "data_codebook.html", words()["data.codebook_title"], {"book": book})


def _lineage(site: Site, tables: tuple[Table, ...]) -> Page:
    graph: Lineage | None = site.facts.get("lineage")
    values: dict[str, Any] = {"graph": graph}
    if graph:
        names = {table.name for table in tables}
        values |= {
            "layers": LAYERS,
            "drawing": draw(
                {node.key: node.name for node in graph.nodes},
                graph.edges,
                {node.key: _FIRST_COLUMN.get(node.layer, 0) for node in graph.nodes},
            ),
            "numbers": {node.key: number for number, node in enumerate(graph.nodes)},
            "pages": {
                node.key: f"tables/{node.name}.html"
                for node in graph.nodes
                if node.layer == "mart" and node.name in names
            },
        }
    return _page("lineage.html", "data_lineage.html", words()["data.lineage_title"], values)


def out_of_hundred(score: float) -> int:
    """A score from 0 to 1 as a whole number of hundredths, never rounded up.

    >>> out_of_hundred(0.957), out_of_hundred(1.0), out_of_hundred(0.29)
    (95, 100, 29)
    """
    return int(score * 100 + 1e-6)


def _accuracy(site: Site) -> Page:
    now, first = load_baseline(), load_first_sight()
    names = {
        row["ref_area"]: Words(row["name_zh"], row["name_en"] or row["name_zh"])
        for row in site.source.rows("data_places", areas=sorted({one.place for one in now.values()}))
    }
    rows: list[dict[str, Any]] = [
        {
            "name": names.get(one.place, same(one.place)),
            "year": one.year,
            "numbers": one.numbers,
            "first": first.get(gold),
            "found": out_of_hundred(one.found_f1),
            "strict": out_of_hundred(one.strict_f1),
        }
        for gold, one in now.items()
    ]
    rows.sort(key=lambda row: (row["first"] is None, row["year"], row["name"].en))
    return _page(
        "accuracy.html",
        "data_accuracy.html",
        words()["data.accuracy_title"],
        {
            "rows": rows,
            "first_count": len(first),
            "cards": [
                ("data.accuracy_big_found", _span([found for found, _ in first.values()])),
                ("data.accuracy_big_strict", _span([strict for _, strict in first.values()])),
                ("data.accuracy_big_now", _span([one.strict_f1 for one in now.values()])),
            ],
            "out_of_hundred": out_of_hundred,
        },
    )


def _span(scores: list[float]) -> Words:
    low, high = out_of_hundred(min(scores)), out_of_hundred(max(scores))
    return words()["data.accuracy_range"].filled(low=low, high=high)


def _version(site: Site) -> Page:
    build: VersionManifest | None = site.facts.get("build")
    values: dict[str, Any] = {"build": build, "package_sha256": site.facts.get("package_sha256")}
    if build:
        many = len(build.inputs) > MOST_INPUTS
        values |= {
            "checks": [
                (words().get(f"data_check.{kind}", same(kind)), made, passed)
                for kind, made, passed in checks_by_kind(build)
            ],
            "accepted": [check for check in build.checks if not check.passed],
            "folders": inputs_by_folder(build.inputs) if many else None,
            "manifest": site.facts["files"].manifest,
        }
    return _page("version.html", "data_version.html", words()["data.version_title"], values)
