"""Whatever lies in raw/ is read or set aside with a reason: none lost, nothing executed, bounded work.

`GWR_CHAOS_INPUTS` says how many damaged and hostile files are made (60; 1000 where GWR_CHAOS is full),
`GWR_CHAOS_SEED` of which seed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import docx
import pytest

from pipelines.corrections import apply_corrections
from pipelines.documents.errors import DocumentError
from pipelines.documents.raw_files import read_regular
from pipelines.documents.read import read_documents
from pipelines.documents.readers import read_text
from pipelines.documents.yaml_text import YamlError, load_yaml
from pipelines.isolation import ReaderUnavailableError, process
from pipelines.paths import PROJECT_ROOT
from pipelines.schemas import Statement, frame
from tests.chaos import mutate
from tests.chaos.mutate import REPORTS, TABLES, Input

COUNT = int(os.environ.get("GWR_CHAOS_INPUTS", "1000" if os.environ.get("GWR_CHAOS") == "full" else "60"))
SEED = int(os.environ.get("GWR_CHAOS_SEED", "1"))
MEMORY_MB = 2048
READER_SECONDS = 3
LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12))
SECRET = "what no reader may see"


@dataclass
class Outcome:
    """What reading a hostile raw/ gave, and the tree of files before and after."""

    root: Path
    good: set[str]
    tricks: list[bytes]
    before: dict[str, tuple[int, int, int]]
    after: dict[str, tuple[int, int, int]]
    seconds: float
    said: dict[str, Any]
    printed: str

    @property
    def quarantined(self) -> list[dict[str, Any]]:
        return list(self.said["quarantined"])

    @property
    def named(self) -> set[str]:
        """Every file that was taken or set aside."""
        return {*self.said["taken"], *self.said["tables"], *(row["file_path"] for row in self.quarantined)}


def tree(root: Path) -> dict[str, tuple[int, int, int]]:
    """Kind, size and time of change of all below a folder, links not followed."""
    found = {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        for name in [*folders, *files]:
            path = os.path.join(folder, name)  # noqa: PTH118 - names of bytes
            status = os.lstat(path)
            found[repr(path)] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("hostile")
    (root / "outside").mkdir()
    (root / "outside" / "secret.txt").write_text(SECRET, encoding="utf-8")
    (root / "home").mkdir()
    mutate.write_inputs(root / "raw", SEED, COUNT)
    good = mutate.write_good(root / "raw")
    tricks = mutate.write_tricks(root / "raw", root / "outside")
    before = tree(root)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.reading", str(root / "raw"), str(MEMORY_MB)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "GWR_READER_SECONDS": str(READER_SECONDS), "HOME": str(root / "home")},
        capture_output=True,
        text=True,
        timeout=120 + COUNT,
        check=False,
    )
    seconds = time.monotonic() - started
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout)
    return Outcome(root, good, tricks, before, tree(root), seconds, said, done.stdout + done.stderr)


def test_no_file_is_lost(outcome: Outcome) -> None:
    stems = {Path(name).stem for name in outcome.named}
    assert [n for n in range(COUNT) if f"2026-m{n:04d}" not in stems] == []


def test_nothing_that_is_no_plain_file_is_passed_over(outcome: Outcome) -> None:
    names = {trick.decode("utf-8", "backslashreplace") for trick in outcome.tricks}
    blamed = {name.replace("-side.yml", "-side.txt") for name in outcome.named}
    assert names - blamed == set()
    taken = names & {*outcome.said["taken"], *outcome.said["tables"]}
    assert taken == set()


def test_every_reason_is_told(outcome: Outcome) -> None:
    assert outcome.said["violations"] == {"Document": 0, "Sentence": 0, "Observation": 0, "Quarantined": 0}
    for row in outcome.quarantined:
        assert row["reason_code"] and row["reason"].strip() and row["hint"].strip(), row
        assert len(row["reason"]) <= 500
    reasons = {row["reason_code"] for row in outcome.quarantined}
    assert not reasons & {"reading_failed", "extraction_failed", "schema_violation"}, reasons


def test_good_input_beside_it_is_read(outcome: Outcome) -> None:
    assert len(outcome.good) == 8
    assert outcome.good - {*outcome.said["taken"], *outcome.said["tables"]} == set()
    assert outcome.said["statements"] > 0


def test_hardly_a_file_brings_its_reader_down(outcome: Outcome) -> None:
    crashed = [row["file_path"] for row in outcome.quarantined if row["reason_code"] == "reader_crashed"]
    assert len(crashed) <= COUNT // 50, crashed


def test_memory_and_time_are_bounded(outcome: Outcome) -> None:
    assert outcome.said["memory_mb"] < 1200
    assert outcome.said["reader_memory_mb"] < 1200
    assert outcome.seconds < 60 + COUNT


def test_nothing_is_written_and_nothing_followed(outcome: Outcome) -> None:
    assert outcome.after == outcome.before
    assert not (outcome.root / "canary").exists()
    assert not Path("/tmp/gwr-canary").exists()
    assert SECRET not in outcome.printed
    assert "root:x:0:0" not in outcome.printed


def put(raw: Path, suffix: str, data: bytes, sidecar: bytes | None = None, stem: str = "2026") -> Path:
    path = raw / REPORTS / f"{stem}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.with_suffix(".yml").write_bytes(mutate._sidecar(suffix, data) if sidecar is None else sidecar)
    return path


def refusal(made: Input) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_text(made[1], made[0])
    return caught.value


def saved(paragraphs: int) -> Input:
    parts = mutate.members(mutate.word())
    name = "word/document.xml"
    end = parts[name].index(b"<w:sectPr")
    body = "<w:p><w:r><w:t>增长5%。</w:t></w:r></w:p>".encode() * paragraphs
    return ".docx", mutate.zipped(parts | {name: parts[name][:end] + body + parts[name][end:]})


def test_a_page_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_READER_SECONDS", "1")
    started = time.monotonic()
    assert refusal((".html", b"<div>" * 300_000)).code == "time_exceeded"
    assert time.monotonic() - started < 5
    assert read_text(*mutate.originals()[4][::-1]).media_type == "pdf"


def test_a_file_that_takes_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_READER_MEMORY_MB", "100")
    parts = mutate.members(mutate.workbook())
    name = "xl/worksheets/sheet1.xml"
    rows = b"".join(b'<row r="%d">%b</row>' % (row, b"<c><v>1</v></c>" * 10) for row in range(100, 90_000))
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    with pytest.raises(DocumentError) as caught:
        process.read_apart("sheet", mutate.zipped(parts), sheet=None)
    # A library in C that gets no memory may end its process instead of saying so.
    stopped = {"memory_exceeded", "reader_crashed"}
    assert caught.value.code in stopped
    assert refusal((".html", "<p>宁波<br>".encode() * 1_000_000)).code in stopped
    assert read_text(*mutate.originals()[5][::-1]).media_type == "docx"


def test_a_reader_that_dies_takes_only_its_file_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_READER_SECONDS", "30")
    read_text(mutate.pdf(), ".pdf")
    victim = process._running[0].process.pid
    timer = threading.Timer(0.5, os.kill, (victim, signal.SIGKILL))
    timer.start()
    assert refusal((".html", b"<div>" * 300_000)).code == "reader_crashed"
    timer.join()
    assert read_text(mutate.pdf(), ".pdf").media_type == "pdf"
    assert process._running[0].process.pid != victim


def test_a_reader_that_cannot_be_started_is_no_fault_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, ".pdf", mutate.pdf())
    process.stop()
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(ReaderUnavailableError, match="exit status 1"):
            read_documents(tmp_path)
    assert read_documents(tmp_path).quarantined == []


def test_the_reader_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    process.stop()
    monkeypatch.setenv("GWR_CATALOG_PASSWORD", SECRET)
    read_text(mutate.pdf(), ".pdf")
    environment = Path(f"/proc/{process._running[0].process.pid}/environ").read_bytes()
    assert SECRET.encode() not in environment


def test_the_reader_ends_with_its_master() -> None:
    code = (
        "import os; from tests.chaos import mutate; from pipelines.documents.readers import read_text;"
        "from pipelines.isolation import process; read_text(mutate.pdf(), '.pdf');"
        "print(process._running[0].process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    orphan = Path(f"/proc/{int(done.stdout)}/cmdline")
    deadline = time.monotonic() + 10
    while orphan.exists() and orphan.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (orphan.exists() and orphan.read_bytes())


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@pytest.mark.parametrize(
    "bomb", [mutate._xml_entities, mutate._zip_dense, mutate._zip_lie, mutate._zip_paths]
)
def test_archives_that_expand_are_refused_unpacked(tmp_path: Path, suffix: str, bomb: Any) -> None:
    seed = next(seed for seed in range(50) if bomb(Random(seed))[0] == suffix)
    data = bomb(Random(seed))[1]
    folder = tmp_path / (TABLES if suffix == ".xlsx" else REPORTS)
    folder.mkdir(parents=True)
    (folder / f"2026{suffix}").write_bytes(data)
    (folder / "2026.yml").write_bytes(mutate._sidecar(suffix, data))
    from pipelines.statistics.read import read_statistics  # noqa: PLC0415

    started = time.monotonic()
    rows = [*read_documents(tmp_path).quarantined, *read_statistics(tmp_path).quarantined]
    codes = {row["reason_code"] for row in rows}
    if bomb is mutate._zip_paths:
        assert codes <= {"file_unreadable", "field_missing", "year_invalid", "value_not_number"}
    else:
        assert codes and codes <= {"file_too_large", "file_unreadable"}
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LAUGHS, "more than 100000 values"),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 99)), "nested deeper"),
        ("a: &a [*a]\n", "not complete"),
        ("a: *b\n", "not complete"),
        ("[" * 100_000, "nested deeper"),
        ("{a: " * 100_000, "nested deeper"),
        ("- " * 50_000, "nested deeper"),
        ("[" + "1, " * 200_000 + "]", "more than 100000 values"),
        ('a: "\\e[2J"\n', "control character"),
        ('a: "\\0"\n', "control character"),
        ("a: !!python/object/apply:os.system [true]\n", "tag"),
        ("a: " + "9" * 5000, "4300 digits"),
        ("a: 2026-02-31\n", "day is out of range"),
    ],
)
def test_yaml_is_plain_values_only(text: str, told: str) -> None:
    with pytest.raises(YamlError, match=told):
        load_yaml(text)


def test_an_alias_that_stands_for_little_is_read() -> None:
    assert load_yaml("a: &x {y: 1}\nb: *x\nc: &z 5\nd: *z\n") == {
        "a": {"y": 1},
        "b": {"y": 1},
        "c": 5,
        "d": 5,
    }


def test_a_bomb_among_the_corrections_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "1.yml").write_text(LAUGHS, encoding="utf-8")
    (folder / "2.yml").write_text("[" * 100_000, encoding="utf-8")
    os.mkfifo(folder / "3.yml")
    (folder / "4.yml").symlink_to("/etc/passwd")
    found = apply_corrections(frame(Statement, []), tmp_path).quarantined
    assert [(row["file_path"][-5:], row["reason_code"]) for row in found] == [
        (f"{number}.yml", "malformed_corrections") for number in range(1, 5)
    ]


def test_a_file_that_vanishes_is_told(tmp_path: Path) -> None:
    for year in ("2024", "2025"):
        data = f"{year}年地区生产总值增长5%。".encode()
        said = mutate._sidecar(".txt", data).replace(b"year: 2026", f"year: {year}".encode())
        put(tmp_path, ".txt", data, said, stem=year)
    read = read_documents(tmp_path, progress=lambda done, _: (tmp_path / REPORTS / "2025.txt").unlink(True))
    assert read.documents["document_id"].to_list() == ["330200-report-2024"]
    assert [row["reason_code"] for row in read.quarantined] == ["file_vanished"]


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "growing.txt"
    path.write_bytes(b"x" * 20_000_000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as handle:
            while not stop.wait(0.0005):
                handle.write(b"y")

    writer = threading.Thread(target=grow)
    writer.start()
    codes = set()
    try:
        for _ in range(50):
            try:
                assert len(read_regular(path)) >= 20_000_000
            except DocumentError as error:
                codes.add(error.code)
    finally:
        stop.set()
        writer.join()
    assert codes == {"file_changed"}
    assert len(read_regular(path)) == path.stat().st_size


def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    put(raw, ".txt", mutate.text().encode())
    closed = put(raw, ".txt", b"1", stem="2026-closed")
    folder = raw / "reports" / "330300-wenzhou"
    folder.mkdir()
    # Root may read anything: it reads once, so that all is imported, and again as somebody else.
    code = (
        "import os, pwd, sys; from pathlib import Path;"
        "from pipelines.documents.read import read_documents;"
        "raw = Path(sys.argv[1]); read_documents(raw); nobody = pwd.getpwnam('nobody').pw_uid;"
        "os.chown(raw.parent, nobody, -1) if os.geteuid() == 0 else None; os.chdir(raw.parent);"
        "os.setuid(nobody) if os.geteuid() == 0 else None; read = read_documents(Path(raw.name));"
        "print(len(read.documents), [row['reason_code'] for row in read.quarantined])"
    )
    closed.chmod(0)
    folder.chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(raw)],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 ['file_unreadable', 'file_unreadable']\n"


def test_every_reason_of_a_document_is_explained() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("documents", "isolation")
        for path in (PROJECT_ROOT / "pipelines" / folder).rglob("*.py")
    )
    raised = set(re.findall(r'(?:DocumentError|_refused|_told)\(\s*"([a-z_]+)"', source))
    explained = set(
        re.findall(r"`([a-z_]+)`", (PROJECT_ROOT / "docs" / "faults.md").read_text(encoding="utf-8"))
    )
    assert len(raised) > 20
    assert raised - explained == set()


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        mutate.write_inputs(tmp_path / name / "raw", 7, 15)
    one, two = (
        {
            str(path.relative_to(tmp_path / name)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (tmp_path / name).rglob("*")
            if path.is_file() and b"/canary" not in path.read_bytes()[:2000]
        }
        for name in ("one", "two")
    )
    texts = {key: value for key, value in one.items() if key.endswith((".txt", ".html", ".csv", ".pdf"))}
    assert texts
    assert all(two[key] == value for key, value in texts.items())


def test_a_word_file_of_many_paragraphs_takes_linear_time() -> None:
    started = time.monotonic()
    assert refusal(saved(200_000)).code == "text_too_long"
    assert time.monotonic() - started < 30


def test_a_plain_word_file_is_read_as_before() -> None:
    document = docx.Document()
    document.add_paragraph("一、工作回顾")
    data = io.BytesIO()
    document.save(data)
    assert read_text(data.getvalue(), ".docx").text == "一、工作回顾"
