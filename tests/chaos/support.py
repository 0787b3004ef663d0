"""Real processes, real faults, and what has to be true afterwards."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import yaml

from pipelines.paths import PROJECT_ROOT, Paths
from tests.conftest import GWR

REPORT = Path("reports") / "330200-ningbo" / "2026"
MARK = "新建试验公园{number}个"


@dataclass(frozen=True)
class Build:
    """A `gwr build` with its own process group, and the file that its output goes to."""

    process: subprocess.Popen[bytes]
    log: Path
    started: float

    def output(self) -> str:
        """What it has said so far, standard error included."""
        return self.log.read_text(encoding="utf-8")


def start_build(paths: Paths, *, limit_bytes: int | None = None, said: Path | None = None) -> Build:
    """Start `gwr build` in a process group of its own.

    Args:
        paths: its folders.
        limit_bytes: the largest file that it and its children may write.
        said: the folder of its output, instead of the one beside the data folder.
    """
    log = (said or paths.data.parent) / f"said-{time.monotonic_ns()}.txt"
    command = [str(GWR), "build", "--raw", str(paths.raw), "--data", str(paths.data)]
    if limit_bytes is not None:
        command = [*limited(limit_bytes), *command]
    paths.data.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    return Build(process, log, time.monotonic())


def limited(limit_bytes: int) -> list[str]:
    """The start of a command whose process may write no file beyond a size, as on a full disk."""
    code = (
        "import os, resource, sys;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY));"
        "os.execv(sys.argv[2], sys.argv[2:])"
    )
    return [sys.executable, "-c", code, str(limit_bytes)]


def finish(build: Build, seconds: float = 300) -> tuple[int, str]:
    """Exit status and output of a build that ends by itself."""
    status = build.process.wait(timeout=seconds)
    return status, build.output()


def run_build(paths: Paths) -> tuple[int, str]:
    """Exit status and output of a whole `gwr build`."""
    return finish(start_build(paths))


def start_publication(
    build_database: Path, manifest: Path, published: Path, *, limit_bytes: int | None = None
) -> subprocess.Popen[str]:
    """Only the last stage of a build, in a process of its own. Says `ready` before and `done` after it."""
    command = [
        sys.executable,
        "-m",
        "tests.chaos.publisher",
        *map(str, (build_database, manifest, published)),
    ]
    if limit_bytes is not None:
        command = [*limited(limit_bytes), *command]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
        start_new_session=True,
    )


def kill_group(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """`kill -9` of a process and everything that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def group_members(group: int) -> list[str]:
    """Command lines of the living processes of a process group."""
    # Without ww, ps cuts lines after 80 characters where nobody says how wide the screen is.
    listed = subprocess.run(
        ["ps", "-wweo", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = (line.split(maxsplit=2) for line in listed)
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def wait_for(build: Build, happened: Callable[[], object], seconds: float = 120) -> None:
    """Wait until something is true of a build that runs.

    Raises:
        AssertionError: it still is not after so many seconds, or the build has ended.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        assert build.process.poll() is None, f"ended too early:\n{build.output()}"
        assert time.monotonic() < deadline, f"not within {seconds} s:\n{build.output()}"
        time.sleep(0.02)


def manifest_file(paths: Paths) -> Path:
    """The dbt manifest that a data folder was built from."""
    [file] = (paths.dbt_target / "manifest").glob("*/manifest.json")
    return file


def change_report(paths: Paths, number: int) -> None:
    """Give the report another sentence, so that what is built from it is another version."""
    text, sidecar = (paths.raw / REPORT).with_suffix(".txt"), (paths.raw / REPORT).with_suffix(".yml")
    kept = [line for line in text.read_text(encoding="utf-8").splitlines() if "试验公园" not in line]
    text.write_text("\n".join([*kept, f"　　{MARK.format(number=number)}。", ""]), encoding="utf-8")
    said = yaml.safe_load(sidecar.read_text(encoding="utf-8"))
    said["sha256"] = hashlib.sha256(text.read_bytes()).hexdigest()
    sidecar.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def shown_number(paths: Paths) -> int | None:
    """The number that `change_report` wrote, as readers of the published warehouse see it."""
    with duckdb.connect(str(paths.published_database), read_only=True) as database:
        found = database.execute(
            "select sentence_text from fct_indicator_statements where sentence_text like '%试验公园%'"
        ).fetchall()
    numbers = {int(re.findall(r"试验公园(\d+)个", sentence)[0]) for (sentence,) in found}
    return numbers.pop() if numbers else None


def check_published(published: Path) -> str:
    """Check that readers see one whole version, and say which.

    Whole: every file has the bytes of SHA256SUMS and none is missing, every link leads into the
    version, the database opens, and each Parquet file has as many rows as the table of its name.
    """
    version = (published / ".current").resolve(strict=True)
    listed = dict(
        reversed(line.split("  ", 1)) for line in (version / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    files = {path.relative_to(version).as_posix(): path for path in version.rglob("*") if path.is_file()}
    assert set(listed) == set(files) - {"SHA256SUMS"}
    for name, path in files.items():
        assert name == "SHA256SUMS" or hashlib.sha256(path.read_bytes()).hexdigest() == listed[name], name
    for entry in ("warehouse.duckdb", "parquet", "datapackage.json"):
        assert (published / entry).resolve(strict=True) == version / entry
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as database:
        tables = [
            name
            for (name,) in database.execute(
                "select table_name from duckdb_tables() where schema_name = 'main'"
            ).fetchall()
        ]
        rows = {name: database.execute(f'select count(*) from "{name}"').fetchall()[0][0] for name in tables}
    parquet = {file.stem: pq.read_metadata(file).num_rows for file in (published / "parquet").iterdir()}
    assert rows == parquet
    assert len(rows) > 12
    assert sum(rows.values()) > 1000
    return version.name
