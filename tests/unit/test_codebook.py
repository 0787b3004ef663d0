"""docs/codebook.md says what the seeds say, and its links lead somewhere."""

from __future__ import annotations

import csv
import re

import pytest

from pipelines.paths import PROJECT_ROOT, SEEDS_DIR
from pipelines.vocabulary import codes

DOCS = PROJECT_ROOT / "docs"
DOC = (DOCS / "codebook.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_0-9]+)`", DOC))


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def table(first_heading: str) -> list[list[str]]:
    """The rows of the page's table whose first column has this heading, codes bare."""
    text = DOC.split(f"\n| {first_heading} | ")[1].split("\n\n")[0]
    lines = text.split("\n")[2:]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def column(first_heading: str) -> list[str]:
    return [row[0] for row in table(first_heading)]


def verdicts(list_name: str) -> set[str]:
    return {row["code"] for row in seed("verdicts") if row["list_name"] == list_name}


def test_the_tolerance_table_is_the_seed() -> None:
    expected = []
    for rule in seed("tolerance_rules"):
        unit = "" if rule["unit_measure"] == "any" else f", {rule['unit_measure']}"
        indicator = "" if rule["indicator_id"] == "any" else f"{rule['indicator_id']}: "
        applies_to = f"{indicator}{rule['measure']}{unit}"
        expected.append([rule["tolerance_rule"], applies_to, rule["tolerance"], rule["tolerance_kind"]])
    assert table("tolerance_rule") == expected


@pytest.mark.parametrize(
    ("heading", "list_name"), [("measure", "measure"), ("bound", "bound"), ("commitment", "commitment")]
)
def test_a_table_lists_every_code(heading: str, list_name: str) -> None:
    assert sorted(column(heading)) == sorted(codes(list_name))


@pytest.mark.parametrize("heading", ["outcome", "direction_rule", "coverage"])
def test_a_table_lists_every_verdict(heading: str) -> None:
    assert set(column(heading)) == verdicts(heading)


def test_every_reason_is_explained() -> None:
    assert set(column("reason")) == verdicts("evidence_reason") | verdicts("outcome_reason")


def test_the_order_of_sources_is_the_seed() -> None:
    told = {rule: int(step) for step, rules, _ in table("step") for rule in rules.split(", ")}
    rules = seed("choice_rules")
    assert told == {
        rule["choice_rule"]: int(rule["choice_order"]) for rule in rules if rule["is_target"] == "false"
    }
    assert {rule["choice_rule"] for rule in rules} - NAMED == set()


@pytest.mark.parametrize("list_name", ["growth_basis", "price_basis", "obs_status", "binding_type"])
def test_every_code_is_named(list_name: str) -> None:
    assert set(codes(list_name)) - NAMED == set()


def test_target_types_and_reconciliation_are_named() -> None:
    types = {row["target_type"] for row in seed("target_types")}
    assert set(column("target_type")) == types
    assert verdicts("reconciliation") - NAMED == set()


def test_queries_and_pages_that_it_names_are_there() -> None:
    queries = re.findall(r"`(\d\d_\w+\.sql)`", DOC)
    assert len(queries) > 5
    pages = re.findall(r"\]\(([\w/]+\.md)\)", DOC)
    missing = [name for name in queries if not (DOCS / "queries" / name).exists()]
    missing += [page for page in pages if not (DOCS / page).exists()]
    assert missing == []
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^##+ (.+)$", DOC, re.M)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", DOC)) - anchors == set()
