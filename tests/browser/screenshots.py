"""Pictures of the pages for the README: `make screenshots` writes docs/img/<page>-<width>.png.

From builds of the specimens, in English and light. Same pages, browser and fonts give the same pictures.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from pipelines.documents.add import add_document
from pipelines.paths import PROJECT_ROOT, Paths
from tests.browser.chromium import chromium
from tests.browser.site_folder import SiteFolder
from tests.browser.visitor import NARROW, WIDE, Visitor

IMAGES = PROJECT_ROOT / "docs" / "img"
GOLD_TEXTS = PROJECT_ROOT / "tests" / "gold" / "texts"
MOST_BYTES = 250_000
COLOURS = 256
HEIGHTS = {WIDE: 800, NARROW: 812}

ONE_PLACE = {
    "glance": "index.html",
    "report": "reports/330200-report-2026.html",
    "targets": "targets/330200.html",
    "indicator": "indicators/330200/gdp.html",
    "indicators": "indicators/330200/index.html",
    "data": "data/index.html",
    "dictionary": "data/tables/fct_target_outcomes.html",
    "lineage": "data/lineage.html",
}
SEVERAL_PLACES = {"overview": "index.html", "places": "places/index.html"}


def show(page: Page, name: str) -> None:
    """Lead to what is worth seeing of a page, where that is not its top."""
    if name == "report":
        page.locator("article mark.annual_target a").first.click()
        page.locator(".panel .card").first.wait_for()
        if page.evaluate("innerWidth") == WIDE:
            page.evaluate("document.querySelector('article .chosen').scrollIntoView({block: 'center'})")
    if name == "targets":
        page.evaluate("document.querySelector('#list').scrollIntoView()")


def build(raw: Path, data: Path) -> SiteFolder:
    """The site of a raw/."""
    gwr = Path(sys.executable).parent / "gwr"
    subprocess.run([gwr, "build", "--raw", raw, "--data", data], check=True, stdout=subprocess.DEVNULL)
    return SiteFolder(raw.name, Paths(raw=raw, data=data).published)


def specimens(work: Path) -> tuple[SiteFolder, SiteFolder]:
    """The site of the specimen report with the shipped figures, and that of all specimens."""
    one, several = work / "one", work / "several"
    shutil.copytree(PROJECT_ROOT / "tests" / "fixtures" / "raw", one)
    shutil.copytree(PROJECT_ROOT / "raw" / "statistics", one / "statistics", dirs_exist_ok=True)
    shutil.copytree(one, several)
    for text in sorted(GOLD_TEXTS.glob("*-specimen.txt")):
        code, year, _ = text.stem.split("-")
        add_document(several, text, code, int(year), title=f"政府工作报告（{year}年，示例文本）")
    return build(one, work / "one-data"), build(several, work / "several-data")


def picture(page: Page) -> bytes:
    """What is seen of a page, as a PNG of few colours."""
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    few = shot.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    data = io.BytesIO()
    few.save(data, "PNG", optimize=True)
    return data.getvalue()


def take(visitor: Visitor, site: SiteFolder, pages: dict[str, str], folder: Path) -> None:
    """Write a picture of each page at both widths.

    Raises:
        RuntimeError: the browser complained, or a picture is too heavy for a README.
    """
    for width, height in HEIGHTS.items():
        page = visitor.context(width=width, language="en").new_page()
        page.set_viewport_size({"width": width, "height": height})
        for name, path in pages.items():
            visitor.go(page, site.address(path))
            show(page, name)
            page.evaluate("document.fonts.ready")
            data = picture(page)
            if len(data) > MOST_BYTES:
                raise RuntimeError(f"{name}-{width}.png has {len(data):,} bytes, more than {MOST_BYTES:,}")
            (folder / f"{name}-{width}.png").write_bytes(data)
            print(f"{name}-{width}.png {len(data) / 1000:.0f} kB")
    if visitor.problems:
        raise RuntimeError("\n".join(visitor.problems))


def main(folder: Path) -> None:
    """Build the specimens and write the pictures into a folder."""
    with tempfile.TemporaryDirectory(prefix="gwr-pictures-") as work, chromium() as browser:
        visitor = Visitor(browser, "http://127.0.0.1")
        one, several = specimens(Path(work))
        folder.mkdir(parents=True, exist_ok=True)
        take(visitor, one, ONE_PLACE, folder)
        take(visitor, several, SEVERAL_PLACES, folder)
        visitor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
