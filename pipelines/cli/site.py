"""What `gwr site` does: make the pages of the published version anew, copy them, or show them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rich.console import Console

from pipelines.cli.site_server import site_server
from pipelines.lock import build_lock
from pipelines.paths import Paths
from pipelines.publication.publish import republish
from pipelines.publication.site.maker import SiteMaker
from pipelines.publication.versions import current_version
from pipelines.settings import Settings
from pipelines.warehouse import load_manifest


class SiteError(RuntimeError):
    """There are no pages to show, or no place to put them."""


def _published(paths: Paths) -> Path:
    version = current_version(paths.published)
    if version is None:
        raise SiteError(f"nothing is published in {paths.published}: run gwr build")
    return version


def make_site(paths: Paths) -> None:
    """Make the pages of the version that readers see anew; a new version where the code of pages is newer.

    Raises:
        SiteError: nothing is published.
        BuildInProgressError: a build is running.
    """
    _published(paths)
    with build_lock(paths.data):
        pages = SiteMaker(load_manifest(paths), Settings().workers)
        done = republish(paths.published, pages, Settings().keep_versions)
    console = Console(stderr=True, highlight=False)
    if pages.written:
        console.print(f"{pages.written.count:,} pages, {pages.written.size / 1e6:.1f} MB", markup=False)
    else:
        console.print("the pages are those of the present code", markup=False)
    if done.held_back:
        console.print(f"version {done.held_back} was rolled back: readers keep {done.version}", markup=False)
    sys.stdout.write(f"{paths.published_site / 'index.html'}\n")


def copy_site(paths: Paths, output: Path) -> None:
    """Copy the published version, pages and the files that they link, into a new folder.

    Raises:
        SiteError: nothing is published, its pages were never made, or the folder holds something.
    """
    version = _published(paths)
    if not (version / "site").is_dir():
        raise SiteError(
            "the published version has no pages (GWR_PAGES=false, or an earlier release): run gwr site first"
        )
    if output.exists() and any(output.iterdir()):
        raise SiteError(f"{output} holds something; name a folder that is new or empty")
    shutil.copytree(version, output, dirs_exist_ok=True, copy_function=shutil.copyfile)
    sys.stdout.write(f"{output / 'site' / 'index.html'}\n")


def serve_site(paths: Paths, host: str, port: int) -> None:
    """Show the published pages until they are stopped (Ctrl-C, SIGTERM).

    Raises:
        SiteError: no pages are published.
        OSError: the address is taken.
    """
    if not (_published(paths) / "site").is_dir():
        raise SiteError(
            "the published version has no pages (GWR_PAGES=false, or an earlier release): run gwr site first"
        )
    with site_server(paths.published, host, port) as server:
        sys.stdout.write(f"http://{host}:{server.server_port}/site/index.html\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.stderr.write("stopped\n")
