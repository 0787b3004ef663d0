"""How a place's targets are shared out among its pages, and on which page one stands."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.publication.site.site import Site, targets_path
from pipelines.publication.site.source import Row

MOST_TARGETS = 250
"""Targets on one page, about 1 MB. A place with more has a page for each year in which they were set."""


@dataclass(frozen=True, slots=True)
class Portion:
    """The targets of one page.

    Attributes:
        label: empty where the page has all of the place, else the year of setting or `undated`, with `-2` behind
            it for the second page of a year that is itself too long.
        path: of the page.
        target_ids: in their order.
    """

    label: str
    path: str
    target_ids: tuple[str, ...]


def cut(rows: Sequence[Row], most: int) -> list[tuple[str, list[str]]]:
    """Targets as pages hold them: all together, or by year of setting where they are too many.

    Args:
        rows: target_id and set_year, those set last first.
        most: targets that one page may hold.

    Returns:
        The label of each portion, see `Portion`, and its targets.
    """
    if len(rows) <= most:
        return [("", [row["target_id"] for row in rows])]
    found: list[tuple[str, list[str]]] = []
    for year, group in itertools.groupby(rows, key=lambda row: row["set_year"]):
        label, number = "undated" if year is None else str(year), 1
        while part := list(itertools.islice(group, most)):
            name = label if number == 1 else f"{label}-{number}"
            found.append((name, [row["target_id"] for row in part]))
            number += 1
    return found


def portions(site: Site, ref_area: str) -> list[Portion]:
    """The pages of a place's targets; the first has the address that other pages lead to."""
    base = targets_path(ref_area)
    stem = base.removesuffix(".html")
    found = cut(site.source.rows("targets_order", ref_area=ref_area), MOST_TARGETS)
    return [
        Portion(label, base if number == 0 else f"{stem}-{label}.html", tuple(ids))
        for number, (label, ids) in enumerate(found)
    ]


def target_paths(site: Site, ref_area: str) -> dict[str, str]:
    """Target of a place -> the page that it stands on."""
    return {
        target_id: portion.path for portion in portions(site, ref_area) for target_id in portion.target_ids
    }
