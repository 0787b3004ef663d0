"""The lake of this machine and the one at `GWR_LAKE_URL`: brought before reading, put back after it.

What was brought is noted in `data/build/readings/lake_url.json`, so that only what changed is put back, and
only on top of the version that it was read from.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from pipelines.file_hashes import FileHashes
from pipelines.ids import file_sha256
from pipelines.lake.url_store import LakeUrlError, LakeUrlMissingError, LakeUrlTakenError
from pipelines.lake.url_versions import LEDGERS, StoredFile, StoredLake, UrlVersions
from pipelines.paths import Paths
from pipelines.settings import Settings

READS = 3
"""How often reading starts anew because a newer version appeared meanwhile."""

log = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Moved:
    """What went from or to the URL.

    Attributes:
        version: of the lake at the URL, afterwards.
        files: how many were moved.
        size: their bytes.
        damaged: paths that are not as they were put there, and were left aside.
    """

    version: int
    files: int = 0
    size: int = 0
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Base:
    """The version that lies here, without the files that were damaged."""

    url: str
    lake: StoredLake


_BASE = TypeAdapter(_Base)


def bring_lake(paths: Paths, url: str, *, rehash: bool = False) -> Moved:
    """Bring the lake and its ledgers from a URL, as far as the files here are other ones.

    Where this machine's lake came from the newest version, only files that are missing here are brought:
    others are newer than those at the URL. A damaged file is left aside; the ledger then makes the
    documents of its partition be read again.

    Args:
        paths: the folders of the run; the caller holds the build lock.
        url: where the lake lies.
        rehash: hash files again instead of trusting size and times.

    Raises:
        LakeUrlError: the URL can't be read.
        OSError: a file here can't be written.
    """
    versions = UrlVersions(url)
    for _ in range(READS - 1):
        try:
            return _bring(paths, versions, rehash=rehash)
        except LakeUrlMissingError as error:
            # Files of an earlier version are removed once a newer one is finished.
            log.info("%s; reading starts anew", error)
    return _bring(paths, versions, rehash=rehash, is_last=True)


def _bring(paths: Paths, versions: UrlVersions, *, rehash: bool, is_last: bool = False) -> Moved:
    newest = versions.newest()
    base = _load(paths, versions.url)
    is_known = bool(newest.files) and base is not None and base.writer == newest.writer
    hashes = _hashes(paths, rehash=rehash)

    def is_wanted(path: str, stored: StoredFile) -> bool:
        file = _local(paths, path)
        if is_known or not file.exists():
            return not file.exists()
        return _sha256(paths, hashes, path) != stored.sha256

    wanted = {path: stored for path, stored in newest.files.items() if is_wanted(path, stored)}

    def fetch(item: tuple[str, StoredFile]) -> str | None:
        path, stored = item
        file = _local(paths, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.partial")
        try:
            is_whole = versions.fetch(stored, partial)
        except LakeUrlMissingError:
            partial.unlink(missing_ok=True)
            if not is_last and versions.newest_number() != newest.version:
                raise
            is_whole = False
        if not is_whole:
            partial.unlink(missing_ok=True)
            log.warning("%s: %s is not as it was put there; its documents are read anew", versions.url, path)
            return path
        if path in LEDGERS and file.exists():
            _put_before(file, partial)
        partial.replace(file)
        if path not in LEDGERS:
            hashes.note(file, stored.sha256)
        return None

    # The ledgers say what lies here: they come when it does.
    tables = [item for item in wanted.items() if item[0] not in LEDGERS]
    ledgers = [item for item in wanted.items() if item[0] in LEDGERS]
    damaged = {path for path in (*_several(fetch, tables), *_several(fetch, ledgers)) if path}
    hashes.save()
    if is_known and base is not None:
        # Those that were found damaged before have no place in it.
        newest = base
    left = {path: stored for path, stored in newest.files.items() if path not in damaged}
    _save(paths, _Base(versions.url, replace(newest, files=left)))
    moved = [stored.size for path, stored in wanted.items() if path not in damaged]
    return Moved(newest.version, len(moved), sum(moved), tuple(sorted(damaged)))


def put_lake(paths: Paths, url: str, *, rehash: bool = False) -> Moved:
    """Put the files of the lake and its ledgers that changed to a URL, as a new version there.

    Until the version is finished readers see the one before; a run that is killed leaves it as it was.

    Args:
        paths: the folders of the run; the caller holds the build lock.
        url: where the lake lies.
        rehash: hash files again instead of trusting size and times.

    Raises:
        LakeUrlError: the URL can't be written, or another machine finished a version since `bring_lake`.
    """
    versions = UrlVersions(url)
    url = versions.url
    base = _load(paths, url)
    if base is None:
        raise LakeUrlError(f"{url}: nothing was brought from there yet; run `gwr build`")
    if versions.newest_number() != base.version:
        raise _overtaken(url, base.version)
    hashes = _hashes(paths, rehash=rehash)
    sums = {path: _sha256(paths, hashes, path) for path in _local_paths(paths)}
    stay = {path: stored for path, stored in base.files.items() if sums.get(path) == stored.sha256}
    hashes.save(only_asked=True)
    if len(stay) == len(base.files) and stay.keys() == sums.keys():
        return Moved(base.version)
    number, writer = base.version + 1, uuid.uuid4().hex

    def upload(path: str) -> tuple[str, StoredFile]:
        file = _local(paths, path)
        key = versions.upload(number, writer, path, file)
        return path, StoredFile(key, sums[path], file.stat().st_size)

    new = dict(_several(upload, [path for path in sums if path not in stay]))
    lake = StoredLake(number, writer, {**stay, **new})
    try:
        versions.finish(lake)
    except LakeUrlTakenError:
        raise _overtaken(url, base.version) from None
    _save(paths, _Base(url, lake))
    try:
        versions.sweep(lake)
    except LakeUrlError as error:
        log.warning("%s; what earlier versions were made of stays until the next build", error)
    return Moved(number, len(new), sum(stored.size for stored in new.values()))


def _overtaken(url: str, version: int) -> LakeUrlError:
    return LakeUrlError(
        f"{url}: another machine finished a version after version {version}, on which this run read; nothing"
        " there was changed by this run. Build again: what the other one read is then brought first"
    )


def _several(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Do work on some items at a time. The first that fails ends it; those not begun are left."""
    with ThreadPoolExecutor(Settings().lake_url_transfers) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        finally:
            pool.shutdown(cancel_futures=True)


def _put_before(known: Path, brought: Path) -> None:
    """Put the lines of a ledger before those that were brought: of a partition the last one counts."""
    lines = brought.read_bytes()
    brought.write_bytes(known.read_bytes() + b"\n" + lines)


def _local(paths: Paths, path: str) -> Path:
    folder, _, rest = path.partition("/")
    return (paths.lake if folder == "lake" else paths.readings) / rest


def _local_paths(paths: Paths) -> list[str]:
    files = sorted(file.relative_to(paths.lake).as_posix() for file in paths.lake.rglob("*.parquet"))
    ledgers = [path for path in LEDGERS if _local(paths, path).exists()]
    return [*(f"lake/{file}" for file in files), *ledgers]


def _hashes(paths: Paths, *, rehash: bool) -> FileHashes:
    return FileHashes(paths.readings / "lake_url.parquet", paths.lake, distrust=rehash)


def _sha256(paths: Paths, hashes: FileHashes, path: str) -> str:
    file = _local(paths, path)
    return file_sha256(file) if path in LEDGERS else hashes.sha256(file)


def _base_file(paths: Paths) -> Path:
    return paths.readings / "lake_url.json"


def _load(paths: Paths, url: str) -> StoredLake | None:
    """The version that lies here; None where none of that URL does."""
    file = _base_file(paths)
    try:
        base = _BASE.validate_json(file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return base.lake if base.url == url else None


def _save(paths: Paths, base: _Base) -> None:
    file = _base_file(paths)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_bytes(_BASE.dump_json(base))
    partial.replace(file)
