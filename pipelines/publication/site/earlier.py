"""Pages of an earlier version that are still the same: they are linked, not made again.

A version's site keeps in `.made-from.json` what the pages of each place were made from. Versions are never
changed once they are there, so a file can belong to several.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RECORD = ".made-from.json"


@dataclass(frozen=True, slots=True)
class PlacePages:
    """The pages of one place.

    Attributes:
        inputs: hash of what they are made from.
        sections: entry of the menu -> pages that belong to it.
        files: below the site's folder; one that ends with a slash is a folder that holds nothing else.
    """

    inputs: str
    sections: Mapping[str, int]
    files: tuple[str, ...]


def write_record(site: Path, made_with: str, places: Mapping[str, PlacePages]) -> None:
    """Keep beside the pages what they were made from.

    Args:
        site: the site's folder.
        made_with: name of the code and of what all places share.
        places: ref_area -> its pages.
    """
    record = {
        "made_with": made_with,
        "places": {
            area: {"inputs": pages.inputs, "sections": dict(pages.sections), "files": list(pages.files)}
            for area, pages in sorted(places.items())
        },
    }
    (site / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=0), encoding="utf-8")


def read_record(site: Path, made_with: str) -> dict[str, PlacePages]:
    """The pages of a site by place; empty where it has no record, or was made by other code."""
    try:
        record = json.loads((site / RECORD).read_text(encoding="utf-8"))
        if record["made_with"] != made_with:
            return {}
        return {
            area: PlacePages(one["inputs"], one["sections"], tuple(one["files"]))
            for area, one in record["places"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        # Of no use: all pages are made.
        return {}


def link_pages(earlier: Path, site: Path, pages: PlacePages) -> bool:
    """Put the pages of a place into a site, as they are in an earlier one.

    Returns:
        Whether all were there.

    Raises:
        OSError: the disk is full or not writable.
    """
    sources = [source for name in pages.files for source in _files(earlier, name)]
    if not sources or not all(source.is_file() for source in sources):
        return False
    for source in sources:
        target = site / source.relative_to(earlier)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links, or one that has no more room for names of a file.
            shutil.copyfile(source, target)
    return True


def _files(site: Path, name: str) -> list[Path]:
    """The file of this name, or those of the folder; a folder that is missing stands for itself."""
    if not name.endswith("/"):
        return [site / name]
    return sorted(path for path in (site / name).rglob("*") if path.is_file()) or [site / name]
