"""Compiled extraction (`make compile`) runs only for the very sources it was made of, and reads the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import compile as compile_module
from pipelines import compiled
from pipelines.paths import Paths

READ = """
import hashlib, random, sys
import yaml
from pathlib import Path
from pipelines.bench.reading import texts
from pipelines.compiled import is_compiled
from pipelines.documents.model import OutlineSentence
from pipelines.documents.outline import outline
from pipelines.extraction.statements import DocumentKey, extract
from pipelines.rules import engine

assert is_compiled() == (sys.argv[1] == "1"), "other code was imported than was asked for"
examples = [one for path in sorted(Path("tests/corpus/reading").glob("*.yml"))
            for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
dice = random.Random(7)
clauses = [clause for text, _, _ in texts() for clause in text.replace("。", "，").split("，")]
jumbled = ["，".join(dice.choices(clauses, k=5)) + dice.choice(["", "。", "；"]) for _ in range(2000)]
found = [extract(DocumentKey(place, place, year), outline(text, year).sentences, engine())
         for text, place, year in texts()]
for text in [*(one["text"] for one in examples), *jumbled]:
    role = dice.choice(["review_year", "goals_year", "goals_plan", "work_year", "other"])
    sentence = OutlineSentence(0, 0, len(text), text, 0, 1, "body", role, 2025, 2025, ("工业", ))
    found.append(extract(DocumentKey("330200-2026", "330200", 2026), [sentence], engine()))
print(sum(len(one.statements) for one in found), hashlib.sha256(repr(found).encode()).hexdigest())
"""


BUILD = """
import logging, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from pipelines.compiled import is_compiled
from pipelines.lake.documents import read_documents_stage
from pipelines.lake.statements import read_statements_stage
from pipelines.lake.worker_start import start
from pipelines.paths import Paths

with ProcessPoolExecutor(1, get_context("spawn"), initializer=start, initargs=("statements",)) as worker:
    assert worker.submit(is_compiled).result() == is_compiled() == (sys.argv[1] == "1")
paths = Paths(raw=Path(sys.argv[2]), data=Path(sys.argv[3]))
stages = read_documents_stage(paths), read_statements_stage(paths)
print(stages[0].read, stages[1].stage.read)
"""


def read(choice: str) -> str:
    """What a process reads that runs the sources (0) or the compiled code (1)."""
    return run(READ, choice)


def run(code: str, choice: str, *arguments: str | Path) -> str:
    """What some code prints that runs the sources (0) or the compiled code (1)."""
    done = subprocess.run(
        [sys.executable, "-c", code, choice, *map(str, arguments)],
        cwd=compiled.PACKAGE.parent, env=os.environ | {"GWR_COMPILED": choice},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_compiled_code_reads_what_the_sources_read() -> None:
    if not (compiled.FOLDER / compiled.key()).is_dir():
        pytest.skip("nothing is compiled of these sources: make compile")
    assert read("1") == read("0")


def test_its_processes_run_it_too_and_nothing_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (compiled.FOLDER / compiled.key()).is_dir():
        pytest.skip("nothing is compiled of these sources: make compile")
    monkeypatch.setenv("GWR_WORKERS", "2")
    monkeypatch.setenv("GWR_PARALLEL_FROM_CHARACTERS", "0")
    raw = compiled.PACKAGE.parent / "tests" / "fixtures" / "raw"
    read = [run(BUILD, choice, raw, tmp_path / "data") for choice in ("1", "0")]
    assert read == ["1 1\n", "0 0\n"]
    run(BUILD, "0", raw, tmp_path / "other")
    assert lake(tmp_path / "other") == lake(tmp_path / "data")


def lake(data: Path) -> dict[str, bytes]:
    """The tables of a lake, by path."""
    folder = Paths(raw=data, data=data).lake
    found = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*=*/*.parquet")}
    assert found
    return found


def test_where_it_is_asked_for_it_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(compiled, "FOLDER", tmp_path)
    monkeypatch.setenv("GWR_COMPILED", "1")
    with pytest.raises(ImportError, match="make compile"):
        compiled.install()


@pytest.mark.parametrize("missing", ["gcc", "headers"])
def test_a_machine_that_can_not_compile_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    monkeypatch.setattr(compile_module, "FOLDER", tmp_path)
    monkeypatch.setattr(
        compile_module.shutil, "which", lambda _: None if missing == "gcc" else "/usr/bin/gcc"
    )
    monkeypatch.setattr(compile_module, "get_path", lambda _: str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        compile_module.main([])
    assert ended.value.code == compile_module.NOT_HERE
    said = capsys.readouterr().err
    assert ("gcc is not installed" in said) == (missing == "gcc")
    assert ("Python.h is missing" in said) == (missing == "headers")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the sources, with a folder of compiled code that belongs to them."""
    copied = tmp_path / "pipelines"
    shutil.copytree(compiled.PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "PACKAGE", copied)
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / ".compiled")
    monkeypatch.delenv("GWR_COMPILED", raising=False)
    module = compiled.FOLDER / compiled.key() / "pipelines" / "extraction" / f"clauses{compiled.SUFFIX}"
    module.parent.mkdir(parents=True)
    module.touch()
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    return copied


def finders() -> list[compiled.CompiledFinder]:
    """What `install` added to where modules are looked for."""
    before = len(sys.meta_path)
    compiled.install()
    return [
        one
        for one in sys.meta_path[: len(sys.meta_path) - before]
        if isinstance(one, compiled.CompiledFinder)
    ]


@pytest.mark.usefixtures("package")
def test_code_compiled_of_these_sources_is_found() -> None:
    (finder,) = finders()
    found = finder.find_spec("pipelines.extraction.clauses")
    assert found is not None
    assert found.origin is not None
    assert found.origin.endswith(f"clauses{compiled.SUFFIX}")
    assert finder.find_spec("pipelines.extraction.contract") is None


@pytest.mark.parametrize("name", ["extraction/clauses.py", "extraction/contract.py", "ids.py"])
def test_code_compiled_of_other_sources_is_left_aside(package: Path, name: str) -> None:
    changed = package / name
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert finders() == []


@pytest.mark.usefixtures("package")
def test_it_can_be_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_COMPILED", "0")
    assert finders() == []
