"""From a raw/ folder to documents and sentences; every kind of bad file is set aside with its reason."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.documents.add import add_document
from pipelines.documents.read import DocumentsRead, read_documents
from pipelines.schemas import Document, Quarantined, Sentence, frame, violations

REPORT = "政府工作报告\n一、2025年工作回顾\n地区生产总值增长5.5%。\n二、2026年重点工作\n新增就业3万人。\n"
FIXTURES = Path(__file__).parent.parent / "fixtures" / "documents"


def put(raw: Path, path: str, content: bytes | str = REPORT, **sidecar: Any) -> Path:
    """A document and its sidecar as the path says; `sidecar` changes keys, None leaves one out."""
    target = raw / path
    target.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    target.write_bytes(data)
    said: dict[str, Any] = {
        "title": "政府工作报告",
        "ref_area": f'"{target.parent.name[:6]}"',
        "year": target.stem[:4],
        "sha256": hashlib.sha256(data).hexdigest(),
        **sidecar,
    }
    lines = [f"{key}: {value}" for key, value in said.items() if value is not None]
    target.with_suffix(".yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def refusals(read: DocumentsRead) -> list[tuple[str, str, int | None]]:
    return [(row["file_path"], row["reason_code"], row["line"]) for row in read.quarantined]


def test_documents_and_sentences(tmp_path: Path) -> None:
    put(
        tmp_path,
        "reports/330200-ningbo/2026.txt",
        publisher="甲市日报",
        url="https://example.org/1",
        published="2026-01-22",
        text_version="abridged",
    )
    put(tmp_path, "reports/330200-ningbo/2026-full.html", (FIXTURES / "page.html").read_bytes())
    put(tmp_path, "bulletins/330200-ningbo/2025.txt", "2025年统计公报\n一、综合\n地区生产总值1.8万亿元。\n")
    put(tmp_path, "plans/330000-zhejiang/2026.txt", ("\ufeff" + REPORT).encode("utf-8"))
    done: list[tuple[int, int]] = []
    read = read_documents(tmp_path, progress=lambda done_files, files: done.append((done_files, files)))
    assert read.quarantined == []
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert violations(Document, read.documents).is_empty()
    assert violations(Sentence, read.sentences).is_empty()
    assert read.documents["document_id"].to_list() == [
        "330200-bulletin-2025",
        "330000-plan-2026",
        "330200-report-2026-full",
        "330200-report-2026",
    ]
    report = read.documents.row(3, named=True)
    assert report["published_date"] == date(2026, 1, 22)
    assert report["text_version"] == "abridged"
    assert report["file_path"] == "reports/330200-ningbo/2026.txt"
    assert report["text"] == REPORT
    assert (report["char_count"], report["part_count"], report["sentence_count"]) == (len(REPORT), 2, 5)
    assert read.documents["text"][1] == REPORT
    last = read.sentences.row(-1, named=True)
    assert last["sentence_id"] == "330200-report-2026:0004"
    assert last["section_path"] == "2026年重点工作"
    assert (last["context_role"], last["period_end_year"]) == ("work_year", 2026)
    bulletin = read.sentences.filter(document_id="330200-bulletin-2025")
    assert bulletin["context_role"].unique().to_list() == ["review_year"]
    joined = read.sentences.join(read.documents.select("document_id", source="text"), on="document_id")
    for row in joined.iter_rows(named=True):
        assert row["source"][row["char_start"] : row["char_end"]] == row["text"]


def test_same_files_same_frames(tmp_path: Path) -> None:
    for code in ("330200-ningbo", "330000-zhejiang", "100000-china"):
        put(tmp_path / "one", f"reports/{code}/2026.txt")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    first, second = read_documents(tmp_path / "one"), read_documents(tmp_path / "two")
    assert first.documents.equals(second.documents)
    assert first.sentences.equals(second.sentences)


def test_an_empty_folder_gives_empty_frames(tmp_path: Path) -> None:
    read = read_documents(tmp_path / "nothing")
    assert read.documents.is_empty()
    assert read.documents.schema == frame(Document, []).schema
    assert read.sentences.schema == frame(Sentence, []).schema


def test_hidden_files_and_readmes_are_no_documents(tmp_path: Path) -> None:
    put(tmp_path, "reports/330200-ningbo/2026.txt")
    for name in (".DS_Store", "README.md", ".git/config"):
        path = tmp_path / "reports" / "330200-ningbo" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    read = read_documents(tmp_path)
    assert (read.documents.height, read.quarantined) == (1, [])


CITY = "reports/330200-ningbo"
BAD_FILES: list[tuple[str, dict[str, Any], str, int | None]] = [
    (f"{CITY}/2026.txt", {"content": b""}, "file_empty", None),
    (f"{CITY}/2026.txt", {"content": b"\n\xff\xff\xff"}, "unknown_encoding", 2),
    (f"{CITY}/2026.pdf", {"content": b"%PDF-1.4 broken"}, "file_unreadable", None),
    (f"{CITY}/2026.docx", {"content": b"PK broken"}, "file_unreadable", None),
    (f"{CITY}/2026.txt", {"sha256": f'"{"0" * 64}"'}, "hash_mismatch", None),
    (f"{CITY}/2026.txt", {"ref_area": '"330300"'}, "ref_area_mismatch", None),
    (f"{CITY}/2026.txt", {"year": 2025}, "year_mismatch", None),
    ("reports/339900-nowhere/2026.txt", {}, "place_unknown", None),
    (f"{CITY}/2026.doc", {}, "format_unsupported", None),
    (f"{CITY}/report.txt", {"year": 2026}, "file_misplaced", None),
    (f"{CITY}/drafts/2026.txt", {"ref_area": '"330200"'}, "file_misplaced", None),
    ("reports/ningbo/2026.txt", {"ref_area": '"330200"'}, "file_misplaced", None),
]


@pytest.mark.parametrize(("path", "how", "code", "line"), BAD_FILES)
def test_a_bad_file_is_set_aside_and_the_others_go_on(
    tmp_path: Path, path: str, how: dict[str, Any], code: str, line: int | None
) -> None:
    put(tmp_path, path, **how)
    put(tmp_path, "reports/330000-zhejiang/2026.txt")
    read = read_documents(tmp_path)
    assert read.documents["document_id"].to_list() == ["330000-report-2026"]
    assert refusals(read) == [(path, code, line)]
    assert violations(Quarantined, frame(Quarantined, read.quarantined)).is_empty()
    assert read.quarantined[0]["hint"]


BAD_SIDECARS: list[tuple[dict[str, Any], int | None, str]] = [
    ({"title": None}, None, "title"),
    ({"colour": "red"}, 5, "colour"),
    ({"year": "soon"}, 3, "year"),
    ({"ref_area": "33"}, 2, "ref_area"),
    ({"published": "yesterday"}, 5, "published"),
    ({"text_version": "half"}, 5, "text_version"),
    ({"title": '"unclosed'}, 1, ""),
    ({"title": "[a, b"}, 2, ""),
]


@pytest.mark.parametrize(("said", "line", "key"), BAD_SIDECARS)
def test_a_bad_sidecar_is_set_aside_with_its_line(
    tmp_path: Path, said: dict[str, Any], line: int | None, key: str
) -> None:
    put(tmp_path, f"{CITY}/2026.txt", **said)
    read = read_documents(tmp_path)
    assert read.documents.is_empty()
    [(path, code, found_line)] = refusals(read)
    assert (path, code) == (f"{CITY}/2026.yml", "sidecar_invalid")
    assert key in read.quarantined[0]["reason"]
    assert found_line is None if line is None else found_line is not None
    if key:
        assert found_line == line


@pytest.mark.parametrize("content", [b"", b"just words", b"- a\n- b\n", b"\xff\xfe", b"a: &a [*a]\n"])
def test_a_sidecar_that_is_no_mapping_is_set_aside(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, f"{CITY}/2026.txt").with_suffix(".yml").write_bytes(content)
    assert [code for _, code, _ in refusals(read_documents(tmp_path))] == ["sidecar_invalid"]


def test_a_document_without_sidecar_and_a_sidecar_without_document(tmp_path: Path) -> None:
    put(tmp_path, f"{CITY}/2025.txt").with_suffix(".yml").unlink()
    put(tmp_path, f"{CITY}/2026.txt").unlink()
    assert refusals(read_documents(tmp_path)) == [
        (f"{CITY}/2025.txt", "sidecar_missing", None),
        (f"{CITY}/2026.yml", "document_missing", None),
    ]


def test_two_documents_with_one_id(tmp_path: Path) -> None:
    put(tmp_path, "reports/330200-ningbo/2026.txt")
    put(tmp_path, "reports/330200-ningpo/2026.txt", REPORT + "又一份。\n")
    read = read_documents(tmp_path)
    assert read.documents["file_path"].to_list() == ["reports/330200-ningbo/2026.txt"]
    assert refusals(read) == [("reports/330200-ningpo/2026.txt", "document_duplicate", None)]


def test_add_copies_the_file_with_a_sidecar_that_reads(tmp_path: Path) -> None:
    source = tmp_path / "我的报告.TXT"
    source.write_bytes(REPORT.encode("gb18030") * 3)
    raw = tmp_path / "raw"
    target = add_document(
        raw,
        source,
        "330200",
        2026,
        title="宁波市政府工作报告",
        url="https://example.org/a?b=1#c",
        published=date(2026, 1, 22),
        publisher="甲市日报",
        text_version="full",
        version="full",
    )
    assert target == raw / "reports" / "330200-ningbo" / "2026-full.txt"
    assert target.read_bytes() == source.read_bytes()
    assert sorted(path.name for path in target.parent.iterdir()) == ["2026-full.txt", "2026-full.yml"]
    read = read_documents(raw)
    assert read.quarantined == []
    row = read.documents.row(0, named=True)
    assert (row["title"], row["published_date"]) == ("宁波市政府工作报告", date(2026, 1, 22))
    assert (row["source_url"], row["encoding"]) == ("https://example.org/a?b=1#c", "gb18030")


@pytest.mark.parametrize(
    ("place", "kind", "path"),
    [
        ("610100", "report", "reports/610100-xian/2026.txt"),
        ("100000", "bulletin", "bulletins/100000-china/2026.txt"),
        ("150000", "plan", "plans/150000-inner-mongolia/2026.txt"),
    ],
)
def test_add_names_the_folder_after_the_place(tmp_path: Path, place: str, kind: str, path: str) -> None:
    source = tmp_path / "a.txt"
    source.write_text(REPORT, encoding="utf-8")
    target = add_document(tmp_path / "raw", source, place, 2026, kind=kind)
    assert target.relative_to(tmp_path / "raw").as_posix() == path


def test_add_refuses_a_duplicate(tmp_path: Path) -> None:
    raw, source, other = tmp_path / "raw", tmp_path / "a.txt", tmp_path / "b.txt"
    source.write_text(REPORT, encoding="utf-8")
    other.write_text(REPORT + "又一份。", encoding="utf-8")
    add_document(raw, source, "330200", 2026)
    with pytest.raises(ValueError, match=r"reports/330200-ningbo/2026\.txt is 330200-report-2026 already"):
        add_document(raw, other, "330200", 2026)
    with pytest.raises(ValueError, match=r"2026\.txt is the same file"):
        add_document(raw, source, "330000", 2025, kind="plan")
    add_document(raw, other, "330200", 2026, version="2")
    assert read_documents(raw).documents.height == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ref_area": "999999"}, "no place has the code 999999"),
        ({"year": 26}, "year"),
        ({"kind": "speech"}, "kind 'speech' is none of"),
        ({"text_version": "half"}, "text_version"),
        ({"version": "../x"}, "version"),
    ],
)
def test_add_refuses_a_wrong_value_and_writes_nothing(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(REPORT, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        add_document(tmp_path / "raw", source, **{"ref_area": "330200", "year": 2026, **change})
    assert not (tmp_path / "raw").exists()


def test_add_refuses_what_cannot_be_read(tmp_path: Path) -> None:
    source = tmp_path / "scan.pdf"
    source.write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(ValueError, match="can't be parsed"):
        add_document(tmp_path / "raw", source, "330200", 2026)
    with pytest.raises(FileNotFoundError):
        add_document(tmp_path / "raw", tmp_path / "none.txt", "330200", 2026)
    assert not (tmp_path / "raw").exists()
