"""Superset's own Python environment, from its own lock: it needs other versions than gwr does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from pipelines.paths import PROJECT_ROOT

LOCK = Path(__file__).resolve().parent / "requirements.lock"
ENVIRONMENT = PROJECT_ROOT / ".venv-superset"
BIN = ENVIRONMENT / "bin"


class InstallError(RuntimeError):
    """Superset's packages could not be installed."""


def _run(*command: str | Path, **variables: str) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InstallError(
            f"{LOCK}: installing into {ENVIRONMENT} failed:\n{done.stderr.strip()}\n"
            "Is the package registry reachable? Nothing else was changed; try again."
        )


def install() -> bool:
    """Install what the lock says into `.venv-superset`, unless it is there. Returns whether it did.

    Raises:
        InstallError: a package can't be had, or its hash is not the locked one.
    """
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = ENVIRONMENT / ".installed"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    stamp.unlink(missing_ok=True)
    if not (BIN / "python").exists():
        _run(sys.executable, "-m", "venv", ENVIRONMENT)
    uv = Path(sys.executable).parent / "uv"
    sync = (uv, "pip", "sync", "--system-certs", "--quiet", "--require-hashes", "--compile-bytecode", LOCK)
    _run(*sync, VIRTUAL_ENV=str(ENVIRONMENT))
    stamp.write_text(wanted, encoding="ascii")
    return True
