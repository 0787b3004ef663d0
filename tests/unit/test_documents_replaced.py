"""Versions of one text: the newest is read, the others stay, and nothing is lost by a wrong sidecar."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.documents.add import add_document
from pipelines.documents.errors import DocumentError
from pipelines.documents.read import read_documents


def add(
    raw: Path, words: str, version: str | None = None, replaces: str | None = None, year: int = 2026
) -> None:
    file = raw.parent / "received.txt"
    file.write_text(f"政府工作报告\n{words}\n", encoding="utf-8")
    add_document(raw, file, "330200", year, version=version, replaces=replaces)


def read(raw: Path) -> list[str]:
    found = read_documents(raw)
    assert found.quarantined == []
    return found.documents["document_id"].to_list()


def test_only_the_newest_of_a_chain_is_read(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    add(raw, "第一稿。")
    add(raw, "另一份。", version="news")
    add(raw, "第二稿。", version="b", replaces="330200-report-2026")
    add(raw, "第三稿。", version="a", replaces="330200-report-2026-b")
    assert read(raw) == ["330200-report-2026-a", "330200-report-2026-news"]
    assert len(list(raw.rglob("*.txt"))) == 4


def test_a_version_whose_predecessor_is_gone_is_read(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    add(raw, "第二稿。", version="b", replaces="330200-report-2026")
    assert read(raw) == ["330200-report-2026-b"]


def test_files_that_replace_each_other_are_all_read(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    add(raw, "第一稿。", version="a", replaces="330200-report-2026-b")
    add(raw, "第二稿。", version="b", replaces="330200-report-2026-a")
    add(raw, "第三稿。", version="c", replaces="330200-report-2026-c")
    assert read(raw) == ["330200-report-2026-a", "330200-report-2026-b", "330200-report-2026-c"]


def test_a_sidecar_alone_replaces_nothing(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    add(raw, "第一稿。")
    add(raw, "第二稿。", version="b", replaces="330200-report-2026")
    (raw / "reports/330200-ningbo/2026-b.txt").unlink()
    assert read_documents(raw).documents["document_id"].to_list() == ["330200-report-2026"]


@pytest.mark.parametrize(
    "other", ["330200-report-2025", "330100-report-2026", "330200-speech-2026", "2026.txt"]
)
def test_a_text_replaces_none_of_another_place_or_year(tmp_path: Path, other: str) -> None:
    raw = tmp_path / "raw"
    with pytest.raises(DocumentError, match="replaces"):
        add(raw, "第二稿。", version="b", replaces=other)
    add(raw, "第一稿。")
    sidecar = raw / "reports/330200-ningbo/2026.yml"
    said = yaml.safe_load(sidecar.read_text(encoding="utf-8")) | {"replaces": other}
    sidecar.write_text(yaml.safe_dump(said), encoding="utf-8")
    assert [row["reason_code"] for row in read_documents(raw).quarantined] == ["sidecar_invalid"]
