"""The results file of the benchmark keeps what it does not own."""

from __future__ import annotations

from pathlib import Path

from pipelines.bench.results import write_results
from pipelines.bench.stages import markdown

FIGURES = {"documents": (0.123, 90.4), "whole build": (30.0, 512.0)}


def test_figures_become_a_table() -> None:
    text = markdown(FIGURES, {"machine": "2 cores"})
    assert text.splitlines() == [
        "- machine: 2 cores",
        "",
        "| stage | seconds | peak MB |",
        "| --- | ---: | ---: |",
        "| documents | 0.12 | 90 |",
        "| whole build | 30.00 | 512 |",
    ]


def test_only_the_own_section_is_replaced(tmp_path: Path) -> None:
    results = tmp_path / "benchmarks.md"
    results.write_text(
        "# Mine\n\n<!-- stages: begin -->\nold\n<!-- stages: end -->\n\n## Reading\n\nkept\n",
        encoding="utf-8",
    )
    write_results("new", results, section="stages", title="Stages")
    write_results("newer", results, section="stages", title="Stages")
    text = results.read_text(encoding="utf-8")
    assert text.startswith("# Mine\n")
    assert text.endswith("\n\n## Reading\n\nkept\n")
    assert "newer" in text
    assert "old" not in text


def test_a_missing_file_is_started(tmp_path: Path) -> None:
    results = tmp_path / "benchmarks.md"
    write_results("figures", results, section="stages", title="Stages")
    assert results.read_text(encoding="utf-8").startswith("# Benchmarks\n")
