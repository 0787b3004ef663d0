"""The pages on the data: dictionary, codebook, lineage, downloads, citation, accuracy, and what they are made of."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.evaluation.baseline import load_baseline, load_first_sight
from pipelines.export.source import open_tables
from pipelines.paths import PROJECT_ROOT
from pipelines.publication.site import copies, facts
from pipelines.publication.site.citation import CITATION, citation
from pipelines.publication.site.codebook import CODEBOOK, Rendered, render, slug
from pipelines.publication.site.dictionary import Table, code_list, column_name_zh, read_tables, split_unit
from pipelines.publication.site.labels import words
from pipelines.publication.site.layers import BOX, Drawing, draw
from pipelines.publication.site.lineage import lineage
from pipelines.publication.site.pages import data
from pipelines.publication.site.source import open_source
from pipelines.publication.version_manifest import CheckResult, Code, DuckdbFile, VersionManifest

COMMIT = "5900559c34d368e30996fcb9b9a3b28af2116e78"
LISTS = {"bound": ["point", "around"], "measure": ["level", "growth"], "outcome": ["met", "missed"]}


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """The folder of a small version: a dimension, a fact, a table in SDMX shape."""
    root = tmp_path / "version"
    (root / "parquet").mkdir(parents=True)
    with duckdb.connect(str(root / "warehouse.duckdb")) as database:
        database.execute("""
            create table dim_places (ref_area varchar not null, name_zh varchar);
            comment on table dim_places is 'Places. Grain: place. Answers: which places are there?';
            insert into dim_places values ('330200', '宁波市'), ('320000', '江苏省');
            create table fct_targets (ref_area varchar not null, bound varchar, obs_value double, outcome varchar);
            comment on table fct_targets is 'Targets & promises.';
            comment on column fct_targets.obs_value is 'The number. Unit - that of its kind. Null when unknown.';
            insert into fct_targets
            select '330200', 'point', i, '=1+1' from range(30) as t(i);
            create table rpt_sdmx ("DATAFLOW" varchar, "REF_AREA" varchar, "TIME_PERIOD" varchar, "OBS_VALUE" double);
            insert into rpt_sdmx values ('GWR', '330200', '2025', 4.9);
        """)
        database.execute(f"copy dim_places to '{root / 'parquet' / 'dim_places.parquet'}'")
    fields = [{"name": "ref_area"}, {"name": "bound", "constraints": {"enum": ["around", "point"]}}]
    key = {"fields": ["ref_area"], "reference": {"resource": "dim_places", "fields": ["ref_area"]}}
    resources = [
        {"name": "dim_places", "schema": {"fields": [], "primaryKey": ["ref_area"]}},
        {"name": "fct_targets", "schema": {"fields": fields, "foreignKeys": [key]}},
    ]
    (root / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    return root


def tables_of(version: Path, *lists: Any) -> tuple[Table, ...]:
    """See `read_tables`."""
    with open_tables(version / "warehouse.duckdb") as published:
        return read_tables(version, published, *lists)


def copies_of(version: Path, tables: Sequence[Table], *others: Any) -> copies.Files:
    """See `write_copies`."""
    with open_tables(version / "warehouse.duckdb") as published:
        files = copies.write_copies(version, version / "site", published, tables, *others)
    return copies.sized(files, version / "site")


def test_the_dictionary_joins_comments_keys_and_lists(version: Path) -> None:
    facts_table, sdmx, places = tables_of(version, LISTS)
    assert [facts_table.name, sdmx.name, places.name] == ["fct_targets", "rpt_sdmx", "dim_places"]
    assert (facts_table.rows, facts_table.holds, facts_table.grain) == (30, "Targets & promises.", "")
    assert (places.holds, places.grain, places.answers) == ("Places.", "place", "which places are there?")
    ref_area, bound, obs_value, outcome = facts_table.columns
    assert ref_area.target == ("dim_places", "ref_area")
    assert ref_area.required
    assert not bound.required
    assert (bound.list_name, outcome.list_name, obs_value.list_name) == ("bound", "outcome", None)
    assert (obs_value.meaning, obs_value.unit) == ("The number. Null when unknown.", "that of its kind")
    assert places.primary_key == ("ref_area",)
    assert places.joined_by == (("fct_targets", "ref_area", "ref_area"),)


def test_a_list_that_dbt_names_comes_first(version: Path) -> None:
    table, *_ = tables_of(version, LISTS, {("fct_targets", "outcome"): "measure"})
    assert [column.list_name for column in table.columns] == [None, "bound", None, "measure"]


def test_a_version_without_a_data_package_has_no_keys(version: Path) -> None:
    (version / "datapackage.json").unlink()
    facts_table, _, places = tables_of(version, LISTS)
    assert places.primary_key == ()
    assert [column.target for column in facts_table.columns] == [None] * 4


@pytest.mark.parametrize(
    ("column", "codes", "expected"),
    [
        ("outcome", None, "outcome"),
        ("actual_bound", ["around", "point"], "bound"),
        ("bound", ["level", "growth"], "measure"),
        ("bound", ["a", "b"], None),
        ("note", None, None),
    ],
)
def test_the_list_of_a_column(column: str, codes: list[str] | None, expected: str | None) -> None:
    assert code_list(column, codes, LISTS) == expected


def test_units_are_taken_out_of_descriptions() -> None:
    assert split_unit("Share met. Unit - share, 0 to 1.") == ("Share met.", "share, 0 to 1")
    assert split_unit("Unit of obs_value: the base unit.") == ("Unit of obs_value: the base unit.", "")


@pytest.mark.parametrize(
    ("column", "name"),
    [("outcome", "结果"), ("gdp_growth_low", "经济增长的下限"), ("OBS_STATUS", "数据状态"), ("zzz", None)],
)
def test_chinese_names_of_columns(column: str, name: str | None) -> None:
    assert column_name_zh(column) == name


def test_copies_are_made_up_to_the_limit(version: Path) -> None:
    tables = tables_of(version, LISTS)
    site = version / "site"
    limits = copies.MostRows(csv=20, workbook=20)
    files = copies_of(version, tables, copies.PublishedAs("v1", "0.1.0"), limits)
    assert sorted(files.csv) == ["dim_places", "rpt_sdmx"]
    assert files.left_out == ("fct_targets",)
    assert sorted(file.name for file in (site / copies.FOLDER).iterdir()) == [
        "dim_places.csv",
        "gov-work-reports.sdmx.csv",
        "gov-work-reports.xlsx",
        "rpt_sdmx.csv",
    ]
    for file in (files.workbook, files.sdmx, *files.csv.values()):
        assert file is not None
        assert (site / file.path).stat().st_size == file.size
    for own in (files.database, files.package, *files.parquet.values()):
        assert own is not None
        assert (site / own.path).resolve().stat().st_size == own.size
    assert sorted(files.parquet) == ["dim_places"]
    # Both are written when the site is there.
    assert (files.manifest.size, files.sums.size) == (None, None)
    text = (site / files.csv["dim_places"].path).read_text(encoding="utf-8")
    assert text.startswith("\ufeffref_area,name_zh\n")
    assert "330200,宁波市" in text


def test_nothing_is_offered_that_is_not_there(version: Path) -> None:
    tables = [table for table in tables_of(version, LISTS) if table.name == "fct_targets"]
    limits = copies.MostRows(csv=29, workbook=29)
    files = copies_of(version, tables, copies.PublishedAs(None, None), limits)
    assert (files.csv, files.workbook, files.sdmx, files.left_out) == ({}, None, None, ("fct_targets",))
    assert list((version / "site" / copies.FOLDER).iterdir()) == []


def node(name: str, kind: str, folder: str, *above: str) -> dict[str, Any]:
    return {
        "name": name,
        "resource_type": kind,
        "fqn": ["p", folder, name],
        "description": f"What {name} is.",
        "depends_on": {"nodes": list(above)} if kind != "seed" else {"macros": []},
        "original_file_path": f"models/{folder}/{name}.sql",
    }


MANIFEST = {
    "sources": {
        "source.lake.texts": {"name": "texts", "description": ""},
        "source.lake.unused": {"name": "unused", "description": ""},
    },
    "nodes": {
        "model.fct": node("fct", "model", "marts", "model.int", "seed.units", "model.int"),
        "model.int": node("int", "model", "intermediate", "model.stg"),
        "model.stg": node("stg", "model", "staging", "source.lake.texts"),
        "seed.units": node("units", "seed", "seeds"),
        "test.one": node("one", "test", "marts", "model.fct")
        | {
            "attached_node": "model.fct",
            "test_metadata": {"name": "in_verdicts", "kwargs": {"lists": {"verdict": "outcome"}}},
        },
    },
    "exposures": {
        "exposure.site": {
            "name": "site",
            "label": "The site",
            "description": "",
            "depends_on": {"nodes": ["model.fct"]},
        }
    },
}


def test_the_lineage_of_a_manifest() -> None:
    graph = lineage(MANIFEST)
    assert [(one.name, one.layer) for one in graph.nodes] == [
        ("texts", "source"),
        ("units", "seed"),
        ("stg", "staging"),
        ("int", "intermediate"),
        ("fct", "mart"),
        ("The site", "exposure"),
    ]
    assert graph.edges == (
        ("model.fct", "exposure.site"),
        ("model.int", "model.fct"),
        ("model.stg", "model.int"),
        ("seed.units", "model.fct"),
        ("source.lake.texts", "model.stg"),
    )
    assert [one.name for one in graph.above("model.fct")] == ["units", "int"]


def test_a_model_outside_the_layers_is_named() -> None:
    stray = {**MANIFEST, "nodes": {"model.x": node("x", "model", "elsewhere")}}
    with pytest.raises(ValueError, match=r"models/elsewhere/x\.sql: a model stands in one of the folders"):
        lineage(stray)


def drawn() -> Drawing:
    labels = {key: key * 3 for key in "abcdefg"}
    edges = [("a", "d"), ("b", "d"), ("b", "c"), ("d", "e"), ("c", "f"), ("a", "f"), ("e", "g"), ("a", "g")]
    return draw(labels, edges, {"c": 1})


def test_boxes_do_not_overlap_and_lines_go_to_the_right() -> None:
    drawing = drawn()
    columns: dict[float, list[tuple[float, float]]] = {}
    for box in drawing.boxes.values():
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y >= 0
        assert box.y + box.height <= drawing.height
        columns.setdefault(box.x, []).append((box.y, box.y + box.height))
    for column in columns.values():
        spans = sorted(column)
        assert all(one[1] < other[0] for one, other in pairwise(spans))
    for (start, end), path in drawing.paths.items():
        numbers = [float(number) for number in re.findall(r"[\d.]+", path)]
        first, last = drawing.boxes[start], drawing.boxes[end]
        assert numbers[:2] == pytest.approx([first.x + first.width, first.y + BOX / 2], abs=0.1)
        assert numbers[-2:] == pytest.approx([last.x, last.y + BOX / 2], abs=0.1)
        assert first.x < last.x


def test_a_line_runs_between_the_boxes_of_the_columns_that_it_passes() -> None:
    drawing = drawn()
    passed = 0
    for path in drawing.paths.values():
        # Behind each H the line has crossed a column at the height that the curve before it ended at.
        for height in re.findall(r"([\d.]+) [\d.]+ ([\d.]+)H([\d.]+)", path):
            y, right = float(height[1]), float(height[2])
            crossed = [
                box for box in drawing.boxes.values() if box.x + box.width == pytest.approx(right, abs=0.1)
            ]
            assert crossed
            assert not any(box.y < y < box.y + box.height for box in crossed)
            passed += 1
    assert passed >= 3


def test_the_picture_is_the_same_each_time_and_of_nothing_is_empty() -> None:
    assert drawn() == drawn()
    empty = draw({}, [], {})
    assert (empty.boxes, empty.paths) == ({}, {})


def book(text: str) -> Rendered:
    return render(text, "docs", lambda name: "x.html" if name == "fct_x" else None, '<div class="scroll">')


def test_a_document_is_rendered_with_anchors() -> None:
    rendered = book("# Title\n\n## Not promised, or *not* known\n\n### Part\n\ntext\n\n## Part\n")
    assert rendered.title == "Title"
    assert [(one.level, one.anchor, one.text) for one in rendered.headings] == [
        (2, "not-promised-or-not-known", "Not promised, or not known"),
        (3, "part", "Part"),
        (2, "part-1", "Part"),
    ]
    assert "<h1" not in rendered.body
    assert '<h2 id="not-promised-or-not-known">' in rendered.body


def test_html_in_a_document_is_text() -> None:
    body = book("a <script>alert(1)</script> <b>b</b>\n\n<div onclick='x'>\n\n[x](javascript:alert(1))").body
    assert "<script" not in body
    assert "<b>" not in body
    assert "<div" not in body
    assert "<a " not in body
    assert "&lt;script&gt;" in body


def test_links_lead_somewhere() -> None:
    body = book(
        "## Here\n\n[a](#here) [b](#gone) [reading.md](reading.md) [cookbook](queries/README.md#x) [up](../SECURITY.md)"
        " [web](https://example.org/) `fct_x` `other`\n"
    ).body
    assert re.findall(r"<a href=\"(.*?)\"", body) == ["#here", "https://example.org/", "x.html"]
    assert "<code>docs/reading.md</code>" in body
    assert "cookbook (<code>docs/queries/README.md</code>)" in body
    assert "up (<code>SECURITY.md</code>)" in body
    assert "<code>other</code>" in body


def test_a_wide_table_scrolls() -> None:
    body = book("| a | b |\n| --- | --- |\n| 1 | 2 |\n").body
    assert body.startswith('<div class="scroll"><table>')
    assert body.rstrip().endswith("</table></div>")
    assert body.count('<th scope="col">') == 2


def test_every_link_of_the_codebook_is_one_of_the_page_or_the_web() -> None:
    rendered = render(CODEBOOK.read_text(encoding="utf-8"), "docs", lambda _: None, "<div>")
    anchors = {one.anchor for one in rendered.headings}
    links = re.findall(r"<a href=\"(.*?)\"", rendered.body)
    assert len(links) >= 4
    assert all(link.startswith("https://") or link[1:] in anchors for link in links)
    assert slug("Was it delivered") in anchors
    for path in re.findall(r"<code>(docs/[^<]+\.md)</code>", rendered.body):
        assert (PROJECT_ROOT / path).is_file(), path


def build(**changes: Any) -> VersionManifest:
    code = Code(gwr="0.1.0", git_commit=COMMIT, uncommitted_changes=False, extractor=None, dbt_project=None)
    return VersionManifest(
        **{
            "version": "v1",
            "code": code,
            "duckdb": DuckdbFile(version="1.5.5", storage_version="v1.0.0"),
            "rows": {"t": 1},
            "checks": (),
            "inputs": {},
            **changes,
        }
    )


def test_the_citation_names_version_commit_and_hash() -> None:
    cited = citation("abc123", build(), "83f954d858ca5f58f5a86d64")
    for reference in (cited.text, cited.bibtex):
        assert "data version abc123" in reference
        assert "commit 5900559c34d3" in reference
        assert "sha256 83f954d858ca" in reference
    assert "gov-work-reports 0.1.0" in cited.text
    assert cited.bibtex.startswith("@misc{gov-work-reports-abc123,\n")
    assert cited.bibtex.count("{") == cited.bibtex.count("}")
    unknown = citation("abc123", None, None)
    assert "commit" not in unknown.text
    assert "sha256" not in unknown.text


def test_citation_file_agrees_with_the_project() -> None:
    cited = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    # What the format (1.2.0) requires.
    assert cited["cff-version"] == "1.2.0"
    assert cited["message"]
    assert cited["title"]
    assert all(author["name"] for author in cited["authors"])


def test_inputs_are_counted_by_folder() -> None:
    inputs = {
        "reports/330200-ningbo/2026.txt": "a",
        "reports/330200-ningbo/2026.yml": "b",
        "statistics/330200-ningbo/figures.csv": "c",
        "sources.yml": "d",
    }
    assert facts.inputs_by_folder(inputs) == [
        (".", 1),
        ("reports/330200-ningbo", 2),
        ("statistics/330200-ningbo", 1),
    ]


def test_checks_are_counted_by_kind() -> None:
    checks = (
        CheckResult(name="dim_x.rows", passed=True),
        CheckResult(name="fct_x.rows", passed=False, problem="less"),
        CheckResult(name="fct_x.grain", passed=True),
    )
    assert facts.checks_by_kind(build(checks=checks)) == [("grain", 1, 1), ("rows", 2, 1)]


def test_facts_of_a_version(version: Path) -> None:
    made = facts.site_facts(version, MANIFEST, build())
    assert made == facts.site_facts(version, MANIFEST, build())
    assert len(made["package_sha256"]) == 64
    assert made["lineage"].nodes[0].name == "texts"
    assert made["column_lists"] == {("fct", "verdict"): "outcome"}
    assert made["dbt_docs"] is False
    (version / "site" / "dbt").mkdir(parents=True)
    (version / "site" / "dbt" / "index.html").touch()
    assert facts.site_facts(version, None, None)["dbt_docs"] is True
    nothing = facts.site_facts(version / "elsewhere", None, None)
    assert nothing == {
        "lineage": None,
        "column_lists": {},
        "build": None,
        "package_sha256": None,
        "dbt_docs": False,
    }


def test_figures_at_first_sight_are_those_of_the_page_on_reading() -> None:
    text = (PROJECT_ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \w[^|]*\| (\d+) \| (\d\.\d+) \| (\d\.\d+) \| (\d\.\d+) \|$", text, re.MULTILINE)
    now, first = load_baseline(), load_first_sight()
    assert [(float(found), float(strict)) for _, found, strict, _ in rows] == list(first.values())
    assert set(first) < set(now)
    for gold, (*_, after) in zip(first, rows, strict=True):
        # The page rounds, the kept figure is rounded down.
        assert 0 <= float(after) - now[gold].strict_f1 < 0.0015, gold


def test_scores_are_rounded_down() -> None:
    assert [data.out_of_hundred(score) for score in (0.957, 1.0, 0.29, 0.999)] == [95, 100, 29, 99]


@pytest.mark.parametrize(("size", "said"), [(263, "263 B"), (192_776, "193 kB"), (26_488_832, "26.5 MB")])
def test_sizes_for_people(size: int, said: str) -> None:
    assert data.file_size(size) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, ""), (True, "true"), (1.87e12, "1,870,000,000,000"), (2025, "2025"), ("<b>", "<b>")],
)
def test_values_of_an_answer(value: object, said: str) -> None:
    assert data.shown(value) == said


def test_each_example_has_a_question_and_each_question_an_example() -> None:
    folder = Path(data.__file__).parents[1] / "sql"
    with_query = {file.stem.removeprefix("data_example_") for file in folder.glob("data_example_*.sql")}
    asked = {key.removeprefix("data_example.") for key in words() if key.startswith("data_example.")}
    titled = {key.removeprefix("data_table.") for key in words() if key.startswith("data_table.")}
    assert with_query == asked == titled


def test_a_source_gives_the_sql_that_it_asks(version: Path) -> None:
    with open_source(version / "warehouse.duckdb") as source:
        text = source.text("data_example_dim_codes")
    assert text.startswith("select")
    assert not text.endswith("\n")
