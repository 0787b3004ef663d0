"""Whether a publication would only make again what readers see: then nothing is copied.

After each publication it is noted what the build database, the code and the published files were like. Files
count as the same by size and time of change, which is what takes no time; `gwr published` hashes them.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.fingerprint import hash_files
from pipelines.publication.files import files_below
from pipelines.publication.versions import current_version

_CODE = Path(__file__).parent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What a publication was made from, and what came of it.

    Attributes:
        build: size, time of change and inode of the build database.
        made_with: hash of the code that publishes and of what makes what is published beside the tables.
        version: name of the version that readers see.
        files: hash of the names, sizes and times of change of its files.
    """

    build: str
    made_with: str
    version: str
    files: str


def publication_code(made_with: str) -> str:
    """Name of the code that publishes, and of what else decides over a version beside the build database."""
    return hashlib.sha256(f"{hash_files([_CODE])} {made_with}".encode()).hexdigest()


def build_state(build_database: Path) -> str:
    """What tells a build database from one that was written since.

    Raises:
        OSError: there is none.
    """
    found = build_database.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def unchanged_version(record: Path, build_database: Path, made_with: str, published: Path) -> Path | None:
    """The version that readers see, where this publication would be the same again; else None.

    Args:
        record: what `note_published` wrote.
        build_database: the file that would be published.
        made_with: see `publication_code`.
        published: the folder that readers open.
    """
    version = current_version(published)
    try:
        known = State(**json.loads(record.read_text(encoding="utf-8")))
        if version is None or known.version != version.name or known.made_with != made_with:
            return None
        same = (known.build, known.files) == (build_state(build_database), _files(version))
    except (OSError, ValueError, TypeError):
        # No record, or none of this release: all is made.
        return None
    return version if same else None


def note_published(record: Path, build_database: Path, made_with: str, published: Path) -> None:
    """Write down what was published from what. A fault costs the next run its short way, and no more."""
    version = current_version(published)
    if version is None:
        return
    try:
        state = State(build_state(build_database), made_with, version.name, _files(version))
        record.write_text(json.dumps(asdict(state)), encoding="utf-8")
    except OSError as error:
        log.warning("%s can't be written; the next publication copies all tables: %s", record, error)


def _files(version: Path) -> str:
    """The names, sizes and times of change of a version's files, in one hash."""
    lines = (f"{file.name} {file.stat.st_size} {file.stat.st_mtime_ns}\n" for file in files_below(version))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
