"""What the last publication was made from, and whether another would only make the same: then nothing is copied.

After each publication it is noted what the build database, the code and the published files were like. Files
count as the same by size and time of change, which is what takes no time; `gwr published` hashes them.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.fingerprint import hash_files
from pipelines.publication.files import files_below
from pipelines.publication.tables import Sum
from pipelines.publication.versions import current_version

_CODE = Path(__file__).parent

log = logging.getLogger(__name__)


class State(BaseModel):
    """What a publication was made from, and what came of it.

    Attributes:
        build: size, time of change and inode of the build database.
        made_with: hash of the code that publishes and of what makes what is published beside the tables.
        version: name of the version that readers see.
        files: hash of the names, sizes and times of change of its files.
        tables_with: hash of the code that publishes tables, and of what the models declare.
        built: the last build of the build database, see `pipelines.build_log`; empty where it is not known.
        sums: table -> the sum over its rows, see `sum_of`.
        appended: table -> how many of its rows stand behind those in order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    build: str
    made_with: str
    version: str
    files: str
    tables_with: str
    built: str
    sums: Mapping[str, Sum]
    appended: Mapping[str, int]


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


def last_publication(record: Path) -> State | None:
    """What `note_published` wrote; None where that is nothing, or not of this release."""
    try:
        return State.model_validate_json(record.read_bytes())
    except (OSError, ValidationError):
        return None


def is_as_published(known: State, version: Path) -> bool:
    """Whether a version is the one that was published, and its files are as they were."""
    try:
        return known.version == version.name and known.files == _files(version)
    except OSError:
        return False


def unchanged_version(
    known: State | None, build_database: Path, made_with: str, published: Path
) -> Path | None:
    """The version that readers see, where this publication would be the same again; else None.

    Args:
        known: what `note_published` wrote.
        build_database: the file that would be published.
        made_with: see `publication_code`.
        published: the folder that readers open.
    """
    version = current_version(published)
    if known is None or version is None or known.made_with != made_with:
        return None
    try:
        same = known.build == build_state(build_database) and is_as_published(known, version)
    except OSError:
        return None
    return version if same else None


def note_published(
    record: Path,
    build_database: Path,
    published: Path,
    *,
    made_with: str,
    tables_with: str,
    built: str | None,
    sums: Mapping[str, Sum],
    appended: Mapping[str, int],
) -> None:
    """Write down what was published from what. A fault costs the next run its short way, and no more."""
    version = current_version(published)
    if version is None:
        return
    try:
        state = State(
            build=build_state(build_database),
            made_with=made_with,
            version=version.name,
            files=_files(version),
            tables_with=tables_with,
            built=built or "",
            sums=sums,
            appended=appended,
        )
        record.write_text(state.model_dump_json(), encoding="utf-8")
    except OSError as error:
        log.warning("%s can't be written; the next publication copies all tables: %s", record, error)


def _files(version: Path) -> str:
    """The names, sizes and times of change of a version's files, in one hash."""
    lines = (f"{file.name} {file.stat.st_size} {file.stat.st_mtime_ns}\n" for file in files_below(version))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
