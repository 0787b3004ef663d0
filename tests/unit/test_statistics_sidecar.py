"""What a sidecar may say, and what is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.statistics import sidecar as sidecar_module
from pipelines.statistics.figures import TableError
from pipelines.statistics.sidecar import LongSidecar, WideSidecar, load_sidecar

LONG: dict[str, Any] = {
    "title": "A table",
    "origin": "Made for a test",
    "licence": "None",
    "sha256": "0" * 64,
    "ref_area": "330200",
    "layout": "long",
    "columns": {"indicator": "指 标", "year": "年份", "value": "数值", "measure": "类别"},
    "constants": {"source_kind": "yearbook", "source_title": "A yearbook"},
}
WIDE: dict[str, Any] = {
    **{key: value for key, value in LONG.items() if key != "columns"},
    "layout": "wide",
    "label_columns": ["A"],
}


def written(folder: Path, content: dict[str, Any] | str) -> Path:
    path = folder / "table.yml"
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(TableError) as caught:
        load_sidecar(path, path.parent)
    return caught.value.problem.code, caught.value.problem.reason


def test_layout_decides_the_kind(tmp_path: Path) -> None:
    assert isinstance(load_sidecar(written(tmp_path, LONG), tmp_path), LongSidecar)
    assert isinstance(load_sidecar(written(tmp_path, WIDE), tmp_path), WideSidecar)


def test_numbers_and_dates_of_yaml_are_kept_as_text(tmp_path: Path) -> None:
    text = yaml.safe_dump(WIDE, allow_unicode=True).replace("'330200'", "330200")
    text = text.replace("  source_kind", "  year: 2024\n  published_date: 2025-03-20\n  source_kind")
    said = load_sidecar(written(tmp_path, text), tmp_path)
    assert said.ref_area == "330200"
    assert said.constants.given()["year"] == "2024"
    assert said.constants.given()["published_date"] == "2025-03-20"


def test_labels_are_compared_without_white_space(tmp_path: Path) -> None:
    said = load_sidecar(written(tmp_path, LONG), tmp_path)
    assert isinstance(said, LongSidecar)
    assert said.columns["indicator"] == "指标"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"columns": {**LONG["columns"], "values": "数值"}}, "no field is called values"),
        ({"constants": {"source_kind": "yearbook"}}, "source_title"),
        ({"constants": {**LONG["constants"], "sector": "macro"}}, "constants.sector"),
        ({"header_lines": [3, 2]}, "header_lines"),
        ({"header_lines": [0, 1]}, "header_lines"),
        ({"sha256": "abc"}, "sha256"),
        ({"ref_area": "3302"}, "ref_area"),
        ({"layout": "cube"}, "layout"),
        ({"title": " "}, "title"),
        ({"origin": None}, "origin"),
        ({"label_columns": ["A"]}, "label_columns"),
    ],
)
def test_error_names_the_key(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    code, reason = refusal(written(tmp_path, {**LONG, **change}))
    assert code == "sidecar_invalid"
    assert named in reason


@pytest.mark.parametrize(
    "text",
    ["layout: [", "", "- a\n- b", "just words", "a: &a [*a]", "{" * 1200, "a: !!python/object:os.system {}"],
)
def test_malformed_yaml_is_an_error(tmp_path: Path, text: str) -> None:
    assert refusal(written(tmp_path, text))[0] == "sidecar_invalid"


def test_bytes_that_are_no_utf8_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "table.yml"
    path.write_bytes("title: 表".encode("gb18030"))
    assert refusal(path)[0] == "sidecar_invalid"


def test_oversized_sidecar_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_module, "MAX_SIDECAR_BYTES", 10)
    assert "more than 10" in refusal(written(tmp_path, LONG))[1]


def test_missing_sidecar(tmp_path: Path) -> None:
    assert refusal(tmp_path / "table.yml")[0] == "sidecar_missing"
