"""A dbt that is started before it is known what it has to do: it imports and loads meanwhile, and waits.

dbt's modules and its manifest take over two seconds of a processor to load, which is then idle: the process
that starts it is importing Dagster. `python -m pipelines.waiting_dbt DBT MANIFESTS` is the process itself.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.paths import PROJECT_ROOT, Paths
from pipelines.warehouse import DBT, PARSE_STATE, dbt_environment, manifest_folders

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""A manifest is a hundred thousand objects that stay: Python's 700 would have them searched all the time."""

OBJECTS_BETWEEN_COLLECTIONS_OF_DBT = 500_000
"""The macros of a node's context die with it, in a circle: 40 MB more, an eighth of the time less."""

_waiting: list[WaitingDbt] = []


class WaitingDbt:
    """One such process. It ends by itself when the process that started it does."""

    def __init__(self, paths: Paths) -> None:
        """Start it for the build database of a data folder, by which orphans are known."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.waiting_dbt", str(DBT), *map(str, manifest_folders(paths))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **dbt_environment(paths), "PYTHONUNBUFFERED": "1"},
            cwd=PROJECT_ROOT,
        )

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        state: Path | None = None,
    ) -> subprocess.Popen[bytes] | None:
        """Let it run one command of dbt; None where it has ended.

        Args:
            arguments: what follows `dbt` on the command line.
            environment: all environment variables of the command.
            folder: the working directory.
            state: file of the parse state that the command would read; where it has loaded the same bytes
                meanwhile, it takes that.
        """
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "state": hashlib.sha256(state.read_bytes()).hexdigest() if state else None,
        }
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.close()
            self.process.stdin = None
        except BrokenPipeError:
            self.end()
            return None
        # What the command was started with, for messages.
        self.process.args = [str(DBT), *arguments]
        return self.process

    def end(self) -> None:
        """End the process, which has nothing open while it waits."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                with suppress(BrokenPipeError):
                    pipe.close()


@contextmanager
def waiting_dbt(paths: Paths) -> Iterator[None]:
    """Have a dbt wait for the first command of this process; it is ended where none came."""
    _waiting.append(WaitingDbt(paths))
    try:
        yield
    finally:
        while _waiting:
            _waiting.pop().end()


def take_waiting() -> WaitingDbt | None:
    """The dbt that waits; None where there is none, or it has had its command."""
    return _waiting.pop() if _waiting else None


def _load(folders: Sequence[str]) -> tuple[str, Any] | None:
    """The manifest in the parse state of the only folder, and the sha256 of that file; None where there is none.

    What is wrong with a state is found, and said, by the dbt that parses in its place.
    """
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415
    from dbt.parser.manifest import extended_mashumuro_decoder  # noqa: PLC0415

    if len(folders) != 1:
        return None
    try:
        state = (Path(folders[0]) / PARSE_STATE).read_bytes()
        manifest: Any = Manifest.from_msgpack(state, decoder=extended_mashumuro_decoder)
        manifest.build_parent_and_child_maps()
        manifest.build_flat_graph()
    except Exception:
        return None
    return hashlib.sha256(state).hexdigest(), manifest


def _prepare_validation() -> None:
    """Have dbt make what it checks its project, its profile and our database's settings with; it keeps that."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials  # noqa: PLC0415
    from dbt.contracts.project import (  # noqa: PLC0415
        Configuration,
        PackageConfig,
        ProfileConfig,
        Project,
        ProjectFlags,
    )

    checked: tuple[Any, ...] = (
        Project,
        ProjectFlags,
        PackageConfig,
        ProfileConfig,
        Configuration,
        DuckDBCredentials,
    )
    for settings in checked:
        settings.json_schema()


def _prepare_templates(manifest: Any) -> None:
    """Have dbt compile its templates for as long as nothing else is to be done; it keeps them."""
    from pipelines.lean_dbt import is_known  # noqa: PLC0415

    if not is_known():
        return
    from pipelines.lean_dbt.templates import compile_ahead  # noqa: PLC0415

    for _ in compile_ahead(manifest):
        if select.select([sys.stdin], [], [], 0)[0]:
            break


def main() -> int:
    """Import dbt, load what it needs, wait for the command, run it."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS_OF_DBT, 20, 20)
    command, *folders = sys.argv[1:]
    try:
        import dbt.adapters.duckdb  # noqa: PLC0415 - what takes the time
        import dbt.task.build  # noqa: F401, PLC0415
        from dbt.cli.main import cli  # noqa: PLC0415

        from pipelines.lean_dbt import make_lean, settle  # noqa: PLC0415

        make_lean()
        loaded = _load(folders)
        _prepare_validation()
        gc.freeze()
        if loaded:
            _prepare_templates(loaded[1])
        line = sys.stdin.buffer.readline()
    except KeyboardInterrupt:
        return 130
    if not line.endswith(b"\n"):
        return 0
    order = json.loads(line)
    os.environ.clear()
    os.environ.update(order["environment"])
    settle()
    os.chdir(order["folder"])
    sys.argv = [command, *order["arguments"]]
    known = loaded[1] if loaded and loaded[0] == order["state"] else None
    sys.exit(cli(obj={"manifest": known, "callbacks": []}))


if __name__ == "__main__":
    sys.exit(main())
