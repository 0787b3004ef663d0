"""A site on disk: its pages, and which of them stand for the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.conftest import Built

FOREIGN = "dbt/"
"""What dbt writes: a page of its own with its own looks, only required to be there."""


@dataclass(frozen=True)
class SiteFolder:
    """A published folder with its site.

    Attributes:
        name: what the site is made of.
        published: the folder that holds the site; a page leads to the files beside it.
    """

    name: str
    published: Path

    @property
    def root(self) -> Path:
        """The folder of the site."""
        return self.published / "site"

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """Path of each page below the site's folder."""
        found = (file.relative_to(self.root).as_posix() for file in self.root.rglob("*.html"))
        return tuple(sorted(page for page in found if not page.startswith(FOREIGN)))

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of page -> the heaviest page of that kind."""
        found: dict[str, str] = {}
        for page in self.pages:
            kind = kind_of(page)
            if kind not in found or self.size(page) > self.size(found[kind]):
                found[kind] = page
        return found

    def size(self, page: str) -> int:
        """Bytes of a page without its assets."""
        return (self.root / page).stat().st_size

    def address(self, page: str) -> str:
        """The page as a browser opens it from a folder."""
        return (self.root / page).as_uri()


def kind_of(page: str) -> str:
    """The kind of a page by its path: `reports/330200-report-2026.html` is a `reports/*`.

    The pages right in `data/` are one of a kind each.
    """
    folder, _, name = page.rpartition("/")
    parts = folder.split("/")
    if folder == "data":
        return page
    return "/".join([parts[0], *("*" for _ in parts[1:]), name if name == "index.html" else "*"])


def site_of(name: str, built: Built) -> SiteFolder:
    """The site that a build published."""
    assert built.process.returncode == 0, built.process.stdout + built.process.stderr
    return SiteFolder(name, built.paths.published)
