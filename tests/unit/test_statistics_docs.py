"""docs/statistics.md says what the code does."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from pipelines.paths import PROJECT_ROOT
from pipelines.statistics.sidecar import FIELD_NAMES, LongSidecar, WideSidecar, load_sidecar
from pipelines.vocabulary import codes

DOC = (PROJECT_ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
FIGURES = PROJECT_ROOT / "raw" / "statistics" / "330200-ningbo" / "figures.csv"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)
NAMED = set(re.findall(r"`([a-z_0-9]+)`", DOC))


@pytest.mark.parametrize("example", EXAMPLES)
def test_sidecars_of_the_page_are_valid(example: str, tmp_path: Path) -> None:
    path = tmp_path / "table.yml"
    path.write_text(example, encoding="utf-8")
    assert load_sidecar(path, path.parent).title == yaml.safe_load(example)["title"]


def test_there_is_an_example_of_each_layout() -> None:
    assert sorted(yaml.safe_load(example)["layout"] for example in EXAMPLES) == ["long", "wide"]


def test_every_key_and_field_is_explained() -> None:
    keys = {*LongSidecar.model_fields, *WideSidecar.model_fields, *FIELD_NAMES}
    assert keys - NAMED == set()


def test_every_status_and_kind_is_explained() -> None:
    assert {*codes("obs_status"), *codes("source_kind")} - NAMED == set()


def test_every_reason_is_explained() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "pipelines" / "statistics").glob("*.py")
    )
    raised = set(re.findall(r'(?:Problem|_refused?|_misnamed)\(\s*"([a-z_]+)"', source))
    assert len(raised) > 30
    assert raised - NAMED == set()


@pytest.mark.parametrize("column", ["source_kind", "obs_status", "measure"])
def test_counts_of_the_page_are_those_of_the_file(column: str) -> None:
    table = DOC.split(f"| {column} | figures |\n| --- | --- |\n")[1].split("\n\n")[0]
    told = {name: int(count) for name, count in re.findall(r"\| (\w+) \| (\d+) \|", table)}
    with FIGURES.open(encoding="utf-8", newline="") as handle:
        assert told == Counter(row[column] for row in csv.DictReader(handle))
