"""The benchmark of the fixed start: what is ours is what a build takes beyond nothing."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.bench.empty_project import files_of, make_nothing, nodes_of
from pipelines.bench.start import FRESH, NOTHING, markdown

FIGURES = {
    NOTHING: {"wall": 8.0, "processor": 7.0},
    FRESH: {"wall": 14.5, "processor": 13.25, "dbt_build": 6.0},
}


def test_ours_is_the_difference_to_nothing() -> None:
    lines = markdown(FIGURES, {"machine": "2 cores"}).splitlines()
    assert lines[0] == "- machine: 2 cores"
    assert lines[4:9] == [
        "| wall | 8.00 | 14.50 |",
        "| processor | 7.00 | 13.25 |",
        "| dbt_build |  | 6.00 |",
        "| ours, wall | 0.00 | 6.50 |",
        "| ours, processor | 0.00 | 6.25 |",
    ]


def test_nothing_is_a_project_that_dbt_can_parse(tmp_path: Path) -> None:
    make_nothing(tmp_path)
    assert (tmp_path / "target" / "manifest.json").is_file()


def test_a_project_with_as_many_nodes_has_as_many(tmp_path: Path) -> None:
    nodes = {"seed": 2, "table": 3, "view": 1, "incremental": 2, "test": 11}
    make_nothing(tmp_path, files_of(nodes))
    assert nodes_of(json.loads((tmp_path / "target" / "manifest.json").read_bytes())) == nodes
