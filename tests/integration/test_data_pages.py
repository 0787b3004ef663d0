"""The pages on the data, written for a built version: nothing leads nowhere, nothing lacks its name."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from pipelines.export.source import open_tables
from pipelines.publication.site.dictionary import column_name_zh, read_tables
from pipelines.publication.site.facts import site_facts
from pipelines.publication.site.labels import words
from pipelines.publication.site.lineage import column_lists
from pipelines.publication.site.write import write_site
from pipelines.publication.version_manifest import read_version_manifest
from pipelines.warehouse import load_manifest
from tests.integration.conftest import Built

pytestmark = pytest.mark.integration


class Links(HTMLParser):
    """The ids of a page, and what its links and sources lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.leads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in {"href", "src"} and value:
                self.leads.append(value)


@pytest.fixture(scope="module")
def version(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published version with its site."""
    source = built.paths.published_database.resolve().parent
    root = tmp_path_factory.mktemp("site") / "version"
    shutil.copytree(source, root, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("site"))
    made = read_version_manifest(root)
    assert made is not None
    write_site(root, made.version, site_facts(root, load_manifest(built.paths), made))
    return root


def test_no_link_of_the_pages_on_the_data_is_dead(version: Path) -> None:
    site = (version / "site").resolve()
    found = {file: Links(file.read_text("utf-8")) for file in (site / "data").rglob("*.html")}
    assert len(found) > 20
    for file, page in found.items():
        assert len(page.ids) == len(set(page.ids)), file
        for lead in page.leads:
            if lead.startswith(("https://", "data:")):
                continue
            path, _, anchor = lead.partition("#")
            target = (file.parent / path).resolve() if path else file
            if target.is_relative_to(site) and target.relative_to(site).parts[0] not in {"data", "assets"}:
                continue
            assert target.is_file(), f"{file.name}: {lead}"
            if anchor and target.suffix == ".html":
                assert anchor in found[target].ids, f"{file.name}: {lead}"


def test_pages_on_the_data_are_light(version: Path) -> None:
    for file in (version / "site" / "data").rglob("*.html"):
        assert file.stat().st_size < 300_000, file


def test_every_table_and_column_has_a_name_in_both_languages(version: Path) -> None:
    with open_tables(version / "warehouse.duckdb") as published:
        tables = read_tables(version, published, {})
    for table in tables:
        assert f"data_table.{table.name}" in words(), table.name
        for column in table.columns:
            assert column_name_zh(column.name), f"{table.name}.{column.name}: name it in column_names.yml"
            assert f"data_type.{column.data_type}" in words()


def test_codes_stand_beside_the_columns_that_dbt_holds_to_a_list(version: Path, built: Built) -> None:
    held = column_lists(load_manifest(built.paths))
    assert held["fct_target_outcomes", "outcome"] == "outcome"
    assert held["rpt_panel_targets", "gdp_growth_coverage"] == "coverage"
    page = (version / "site" / "data" / "tables" / "rpt_panel_targets.html").read_text("utf-8")
    row = page[page.index('id="column-gdp_growth_coverage"') :].partition("</tr>")[0]
    assert '<a href="#list-coverage">' in row
    assert "<code>absent_in_abridged_text</code>" in page[page.index('id="list-coverage"') :]


def test_row_counts_and_sizes_are_those_of_the_files(
    version: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    page = (version / "site" / "data" / "index.html").read_text("utf-8")
    count = warehouse.execute("select count(*) from fct_statistic_observations").fetchone()
    assert count is not None
    row = re.search(
        r"<code>fct_statistic_observations</code></th>\s*<td class=\"number\">([\d,]+)</td>", page
    )
    assert row is not None
    assert int(row[1].replace(",", "")) == count[0]
    assert "SHA256SUMS" in page
