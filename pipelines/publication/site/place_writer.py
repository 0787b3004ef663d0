"""The pages of one place into the site's folder, in this process or in several."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.publication.site.pages import glance, indicators, report, targets
from pipelines.publication.site.render import Renderer
from pipelines.publication.site.site import Page, Place, Site, load_site
from pipelines.publication.site.source import open_source
from pipelines.worker_process import begin

KINDS: tuple[Callable[[Site, Place], Iterator[Page]], ...] = (
    glance.place_pages,
    report.place_pages,
    targets.place_pages,
    indicators.place_pages,
)
"""The kinds of page that a place has, in the order in which they are made."""

WORTH_A_PROCESS = 12
"""Places from which on a process is started for them: it takes a second and a half, about the pages of four."""

_AT_A_TIME = 4


class PageProcessError(RuntimeError):
    """A process that makes pages ended before it was done."""


@dataclass(frozen=True, slots=True)
class PlaceWritten:
    """What was written of a place.

    Attributes:
        ref_area: the place.
        sections: entry of the menu -> pages that belong to it.
        files: see `pipelines.publication.site.earlier.PlacePages`.
    """

    ref_area: str
    sections: Counter[str]
    files: tuple[str, ...]


class PageWriter:
    """Renders pages into a folder."""

    def __init__(self, site: Site, target: Path) -> None:
        """Take the site whose pages they are, and its folder."""
        self._site = site
        self._target = target
        self._renderer = Renderer(site)

    def write(self, page: Page) -> None:
        """Write one page, never over a file: that may belong to an earlier version too.

        Raises:
            OSError: the disk is full or not writable, or two pages have one path.
        """
        file = self._target / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as page_file:
            page_file.write(self._renderer.html(page))

    def write_place(self, ref_area: str) -> PlaceWritten:
        """Write the pages of a place of the site.

        Raises:
            OSError: the disk is full or not writable.
        """
        place = self._site.place(ref_area)
        if place is None:
            raise ValueError(f"{ref_area} is no place of this site")
        sections: Counter[str] = Counter()
        files: set[str] = set()
        for kind in KINDS:
            for page in kind(self._site, place):
                self.write(page)
                sections[page.section] += 1
                files.add(_place_file(page.path))
        return PlaceWritten(ref_area, sections, tuple(sorted(files)))


def _place_file(path: str) -> str:
    """A page's path, or the folder that holds pages of its place alone."""
    parts = PurePosixPath(path).parts
    return path if len(parts) <= 2 else f"{parts[0]}/{parts[1]}/"


def write_places(
    writer: PageWriter, database: Path, target: Path, areas: Sequence[str], workers: int
) -> Iterator[PlaceWritten]:
    """Write the pages of places, in several processes where that is worth it.

    Args:
        writer: of this process.
        database: the published tables, for other processes to open.
        target: the site's folder.
        areas: ref_area of each place.
        workers: how many processes there may be.

    Raises:
        OSError: the disk is full or not writable.
        PageProcessError: a process was killed.
    """
    count = min(workers, len(areas) // WORTH_A_PROCESS)
    if count <= 1:
        yield from map(writer.write_place, areas)
        return
    pool = ProcessPoolExecutor(
        max_workers=count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
        initargs=(database, target),
    )
    try:
        yield from pool.map(_write_place, areas, chunksize=_AT_A_TIME)
    except BrokenProcessPool as error:
        raise PageProcessError(
            "a process that makes pages was killed (out of memory?). Free memory, or set GWR_WORKERS=1"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_of_process: list[PageWriter] = []
"""The writer of a process that was started for pages."""

_open_in_process = ExitStack()
"""What such a process has open for as long as it lives."""


def _prepare(database: Path, target: Path) -> None:
    begin()
    source = _open_in_process.enter_context(open_source(database, threads=1))
    _of_process.append(PageWriter(load_site(source, "", {}), target))


def _write_place(ref_area: str) -> PlaceWritten:
    return _of_process[0].write_place(ref_area)
