"""Put the isles into the sea: near where they lie, and touching nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from infrastructure.map.grid import WIDTH, Cell, around, cells_within, centre, steps_between
from infrastructure.map.points import Point

_REACH: Final = 4 * WIDTH


def with_isles(points: Sequence[Point], mainland: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """Return the cells of the mainland and of the isles."""
    cells = dict(mainland)
    ashore = [point for point in points if point.code in mainland]
    for isle in points:
        if isle.code not in cells:
            nearest = min(ashore, key=isle.square_to)
            cells[isle.code] = _in_the_sea(isle, nearest, cells[nearest.code], cells.values())
    return cells


def _in_the_sea(isle: Point, nearest: Point, shore: Cell, taken: Collection[Cell]) -> Cell:
    """Return the free cell next to that of its nearest neighbour, towards where it lies."""
    across, down = centre(shore)
    around_it = cells_within(across - _REACH, down - _REACH, across + _REACH, down + _REACH)
    there = (across + isle.across - nearest.across, down + isle.down - nearest.down)
    return min(
        (cell for cell in around_it if not {cell, *around(cell)} & set(taken)),
        key=lambda cell: (steps_between(cell, shore), _square(centre(cell), there)),
    )


def _square(one: tuple[int, int], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
