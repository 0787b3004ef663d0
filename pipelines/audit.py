"""`make audit`: does any locked package have a known vulnerability?

pip-audit asks a service on the network. Where that can't be reached, or doesn't know the packages, it is
said so and is no failure; a vulnerability that was found is one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.paths import PROJECT_ROOT

LOCKS = (
    "requirements/dev.lock",
    "requirements/bootstrap.lock",
    "requirements/ray.lock",
    "requirements/store.lock",
    "requirements/store-check.lock",
    "deploy/requirements.lock",
    "deploy/requirements-celery.lock",
    "bi/superset/requirements.lock",
)
"""What is installed anywhere; `dev.lock` holds all of `runtime.lock`."""

_UNREACHABLE = re.compile(
    r"\b(ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ServiceError)\b"
)


class AuditError(RuntimeError):
    """pip-audit could not read a lock file, or failed in a way that says nothing of the packages."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of one lock file.

    Attributes:
        reached: whether the service answered.
        known: packages that the service knows.
        unknown: packages that it does not.
        vulnerable: one line for each vulnerability: package, version, id, versions that mend it.
    """

    reached: bool
    known: int = 0
    unknown: int = 0
    vulnerable: tuple[str, ...] = ()


def read_answer(stdout: str, stderr: str) -> Audit:
    """What pip-audit's output says.

    Raises:
        AuditError: it is neither an answer nor a service out of reach.
    """
    try:
        packages = json.loads(stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        if _UNREACHABLE.search(stderr):
            return Audit(reached=False)
        raise AuditError(stderr.strip().splitlines()[-1] if stderr.strip() else "no answer") from None
    known = [package for package in packages if "skip_reason" not in package]
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, mended in"
        f" {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in known
        for found in package["vulns"]
    ]
    return Audit(True, len(known), len(packages) - len(known), tuple(lines))


def audit(lock: Path, options: Sequence[str] = ()) -> Audit:
    """Ask about every package of a lock file.

    Args:
        lock: a requirements file in which everything is pinned and hashed.
        options: more options of pip-audit, for example `--vulnerability-service osv`.

    Raises:
        AuditError: see `read_answer`.
    """
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(lock),
        "--disable-pip",
        "--require-hashes",
    ]
    command += ["--format", "json", "--progress-spinner", "off", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return read_answer(done.stdout, done.stderr)


def main(options: Sequence[str] | None = None, locks: Sequence[Path] | None = None) -> int:
    """Audit every lock file, say what was found, and return the exit status: 1 for a vulnerability."""
    status = 0
    for lock in locks or [PROJECT_ROOT / name for name in LOCKS]:
        name = lock.relative_to(PROJECT_ROOT) if lock.is_relative_to(PROJECT_ROOT) else lock
        try:
            found = audit(lock, sys.argv[1:] if options is None else options)
        except AuditError as error:
            print(f"{name}: pip-audit failed: {error}")
            status = 1
            continue
        if not found.reached:
            print(f"{name}: NOT AUDITED, the vulnerability service can't be reached")
        elif not found.known:
            print(f"{name}: NOT AUDITED, the service here knows none of its {found.unknown} packages")
        else:
            rest = f"; {found.unknown} unknown to the service, NOT AUDITED" if found.unknown else ""
            print(f"{name}: {found.known} packages, {len(found.vulnerable)} known vulnerabilities{rest}")
        for line in found.vulnerable:
            print(f"  {line}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
