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

from pipelines.publication.files import files_below

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
    found = [_files(earlier, name) for name in pages.files]
    if not found or not all(found):
        return False
    names = [name for some in found for name in some]
    for folder in {name.rpartition("/")[0] for name in names}:
        (site / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        link_file(f"{earlier}/{name}", f"{site}/{name}")
    return True


def link_file(source: str | Path, target: str | Path) -> None:
    """Give a file of an earlier version a second name; never over a file.

    Raises:
        OSError: the disk is full or not writable, or a file of that name is there.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links, or one that has no more room for names of a file.
        shutil.copyfile(source, target)


def _files(site: Path, name: str) -> list[str]:
    """The file of this name, or those of the folder; none where it is missing."""
    place = site / name
    if not name.endswith("/"):
        return [name] if place.is_file() else []
    return [f"{name}{file.name}" for file in files_below(place)] if place.is_dir() else []
