"""A graph drawn in columns, from left to right: where each box stands and how each line runs.

Columns are the longest way from a start; within a column the boxes are ordered so that few lines cross
(barycentres, swept to and fro). A line that passes a column is given a place in it, so that it runs between
the boxes and not through them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise

SWEEPS = 24
ROW = 34.0
"""Height of a box with the gap below it, in pixels."""
PASSING = 12.0
"""Height that a line takes in a column that it passes."""
BOX = 26.0
GAP = 48.0
"""Between two columns, where the lines turn."""
CHARACTER = 7.3
"""Width of a character, generously."""
PADDING = 20.0
MARGIN = 12.0
HEADER = 30.0

Edge = tuple[str, str]
_Place = Hashable
"""A box by its key, or (edge, column) for a line that passes a column."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its upper left corner and its size, in pixels."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn graph: boxes, the path of each edge (SVG), columns as (left, width), and the size."""

    boxes: Mapping[str, Box]
    paths: Mapping[Edge, str]
    columns: tuple[tuple[float, float], ...]
    width: float
    height: float


def draw(labels: Mapping[str, str], edges: Sequence[Edge], least: Mapping[str, int]) -> Drawing:
    """Lay out a graph without circles.

    Args:
        labels: key -> what is written in the box, in the order to begin with.
        edges: (from, to), both among the keys.
        least: key -> the first column that it may stand in; 0 where it is not named.

    Raises:
        graphlib.CycleError: the edges make a circle.
    """
    column = _columns(labels, edges, least)
    order, chains = _start(labels, edges, column)
    _uncross(order, chains)
    tops = _tops(order, chains)
    widths = [
        max((len(labels[key]) * CHARACTER + PADDING for key in places if isinstance(key, str)), default=0)
        for places in order
    ]
    lefts, x = [], MARGIN
    for width in widths:
        lefts.append(x)
        x += width + GAP
    boxes = {key: Box(key, lefts[at], tops[key], widths[at], BOX) for key, at in column.items()}
    paths = {
        edge: _path([_ends(place, boxes, tops, lefts, widths) for place in chain])
        for edge, chain in chains.items()
    }
    bottom = max((box.y + box.height for box in boxes.values()), default=0)
    columns = tuple(zip(lefts, widths, strict=True))
    return Drawing(boxes, paths, columns, x - GAP + MARGIN, bottom + MARGIN)


def _columns(labels: Mapping[str, str], edges: Sequence[Edge], least: Mapping[str, int]) -> dict[str, int]:
    """Key -> column: one behind all that it is made from, and not before its least."""
    above: dict[str, set[str]] = {key: set() for key in labels}
    for start, end in edges:
        above[end].add(start)
    column: dict[str, int] = {}
    for key in TopologicalSorter(above).static_order():
        column[key] = max([least.get(key, 0), *(column[start] + 1 for start in above[key])])
    # Empty columns are closed up, so that a small graph is no wide one.
    used = {at: number for number, at in enumerate(sorted(set(column.values())))}
    return {key: used[column[key]] for key in labels}


def _start(
    labels: Mapping[str, str], edges: Sequence[Edge], column: Mapping[str, int]
) -> tuple[list[list[_Place]], dict[Edge, list[_Place]]]:
    """The places of each column as they come, and the places of each edge from end to end."""
    order: list[list[_Place]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for key in labels:
        order[column[key]].append(key)
    chains: dict[Edge, list[_Place]] = {}
    for edge in edges:
        start, end = edge
        passed: list[_Place] = [(edge, at) for at in range(column[start] + 1, column[end])]
        for place, at in zip(passed, range(column[start] + 1, column[end]), strict=True):
            order[at].append(place)
        chains[edge] = [start, *passed, end]
    return order, chains


def _neighbours(chains: Mapping[Edge, list[_Place]]) -> tuple[dict[_Place, list[_Place]], ...]:
    """The places to the left and to the right of each place."""
    left: dict[_Place, list[_Place]] = {}
    right: dict[_Place, list[_Place]] = {}
    for chain in chains.values():
        for one, other in pairwise(chain):
            left.setdefault(other, []).append(one)
            right.setdefault(one, []).append(other)
    return left, right


def _uncross(order: list[list[_Place]], chains: Mapping[Edge, list[_Place]]) -> None:
    """Order the places of each column by those of its neighbours; the order with the fewest crossings stays."""
    left, right = _neighbours(chains)
    best, fewest = [list(places) for places in order], _crossings(order, right)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        ways = range(1, len(order)) if forward else range(len(order) - 2, -1, -1)
        for at in ways:
            near = {place: index for index, place in enumerate(order[at - 1 if forward else at + 1])}
            beside = left if forward else right
            now = {place: index for index, place in enumerate(order[at])}

            def middle(
                place: _Place,
                near: Mapping[_Place, int] = near,
                beside: Mapping[_Place, list[_Place]] = beside,
                now: Mapping[_Place, int] = now,
            ) -> tuple[float, int]:
                found = [near[other] for other in beside.get(place, ()) if other in near]
                return (sum(found) / len(found) if found else now[place], now[place])

            order[at].sort(key=middle)
        crossings = _crossings(order, right)
        if crossings < fewest:
            best, fewest = [list(places) for places in order], crossings
    order[:] = best


def _crossings(order: Sequence[Sequence[_Place]], right: Mapping[_Place, Sequence[_Place]]) -> int:
    count = 0
    for at in range(len(order) - 1):
        index = {place: number for number, place in enumerate(order[at + 1])}
        seen: list[int] = []
        for place in order[at]:
            ends = sorted(index[other] for other in right.get(place, ()) if other in index)
            count += sum(1 for end in ends for earlier in seen if earlier > end)
            seen.extend(ends)
    return count


def _height(place: _Place) -> float:
    return ROW if isinstance(place, str) else PASSING


def _tops(order: Sequence[Sequence[_Place]], chains: Mapping[Edge, list[_Place]]) -> dict[_Place, float]:
    """The upper edge of each place: as near to its neighbours as the order lets it."""
    left, right = _neighbours(chains)
    tops: dict[_Place, float] = {}
    for places in order:
        y = HEADER
        for place in places:
            tops[place] = y
            y += _height(place)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for places in order if forward else reversed(order):
            wanted = []
            for place in places:
                beside = (left if forward else right).get(place) or [place]
                centres = [tops[other] + _height(other) / 2 for other in beside]
                wanted.append(sum(centres) / len(centres) - _height(place) / 2)
            tops.update(zip(places, _spread(places, wanted), strict=True))
    lowest = min(tops.values(), default=HEADER)
    return {place: top - lowest + HEADER for place, top in tops.items()}


def _spread(places: Sequence[_Place], wanted: Sequence[float]) -> list[float]:
    """The tops nearest to those wanted that keep the order and do not overlap (runs of places are pooled)."""
    runs: list[tuple[float, float, int]] = []
    heights = [_height(place) for place in places]
    for want, height in zip(wanted, heights, strict=True):
        start, size, count = want, height, 1
        while runs and runs[-1][0] + runs[-1][1] > start:
            before, before_size, before_count = runs.pop()
            total = before_count + count
            start = (before * before_count + (start - before_size) * count) / total
            size, count = before_size + size, total
        runs.append((start, size, count))
    tops: list[float] = []
    for start, _, count in runs:
        y = start
        for _ in range(count):
            tops.append(y)
            y += heights[len(tops) - 1]
    return tops


def _ends(
    place: _Place,
    boxes: Mapping[str, Box],
    tops: Mapping[_Place, float],
    lefts: Sequence[float],
    widths: Sequence[float],
) -> tuple[float, float, float]:
    """Left end, right end and height of a place, as a line meets it."""
    if isinstance(place, str):
        box = boxes[place]
        return box.x, box.x + box.width, box.y + box.height / 2
    at = place[1]  # type: ignore[index] # a passing line: (edge, column)
    return lefts[at], lefts[at] + widths[at], tops[place] + PASSING / 2


def _path(ends: Sequence[tuple[float, float, float]]) -> str:
    """A line from the right end of the first place to the left end of the last one."""
    parts = [f"M{ends[0][1]:.1f} {ends[0][2]:.1f}"]
    for (_, x, y), (left, right, height) in pairwise(ends):
        turn = (left - x) / 2
        parts.append(f"C{x + turn:.1f} {y:.1f} {left - turn:.1f} {height:.1f} {left:.1f} {height:.1f}")
        if (left, right, height) != ends[-1]:
            parts.append(f"H{right:.1f}")
    return "".join(parts)
