"""One persistent process that reads files for this one, with a limit on memory and time."""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from pipelines.documents.errors import MEMORY_EXCEEDED, DocumentError
from pipelines.paths import PROJECT_ROOT
from pipelines.settings import Settings

MAX_ANSWER_BYTES = 512_000_000
FILES_A_PROCESS = 500
"""After so many files a new process takes over, so that what readers leak does not add up."""
START_SECONDS = 60
_CHUNK = 1 << 20
_START = "import sys; sys.path.insert(0, sys.argv[1]); from pipelines.isolation.worker import main; main()"
"""Python's isolated mode takes nothing from the environment or the folder it is started in."""
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
_LIMITS = ("GWR_MAX_", "GWR_READER_")


class ReaderUnavailableError(RuntimeError):
    """The reader process can't be started: no fault of any file, so no reason to set one aside."""


class _TooLateError(Exception):
    """The answer did not come in time."""


class _Worker:
    """A running reader process."""

    def __init__(self) -> None:
        # No secret of this process's environment is in reach of a file that takes its reader over.
        environment = {k: v for k, v in os.environ.items() if k in _KEPT or k.startswith(_LIMITS)}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(PROJECT_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.owner = os.getpid()
        self.limits = _limits()
        self.files = 0
        try:
            self._line(time.monotonic() + START_SECONDS)
        except (EOFError, _TooLateError) as error:
            self.end()
            raise ReaderUnavailableError(
                f"the process that reads files can't be started (exit status {self.process.returncode}); "
                "what it printed stands above. Run: make install"
            ) from error

    @property
    def usable(self) -> bool:
        """Whether the process runs, belongs to this one, is not worn out and has the limits of now."""
        return (
            self.process.poll() is None
            and self.owner == os.getpid()
            and self.files < FILES_A_PROCESS
            and self.limits == _limits()
        )

    def ask(self, request: bytes, data: bytes, seconds: float) -> bytes:
        """Send a file and wait for the answer; EOFError where the process has ended instead."""
        self.files += 1
        deadline = time.monotonic() + seconds
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(request)
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise EOFError from error
        first, received = self._line(deadline)
        length = int(first)
        if length > MAX_ANSWER_BYTES:
            raise MemoryError
        while len(received) < length:
            received += self._more(deadline)
        return bytes(received)

    def _line(self, deadline: float) -> tuple[bytes, bytearray]:
        """The first line of an answer, and what has come after it."""
        received = bytearray()
        while (end := received.find(b"\n", 0, 32)) < 0:
            received += self._more(deadline)
        return bytes(received[:end]), received[end + 1 :]

    def _more(self, deadline: float) -> bytes:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        if not waiting.poll(max(deadline - time.monotonic(), 0) * 1000):
            raise _TooLateError
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            raise EOFError
        return chunk

    def end(self) -> None:
        """Stop the process; one that another process started is only let go of."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


_lock = threading.Lock()
_running: list[_Worker] = []


def _limits() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key.startswith(_LIMITS)}


def _worker() -> _Worker:
    if _running and not _running[0].usable:
        stop()
    if not _running:
        _running.append(_Worker())
    return _running[0]


def stop() -> None:
    """End the reader process, if one runs; the next file starts another."""
    while _running:
        _running.pop().end()


atexit.register(stop)


def read_apart(task: str, data: bytes, **options: Any) -> Any:
    """Have a file read by the process beside this one.

    Args:
        task: `document` (option `extension`) or `sheet` (option `sheet`).
        data: the file's bytes.
        options: what the task wants besides.

    Returns:
        What the task found, as JSON has it.

    Raises:
        DocumentError: what the reader refused the file for, or that reading took more than
            `GWR_READER_SECONDS` (`time_exceeded`) or `GWR_READER_MEMORY_MB` (`memory_exceeded`), or that
            the file brought its reader down (`reader_crashed`).
        ReaderUnavailableError: the process can't be started.
    """
    settings = Settings()
    request = json.dumps({"task": task, "options": options, "length": len(data)}).encode() + b"\n"
    with _lock:
        try:
            answer = json.loads(_worker().ask(request, data, settings.reader_seconds))
        except _TooLateError:
            stop()
            raise _refused(
                "time_exceeded", f"reading it takes more than {settings.reader_seconds} s"
            ) from None
        except EOFError:
            stop()
            raise _refused("reader_crashed", "the file brings its reader down") from None
        except MemoryError:
            stop()
            raise _too_big(settings) from None
        except BaseException:
            # An interrupted exchange leaves half an answer in the pipe.
            stop()
            raise
        if answer.get("refused", {}).get("code") == MEMORY_EXCEEDED:
            stop()
            raise _too_big(settings)
    if "refused" in answer:
        raise DocumentError(**answer["refused"])
    return answer["found"]


def _too_big(settings: Settings) -> DocumentError:
    return _refused(MEMORY_EXCEEDED, f"reading it takes more than {settings.reader_memory_mb} MB of memory")


def _refused(code: str, reason: str) -> DocumentError:
    hint = "Save the file anew with an office program or a browser, or give its text as .txt."
    return DocumentError(code, reason, hint)
