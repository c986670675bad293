"""The grid of hexagons: cells by axial coordinates, in the units in which the site draws them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

Cell: TypeAlias = tuple[int, int]

WIDTH: Final = 30
"""From centre to centre of two cells side by side."""
_HALF_WIDTH: Final = 15
_ROW: Final = 26
_AROUND: Final = ((1, -1), (1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1))


def centre(cell: Cell) -> tuple[int, int]:
    """Return where the centre of a cell is, across and down."""
    q, r = cell
    return _HALF_WIDTH * (2 * q + r), _ROW * r


def around(cell: Cell) -> Sequence[Cell]:
    """Return the six cells beside one."""
    q, r = cell
    return [(q + across, r + down) for across, down in _AROUND]


def steps_between(one: Cell, other: Cell) -> int:
    """Return how many steps from cell to cell lead from one to the other."""
    q, r = one[0] - other[0], one[1] - other[1]
    return max(abs(q), abs(r), abs(q + r))


def cells_within(left: float, top: float, right: float, bottom: float) -> Sequence[Cell]:
    """Return the cells whose centres lie in a rectangle, row by row."""
    found = []
    for r in range(int(top // _ROW), int(bottom // _ROW) + 2):
        for q in range(int(left // WIDTH) - abs(r), int(right // WIDTH) + abs(r) + 2):
            across, down = centre((q, r))
            if left <= across <= right and top <= down <= bottom:
                found.append((q, r))
    return found


def pieces(cells: Collection[Cell]) -> int:
    """Count the pieces that some cells fall into."""
    left = set(cells)
    count = 0
    while left:
        count += 1
        reached = [left.pop()]
        while reached:
            q, r = reached.pop()
            for across, down in _AROUND:
                beside = (q + across, r + down)
                if beside in left:
                    left.remove(beside)
                    reached.append(beside)
    return count
