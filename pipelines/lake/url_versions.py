"""How a lake lies at a URL: files that never change, and one small object for each version, written last.

    versions/00000007.json                   names the index of version 7, and its hash
    objects/00000007-<writer>/index.json     path -> object, sha256 and size of every file of the lake
    objects/00000007-<writer>/lake/...       the files that version 7 brought; others lie where they lay

`versions/` only grows, and each object in it can be made only once: of two who build on version 6, one makes
version 7, and the other is told. Whoever reads sees the last version that was finished.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from pipelines.lake.url_store import LakeUrlTakenError, lake_url, open_store, told

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CHUNK_BYTES = 5 * 1024 * 1024
PARTS_AT_ONCE = 2
INDEX = "index.json"
LEDGERS = ("readings/documents.jsonl", "readings/statements.jsonl")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the lake at the URL: the object that holds it, the hash and the size of its bytes."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredLake:
    """A version of the lake at the URL; version 0 is that of an empty one."""

    version: int = 0
    writer: str = ""
    files: Mapping[str, StoredFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Version:
    version: int
    writer: str
    index: str
    sha256: str


_VERSION = TypeAdapter(_Version)
_FILES = TypeAdapter(dict[str, StoredFile])


class UrlVersions:
    """The versions of the lake at a URL."""

    def __init__(self, url: str) -> None:
        """Open the store.

        Raises:
            LakeUrlError: it is no URL that a lake can lie at, or can't be opened.
        """
        self.url = lake_url(url)
        self._store: ObjectStore = open_store(self.url)

    def newest_number(self) -> int:
        """The number of the last finished version; 0: there is none.

        Raises:
            LakeUrlError: the store can't be read.
        """
        import obstore  # noqa: PLC0415 - an optional extra

        with told(self.url):
            paths = [meta["path"] for page in obstore.list(self._store, "versions") for meta in page]
        numbers = (re.fullmatch(r"versions/(\d{8})\.json", path) for path in paths)
        return max((int(found[1]) for found in numbers if found), default=0)

    def newest(self) -> StoredLake:
        """The last finished version. One whose index is damaged has no files, and that is said.

        Raises:
            LakeUrlMissingError: another one was finished meanwhile.
            LakeUrlError: the store can't be read.
        """
        number = self.newest_number()
        if not number:
            return StoredLake()
        writer = ""
        try:
            version = _VERSION.validate_json(self._read(_version_key(number)))
            writer = version.writer
            files = _files(self._read(version.index), version.sha256)
        except ValueError as error:
            reason = "it is no description of a lake" if isinstance(error, ValidationError) else error
            log.warning("%s: version %d can't be used (%s); it is taken for empty", self.url, number, reason)
            return StoredLake(number, writer)
        return StoredLake(number, writer, files)

    def fetch(self, stored: StoredFile, target: Path) -> bool:
        """Stream a file to a path; whether it was the bytes that were put there.

        Raises:
            LakeUrlMissingError: the object is gone.
            LakeUrlError: the store can't be read.
            OSError: the path can't be written.
        """
        import obstore  # noqa: PLC0415 - an optional extra

        digest = hashlib.sha256()
        with told(self.url), target.open("wb") as handle:
            for chunk in obstore.get(self._store, stored.key).stream(CHUNK_BYTES):
                digest.update(chunk)
                handle.write(chunk)
        return digest.hexdigest() == stored.sha256

    def upload(self, version: int, writer: str, path: str, source: Path | bytes) -> str:
        """Put a file of a version that is not finished yet, and say what object holds it.

        Raises:
            LakeUrlError: the store can't be written.
        """
        import obstore  # noqa: PLC0415 - an optional extra

        key = f"{_folder(version, writer)}/{path}"
        with told(self.url):
            obstore.put(self._store, key, source, chunk_size=CHUNK_BYTES, max_concurrency=PARTS_AT_ONCE)
        return key

    def finish(self, lake: StoredLake) -> None:
        """Make a version of which all files are there the newest one.

        Raises:
            LakeUrlTakenError: somebody else finished a version of that number.
            LakeUrlError: the store can't be written.
        """
        import obstore  # noqa: PLC0415 - an optional extra

        index = _FILES.dump_json(dict(sorted(lake.files.items())))
        key = self.upload(lake.version, lake.writer, INDEX, index)
        version = _Version(lake.version, lake.writer, key, hashlib.sha256(index).hexdigest())
        try:
            with told(self.url):
                name = _version_key(lake.version)
                obstore.put(self._store, name, _VERSION.dump_json(version), mode="create")
        except LakeUrlTakenError:
            # An answer that got lost on its way makes the store be asked again, and that meets its own work.
            if self._read(_version_key(lake.version)) != _VERSION.dump_json(version):
                raise

    def sweep(self, lake: StoredLake) -> int:
        """Remove the objects of this version and of earlier ones that the newest version is not made of, and
        say how many. A version that somebody is writing has a later number."""
        import obstore  # noqa: PLC0415 - an optional extra

        used = {stored.key for stored in lake.files.values()}
        used.add(f"{_folder(lake.version, lake.writer)}/{INDEX}")
        removed = 0
        with told(self.url):
            for page in obstore.list(self._store, "objects"):
                keys = [meta["path"] for meta in page]
                useless = [key for key in keys if key not in used and _number(key) <= lake.version]
                if useless:
                    obstore.delete(self._store, useless)
                removed += len(useless)
        return removed

    def _read(self, key: str) -> bytes:
        import obstore  # noqa: PLC0415 - an optional extra

        with told(self.url):
            return bytes(obstore.get(self._store, key).bytes())


def _version_key(number: int) -> str:
    return f"versions/{number:08d}.json"


def _folder(version: int, writer: str) -> str:
    return f"objects/{version:08d}-{writer}"


def _number(key: str) -> int:
    found = re.match(r"objects/(\d{8})-", key)
    # What is none of ours stays.
    return int(found[1]) if found else 10**9


def _files(index: bytes, sha256: str) -> dict[str, StoredFile]:
    if hashlib.sha256(index).hexdigest() != sha256:
        raise ValueError("its index is not the bytes that were put there")
    files = _FILES.validate_json(index)
    for path in files:
        _check_path(path)
    return files


def _check_path(path: str) -> None:
    """A path of the index becomes one of this machine: it must not lead out of the lake."""
    parts = PurePosixPath(path).parts
    is_lake_file = parts[:1] == ("lake",) and ".." not in parts and "\\" not in path
    if not (is_lake_file and path.endswith(".parquet")) and path not in LEDGERS:
        raise ValueError(f"{path} is no file of a lake")


def check_lake_url(url: str) -> None:
    """See that the lake at a URL can be read, before anything is built.

    Raises:
        LakeUrlError: it can't, or the extra `store` is not installed.
    """
    UrlVersions(url).newest_number()
