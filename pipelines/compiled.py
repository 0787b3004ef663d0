"""Extraction as machine code, where `make compile` made it of exactly these sources.

The compiled modules lie in a folder that is named after the sources, this Python and this machine.
Only where that folder exists are they imported in the place of the sources: after a change of a rule's
code, another branch or another Python there is no such folder, and the sources themselves run. Both
read every text alike (tests/unit/test_compiled.py).

`GWR_COMPILED=0` lets the sources run in any case, `GWR_COMPILED=1` refuses to start without compiled
code. It is read here and not in `pipelines.settings`, because it decides what is imported.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from sysconfig import get_config_var
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent
FOLDER = PACKAGE.parent / ".compiled"
SUFFIX = str(get_config_var("EXT_SUFFIX"))
_SOURCES = ("extraction", "ids.py", "compiled.py", "compile.py")
"""What the compiled code depends on, below the package."""
_PURE = ("__init__.py", "contract.py")
"""The records of the contract stay Python: what makes frames of them asks for their slots."""


def modules() -> list[Path]:
    """The source files that are compiled, in order."""
    return sorted(file for file in (PACKAGE / "extraction").glob("*.py") if file.name not in _PURE)


def key() -> str:
    """Hash of the sources, the Python and the machine that compiled code is good for."""
    digest = hashlib.sha256(f"{SUFFIX} {sys.version} {platform.machine()}".encode())
    for name in _SOURCES:
        path = PACKAGE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def is_compiled() -> bool:
    """Whether the extraction of this process is compiled."""
    import pipelines.extraction.statements as extraction  # noqa: PLC0415 - imported after the finder stands

    return str(extraction.__file__).endswith(SUFFIX)


class CompiledFinder(MetaPathFinder):
    """Finds the compiled modules of one folder before the sources are looked for."""

    def __init__(self, folder: Path) -> None:
        """Take stock of the folder."""
        self._files = {
            ".".join(file.relative_to(folder).as_posix().removesuffix(SUFFIX).split("/")): file
            for file in folder.rglob(f"*{SUFFIX}")
        }

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module's machine code lies; None for every module that has none."""
        file = self._files.get(fullname)
        if file is None:
            return None
        return spec_from_file_location(fullname, file, loader=ExtensionFileLoader(fullname, str(file)))


def install() -> None:
    """Let the compiled modules be imported where there are some of these sources.

    Raises:
        ImportError: there are none, and `GWR_COMPILED=1` asks for them.
    """
    wanted = os.environ.get("GWR_COMPILED")
    if wanted == "0" or (wanted != "1" and not FOLDER.is_dir()):
        return
    folder = FOLDER / key()
    if folder.is_dir():
        sys.meta_path.insert(0, CompiledFinder(folder))
    elif wanted == "1":
        raise ImportError(f"GWR_COMPILED=1, but {folder} is missing: run `make compile` (or unset it)")
