"""What a layout promises, and where it breaks the promise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from infrastructure.map.grid import Cell, around, pieces
from infrastructure.map.points import Point

COUNTIES_SPLIT_AT_MOST: Final = 2
_NO_SEA: Final = 5
"""A free cell among so many others looks like a hole."""


def faults_of(points: Sequence[Point], cells: Mapping[str, Cell]) -> Sequence[str]:
    """Return what is wrong with a layout, in sentences; nothing, if it keeps what is promised."""
    codes = {point.code for point in points}
    if codes != set(cells):
        return [f"cells and register differ: {', '.join(sorted(codes ^ set(cells)))}"]
    return [*_shared(cells), *_split(points, cells), *_isles(points, cells), *_holes(cells)]


def _shared(cells: Mapping[str, Cell]) -> Iterator[str]:
    for cell, count in Counter(cells.values()).items():
        if count > 1:
            yield f"{count} authorities have the cell {cell}"


def _split(points: Sequence[Point], cells: Mapping[str, Cell]) -> Iterator[str]:
    regions, counties = defaultdict[str, list[Cell]](list), defaultdict[str, list[Cell]](list)
    for point in points:
        if not point.is_isle:
            regions[point.region].append(cells[point.code])
            counties[point.county].append(cells[point.code])
    ashore = [cell for region in regions.values() for cell in region]
    if pieces(ashore) > 1:
        yield "the mainland is in pieces"
    yield from (f"{name} is in pieces" for name, area in regions.items() if pieces(area) > 1)
    split = [name for name, area in counties.items() if name and pieces(area) > 1]
    if len(split) > COUNTIES_SPLIT_AT_MOST:
        yield f"too many counties are in pieces: {', '.join(sorted(split))}"


def _isles(points: Sequence[Point], cells: Mapping[str, Cell]) -> Iterator[str]:
    taken = set(cells.values())
    for point in points:
        if point.is_isle and taken & {*around(cells[point.code])}:
            yield f"{point.name} touches the mainland"


def _holes(cells: Mapping[str, Cell]) -> Iterator[str]:
    taken = set(cells.values())
    for cell in sorted({beside for one in taken for beside in around(one)} - taken):
        if sum(beside in taken for beside in around(cell)) >= _NO_SEA:
            yield f"nobody has the cell {cell}, amid others"
