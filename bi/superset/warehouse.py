"""The warehouse that the check reads: the one of a data folder, or a build of the specimens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.paths import PROJECT_ROOT, Paths

_INPUT_SET_ASIDE = 3


class BuildError(RuntimeError):
    """The specimens could not be built."""


def build_specimen(folder: Path) -> Paths:
    """Build the specimen reports of the tests and the shipped statistics into a folder.

    The shipped raw/ may hold no report; with the specimens each chart has something to show.

    Raises:
        BuildError: `gwr build` failed.
    """
    paths = Paths(raw=folder / "raw", data=folder / "data")
    shutil.copytree(PROJECT_ROOT / "tests" / "fixtures" / "raw", paths.raw)
    shutil.copytree(PROJECT_ROOT / "raw" / "statistics", paths.raw / "statistics", dirs_exist_ok=True)
    gwr = Path(sys.executable).parent / "gwr"
    command = [str(gwr), "build", "--raw", str(paths.raw), "--data", str(paths.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, _INPUT_SET_ASIDE}:
        raise BuildError(f"{paths.raw}: the build of the specimens failed:\n{done.stdout}\n{done.stderr}")
    return paths
