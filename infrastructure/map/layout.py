"""The layout: the first from the points alone, and a later one that keeps every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from infrastructure.map.anneal import anneal
from infrastructure.map.assign import assign
from infrastructure.map.beside import pairs_beside
from infrastructure.map.grid import WIDTH, Cell, around, cells_within, centre, steps_between
from infrastructure.map.isles import with_isles
from infrastructure.map.points import Point
from infrastructure.map.spread import Spot, spread
from infrastructure.map.strain import Layout

_MARGIN: Final = 2 * WIDTH


def first_layout(points: Sequence[Point], seed: int, moves: int) -> Mapping[str, Cell]:
    """Return a cell for every authority: equal arguments, equal cells, on every machine."""
    # Spread together with the isles, which keep the others from their sea; moved without them.
    numbers = [number for number, point in enumerate(points) if not point.is_isle]
    beside = pairs_beside(points)
    spread_out = spread(points, beside)
    ashore, spots = [points[each] for each in numbers], [spread_out[each] for each in numbers]
    moved = {number: count for count, number in enumerate(numbers)}
    pairs = [(moved[one], moved[other]) for one, other in beside]
    layout = Layout(ashore, spots, pairs, _nearest_cells(spots))
    anneal(layout, seed, moves)
    found = {point.code: cell for point, cell in zip(ashore, layout.cells, strict=True)}
    return with_isles(points, found)


def _nearest_cells(spots: Sequence[Spot]) -> Sequence[Cell]:
    across, down = [spot[0] for spot in spots], [spot[1] for spot in spots]
    cells = cells_within(
        min(across) - _MARGIN, min(down) - _MARGIN, max(across) + _MARGIN, max(down) + _MARGIN
    )
    costs = [[_cost(spot, cell) for cell in cells] for spot in spots]
    return [cells[column] for column in assign(costs)]


def _cost(spot: Spot, cell: Cell) -> int:
    across, down = centre(cell)
    return round((spot[0] - across) ** 2 + (spot[1] - down) ** 2)


def with_newcomers(points: Sequence[Point], kept: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """Return the cells that there are, unmoved, and the nearest free ones for who has none."""
    cells = dict(kept)
    for newcomer in points:
        if newcomer.code not in cells:
            cells[newcomer.code] = _free_beside(newcomer, points, cells)
    return cells


def _free_beside(newcomer: Point, points: Sequence[Point], cells: Mapping[str, Cell]) -> Cell:
    """Return the free cell that touches the map next to whom it lies nearest."""
    placed = [point for point in points if point.code in cells and not point.is_isle]
    nearest = min(placed, key=newcomer.square_to)
    taken = {*cells.values()}
    coast = {beside for point in placed for beside in around(cells[point.code])} - taken
    return min(coast, key=lambda cell: (steps_between(cell, cells[nearest.code]), cell))
