"""What a node of a Ray cluster runs. Imports nothing heavy before it has seen that it may take part."""

from __future__ import annotations

import pickle
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    *("polars", "pandera", "pyarrow", "pydantic", "pyyaml"),
    *("charset-normalizer", "selectolax", "pypdf", "python-docx", "openpyxl"),
)
"""What decides, beside our own code, what is read of a file and in which bytes it is written."""

Versions = dict[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A node that would read differently: its name, and what differs as `what: there, here`."""

    node: str
    differences: tuple[str, ...]


@cache
def versions() -> Versions:
    """What the reading of this process depends on beside its input."""
    from pipelines.fingerprint import (  # noqa: PLC0415 - a node says first what it lacks
        extraction_fingerprint,
        outline_fingerprint,
        schema_fingerprint,
    )

    return {
        "python": platform.python_version(),
        **{name: _installed(name) for name in PACKAGES},
        "code that reads files": outline_fingerprint(),
        "code that reads texts": extraction_fingerprint(),
        "schemas": schema_fingerprint(),
    }


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def differences(there: Versions, here: Versions) -> tuple[str, ...]:
    """What differs between a node and the build."""
    return tuple(
        f"{name}: {there.get(name, 'unknown')} there, {wanted} here"
        for name, wanted in here.items()
        if there.get(name) != wanted
    )


def do(wanted: Versions, parcel: bytes) -> bytes | Refusal:
    """Do a task, unless this node would do it differently.

    Args:
        wanted: `versions()` of the build.
        parcel: the pickle of a `Parcel`.

    Returns:
        The pickle of an `Answer`.
    """
    if found := differences(versions(), wanted):
        return Refusal(platform.node(), found)
    from pipelines.lake.parcels import perform_parcel  # noqa: PLC0415

    return pickle.dumps(perform_parcel(pickle.loads(parcel)), pickle.HIGHEST_PROTOCOL)
