"""The pages of one place into the site's folder, in this process or in several."""

from __future__ import annotations

import gc
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.publication.site.beside import killed
from pipelines.publication.site.pages import glance, indicators, report, targets
from pipelines.publication.site.render import Renderer
from pipelines.publication.site.site import Page, Place, Site, load_site
from pipelines.publication.site.source import open_source
from pipelines.publication.site.working_set import rows_of
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

WORTH_OWN_ROWS = 4
"""Places from which on their rows are taken out of the tables first."""

MOST_AT_A_TIME = 64
"""Reports of the places whose rows are held at a time: it bounds the memory of a process."""

_OBJECTS_BETWEEN_LOOKS = 100_000
"""After how many new objects a process looks for circles of objects that nothing else holds."""

_TURNS = 4
"""Turns that each process has at least, so that none waits long for the last one."""


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

    def write_all(self, pages: Iterable[Page]) -> Counter[str]:
        """Write pages; how many belong to each entry of the menu.

        Raises:
            OSError: see `write`.
        """
        sections: Counter[str] = Counter()
        for page in pages:
            self.write(page)
            sections[page.section] += 1
        return sections

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

    def write_places(self, areas: Sequence[str]) -> Iterator[PlaceWritten]:
        """Write the pages of some places of the site, with their rows alone at hand.

        Raises:
            OSError: the disk is full or not writable.
        """
        if len(areas) < WORTH_OWN_ROWS or len(areas) == len(self._site.places):
            yield from map(self.write_place, areas)
            return
        with rows_of(self._site.source, areas):
            yield from map(self.write_place, areas)

    def report_count(self, areas: Sequence[str]) -> int:
        """How many reports places have; one without a report counts as one."""
        return sum(max(1, len(place.reports)) for place in map(self._site.place, areas) if place)

    def turns(self, areas: Sequence[str], most: int) -> list[list[str]]:
        """Places in parts of so many reports, but of a place at least."""
        found: list[list[str]] = []
        room = 0
        # By code, because the tables are: a part's rows stand together in them.
        for area in sorted(areas):
            count = self.report_count([area])
            if count > room:
                found.append([])
                room = max(most, count)
            found[-1].append(area)
            room -= count
        return found


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
        for some in writer.turns(areas, MOST_AT_A_TIME):
            yield from writer.write_places(some)
        return
    reports = writer.report_count(areas)
    turns = writer.turns(areas, min(MOST_AT_A_TIME, -(-reports // (count * _TURNS))))
    pool = ProcessPoolExecutor(
        max_workers=count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
        initargs=(database, target),
    )
    try:
        for written in pool.map(_write_places, turns):
            yield from written
    except BrokenProcessPool as error:
        raise killed() from error
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
    # Pages are many small objects without circles: looking for circles among them costs a tenth of the time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


def _write_places(areas: Sequence[str]) -> list[PlaceWritten]:
    return list(_of_process[0].write_places(areas))
