"""The other side of `read_apart`: reads one file after another from its standard input.

It says `ready` once. A request is a line of JSON (`task`, `options`, `length`) and the bytes of the file;
an answer is a line with the length of the JSON that follows.
What a reader prints goes nowhere; the process may open files to import modules, and write none.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.documents.errors import MEMORY_EXCEEDED, DocumentError
from pipelines.settings import Settings

GRACE_SECONDS = 10


def _document(data: bytes, options: dict[str, Any]) -> Any:
    from pipelines.documents.readers import read_here  # noqa: PLC0415 - only what the task needs

    found = read_here(data, options["extension"])
    return {"text": found.text, "encoding": found.encoding, "media_type": found.media_type}


def _sheet(data: bytes, options: dict[str, Any]) -> Any:
    from pipelines.statistics.figures import TableError  # noqa: PLC0415
    from pipelines.statistics.workbook import read_sheet  # noqa: PLC0415

    try:
        rows, spans = read_sheet(data, options["sheet"])
    except TableError as error:
        problem = error.problem
        raise DocumentError(problem.code, problem.reason, problem.hint) from error
    return {"rows": rows, "spans": [[line, column, text] for (line, column), text in spans.items()]}


_TASKS = {"document": _document, "sheet": _sheet}
_MODULES = {
    "document": ("pipelines.documents.readers.docx", "pipelines.documents.readers.pdf"),
    "sheet": ("pipelines.statistics.workbook", "openpyxl"),
}


def _limit_memory(room: int) -> None:
    """Let the process grow by `room` bytes from what it takes now, within what it may at all."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + room
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        return {"found": _TASKS[request["task"]](data, request["options"])}
    except DocumentError as error:
        told = (error.code, error.reason, error.hint, error.line, error.content)
        return {"refused": dict(zip(("code", "reason", "hint", "line", "content"), told, strict=True))}
    except MemoryError:
        return {"refused": {"code": MEMORY_EXCEEDED}}


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    settings = Settings()
    room = settings.reader_memory_mb * 1_000_000
    prepared: set[str] = set()
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["length"])
        if request["task"] not in prepared:
            _prepare(request["task"], room)
            prepared.add(request["task"])
        # Where the process that asked is gone, nobody else stops a reader that does not end.
        signal.alarm(settings.reader_seconds + GRACE_SECONDS)
        try:
            answer = json.dumps(_answer(request, data), ensure_ascii=False).encode("utf-8", "surrogatepass")
        except MemoryError:
            answer = json.dumps({"refused": {"code": MEMORY_EXCEEDED}}).encode()
        answers.write(b"%d\n" % len(answer) + answer)
        answers.flush()
        signal.alarm(0)


def _prepare(task: str, room: int) -> None:
    """Import what a task needs before the limit is set, so that only files count against it."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    for module in _MODULES[task]:
        import_module(module)
    _limit_memory(room)


def main() -> None:
    """Serve until standard input ends, that is until the other process does."""
    answers = os.fdopen(os.dup(1), "wb")
    complaints = os.fdopen(os.dup(2), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers.write(b"ready\n")
    answers.flush()
    try:
        _serve(sys.stdin.buffer, answers)
    except Exception:
        traceback.print_exc(file=complaints)
        raise
