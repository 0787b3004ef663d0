"""Rules of the dbt project that dbt itself does not enforce, read from its files."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.paths import DBT_PROJECT_DIR, SEEDS_DIR

MARTS = DBT_PROJECT_DIR / "models" / "marts"
MODELS = sorted(MARTS.rglob("*.sql"))
REF = re.compile(r"ref\('(\w+)'\)")


def declared() -> dict[str, dict[str, Any]]:
    """Model -> its entry in the property files of the marts."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(MARTS.rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found |= {model["name"]: model for model in content.get("models", [])}
    return found


DECLARED = declared()


def test_every_mart_is_declared_and_every_declaration_has_a_model() -> None:
    assert sorted(DECLARED) == sorted(path.stem for path in MODELS)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_mart_states_its_grain_and_a_question(name: str) -> None:
    description = DECLARED[name]["description"]
    assert "Grain" in description
    assert "Answers:" in description
    assert description.rstrip().endswith("?")


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_column_of_a_mart_has_a_type_and_a_description(name: str) -> None:
    bare = [
        column["name"]
        for column in DECLARED[name]["columns"]
        if not column.get("data_type") or not str(column.get("description", "")).strip()
    ]
    assert bare == []


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_mart_has_a_primary_key(name: str) -> None:
    model = DECLARED[name]
    tests = [*model.get("data_tests", [])]
    for column in model["columns"]:
        if {"unique", "not_null"} <= {test for test in column.get("data_tests", []) if isinstance(test, str)}:
            return
    assert any("unique_combination" in test for test in tests if isinstance(test, dict))


@pytest.mark.parametrize("path", sorted((MARTS / "reports").glob("*.sql")), ids=lambda path: path.stem)
def test_a_report_is_made_of_facts_and_dimensions_only(path: Path) -> None:
    marts = {model.stem for model in MODELS}
    used = set(REF.findall(path.read_text(encoding="utf-8")))
    assert used, "a report that reads nothing"
    assert {name for name in used if name not in marts or not name.startswith(("fct_", "dim_"))} == set()


@pytest.mark.parametrize("path", sorted((DBT_PROJECT_DIR / "models").rglob("*.sql")), ids=lambda p: p.stem)
def test_data_flows_one_way(path: Path) -> None:
    """staging reads the lake; intermediate never reads a mart."""
    text = path.read_text(encoding="utf-8")
    layer = path.relative_to(DBT_PROJECT_DIR / "models").parts[0]
    assert ("source(" in text) == (layer == "staging")
    if layer != "marts":
        assert not any(name.startswith(("fct_", "dim_", "rpt_", "agg_")) for name in REF.findall(text))


def test_every_mart_is_used_by_something_and_only_marts_are() -> None:
    content = yaml.safe_load((DBT_PROJECT_DIR / "models" / "exposures.yml").read_text(encoding="utf-8"))
    used = {
        name
        for exposure in content["exposures"]
        for reference in exposure["depends_on"]
        for name in REF.findall(reference)
    }
    assert used == set(DECLARED)


def test_the_panel_has_the_headlines_of_the_seed() -> None:
    with (SEEDS_DIR / "headline_targets.csv").open(encoding="utf-8", newline="") as handle:
        in_seed = dict.fromkeys(row["headline"] for row in csv.DictReader(handle))
    columns = [column["name"] for column in DECLARED["rpt_panel_targets"]["columns"]]
    in_panel = [name.removesuffix("_coverage") for name in columns if name.endswith("_coverage")]
    assert in_panel == list(in_seed)


def test_every_headline_indicator_of_the_catalogue_is_asked_for() -> None:
    with (SEEDS_DIR / "headline_targets.csv").open(encoding="utf-8", newline="") as handle:
        asked = {row["indicator_id"] for row in csv.DictReader(handle)}
    with (SEEDS_DIR / "indicators.csv").open(encoding="utf-8", newline="") as handle:
        headline = {row["indicator_id"] for row in csv.DictReader(handle) if row["is_headline"] == "true"}
    assert headline <= asked


@pytest.mark.parametrize("path", sorted(DBT_PROJECT_DIR.glob("models/**/*.sql")), ids=lambda path: path.stem)
def test_the_publication_is_told_what_a_model_changes_by(path: Path) -> None:
    """dbt reads `changes_by`, the publication the condition of `incremental_predicates`: they are one."""
    text = path.read_text(encoding="utf-8")
    if "materialized='incremental'" in text:
        by = re.search(r"'changes_by': '(\w+)'", text)
        assert by is not None
        assert f"incremental_predicates=[changed('{by[1]}')]" in text
