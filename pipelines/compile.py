"""`make compile`: extraction as machine code, by mypyc, from the sources as they are.

Needs gcc, Python's headers and the development dependencies. The result lies in `.compiled/` and is used from the next
start on, as long as the sources stay as they are (`pipelines.compiled`).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from sysconfig import get_path

from pipelines.compiled import FOLDER, PACKAGE, SUFFIX, key, modules

NOT_HERE = 3
"""Exit code of a machine that can't compile: no fault of the sources."""

# Run in a folder of its own: setuptools would read the project's pyproject.toml, whose build backend
# is another one.
_SETUP = """
try:
    from setuptools import setup
except ImportError:
    from distutils.core import setup
from mypyc.build import mypycify

setup(
    name="extraction",
    packages=[],
    py_modules=[],
    ext_modules=mypycify(["--config-file", "mypy.ini", *{files!r}], opt_level={level!r}),
)
"""
_MYPY = """[mypy]
python_version = 3.11
strict = True
follow_imports = silent
ignore_missing_imports = True
"""


class CompileError(RuntimeError):
    """Extraction could not be compiled; the message says why and what to do."""


class CannotCompileError(CompileError):
    """Something is not installed that compiling needs, and reading doesn't."""


def _missing() -> str:
    """What is not installed, and how to install it; '' where all is there."""
    if shutil.which("gcc") is None:
        return "gcc is not installed. Install it (Debian: apt-get install gcc libc6-dev)"
    header = Path(get_path("include")) / "Python.h"
    if not header.is_file():
        return f"{header} is missing. Install Python's headers (Debian: apt-get install python3.11-dev)"
    return ""


def compile_extraction(folder: Path, level: str = "3") -> Path:
    """Compile into a folder below `folder` that is named after the sources; an earlier one goes.

    Args:
        folder: where compiled code is kept.
        level: gcc's level of optimisation.

    Returns:
        The new folder.

    Raises:
        CannotCompileError: there is no C compiler, or Python's headers are missing.
        CompileError: mypyc or the compiler failed.
    """
    missing = _missing()
    if missing:
        raise CannotCompileError(f"{missing}, or do without: the sources read the same, only slower")
    target = folder / key()
    with tempfile.TemporaryDirectory(prefix="gwr-compile-") as temporary:
        place = Path(temporary)
        shutil.copytree(PACKAGE, place / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
        files = [file.relative_to(PACKAGE.parent).as_posix() for file in modules()]
        (place / "setup.py").write_text(_SETUP.format(files=files, level=level), encoding="utf-8")
        (place / "mypy.ini").write_text(_MYPY, encoding="utf-8")
        command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip()
            raise CompileError(f"mypyc or gcc failed (exit code {done.returncode}):\n{said[-4000:]}")
        _keep(place, target)
    for other in folder.iterdir():
        if other != target:
            shutil.rmtree(other, ignore_errors=True)
    return target


def _keep(place: Path, target: Path) -> None:
    """Move the compiled modules in one step: a process that starts meanwhile finds all or none."""
    partial = target.with_name(f"{target.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    for file in (*place.glob(f"*{SUFFIX}"), *(place / PACKAGE.name).rglob(f"*{SUFFIX}")):
        kept = partial / file.relative_to(place)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, kept)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def main(arguments: list[str]) -> None:
    """Compile, unless it was done for these sources already.

    Exits with 1 where compiling failed, with `NOT_HERE` where something that it needs is not installed.
    """
    parser = argparse.ArgumentParser(prog="python -m pipelines.compile", description=__doc__)
    parser.add_argument("--again", action="store_true", help="compile even where it was done")
    parser.add_argument("--level", default="3", help="gcc's level of optimisation, 0 to compile fast")
    options = parser.parse_args(arguments)
    target = FOLDER / key()
    if target.is_dir() and not options.again:
        print(f"Compiled already: {target}")
        return
    try:
        print(f"Compiled: {compile_extraction(FOLDER, options.level)}")
    except CompileError as error:
        print(f"Extraction was not compiled: {error}", file=sys.stderr)
        sys.exit(NOT_HERE if isinstance(error, CannotCompileError) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
