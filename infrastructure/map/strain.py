"""How far a layout is from the country, in whole hundredths: what annealing makes small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Final

from infrastructure.map.grid import WIDTH, Cell, around, centre, pieces, steps_between
from infrastructure.map.points import Point
from infrastructure.map.spread import Spot

_STEP: Final = 100
_FAR: Final = 60
_TURNED: Final = 50
_AWAY: Final = 10
_COAST: Final = 35
_LONELY: Final = 300
_FREE_AROUND_THE_LONELY: Final = 5
_PIECE_OF_COUNTRY: Final = 2_000
_PIECE_OF_REGION: Final = 2_000
_PIECE_OF_COUNTY: Final = 1_200

_ENGLAND: Final = "England"


class Layout:
    """Who has which cell, and what strains it."""

    def __init__(
        self,
        points: Sequence[Point],
        spots: Sequence[Spot],
        beside: Sequence[tuple[int, int]],
        cells: Sequence[Cell],
    ) -> None:
        """Begin with a cell for every point."""
        self.cells = list(cells)
        self.holders = {cell: number for number, cell in enumerate(cells)}
        self._points = points
        self._spots = spots
        self._beside: Mapping[int, list[int]] = defaultdict(list)
        for one, other in beside:
            self._beside[one].append(other)
            self._beside[other].append(one)
        self._members: Mapping[str, list[int]] = defaultdict(list)
        for number, point in enumerate(points):
            for group in _groups(point):
                self._members[group].append(number)
        self._pulls: dict[tuple[int, int, int, int], int] = {}
        self._distances: dict[tuple[int, Cell], int] = {}

    def neighbours(self, number: int) -> Sequence[int]:
        """Return who lies beside an authority in the country."""
        return self._beside[number]

    def touches(self, cell: Cell, *, but: int) -> bool:
        """Whether somebody else lies beside a cell on the map."""
        return any(self.holders.get(other, but) != but for other in around(cell))

    def move(self, number: int, cell: Cell) -> None:
        """Move an authority to a cell; who holds it takes the cell that it leaves."""
        left, holder = self.cells[number], self.holders.get(cell)
        self.cells[number], self.holders[cell] = cell, number
        if holder is None:
            del self.holders[left]
        else:
            self.cells[holder], self.holders[left] = left, holder

    def strain_of_move(self, number: int, cell: Cell) -> int:
        """Return by how much a move strains the layout more, or less; nothing is moved."""
        left, holder = self.cells[number], self.holders.get(cell)
        moved = [number] if holder is None else [number, holder]
        groups = self._groups_changed(number, holder)
        before = self._strain(moved, groups, (left, cell))
        self.move(number, cell)
        after = self._strain(moved, groups, (left, cell))
        self.move(number, left)
        return after - before

    def _groups_changed(self, number: int, holder: int | None) -> set[str]:
        groups = set(_groups(self._points[number]))
        return groups if holder is None else groups ^ set(_groups(self._points[holder]))

    def _strain(self, moved: Sequence[int], groups: Iterable[str], cells: Sequence[Cell]) -> int:
        strain = sum(self._distance(number) for number in moved)
        strain += sum(self._pull(one, other) for one in moved for other in self._beside[one])
        if len(moved) == 1:
            near = {other for cell in cells for other in (cell, *around(cell))}
            strain += sum(self._coast(cell) for cell in near if cell in self.holders)
        return strain + sum(
            _price(group) * (pieces([self.cells[number] for number in self._members[group]]) - 1)
            for group in groups
        )

    def _coast(self, cell: Cell) -> int:
        free = sum(other not in self.holders for other in around(cell))
        return _COAST * free + (_LONELY if free >= _FREE_AROUND_THE_LONELY else 0)

    def _distance(self, number: int) -> int:
        key = (number, self.cells[number])
        if key not in self._distances:
            (across, down), spot = centre(key[1]), self._spots[number]
            square = (across - spot[0]) ** 2 + (down - spot[1]) ** 2
            self._distances[key] = round(_AWAY * square / WIDTH**2)
        return self._distances[key]

    def _pull(self, one: int, other: int) -> int:
        here, there = self.cells[one], self.cells[other]
        key = (one, other, there[0] - here[0], there[1] - here[1])
        if key not in self._pulls:
            steps = steps_between(here, there)
            far = max(0, steps - 2)
            turned = _turned(self._points[one], self._points[other], centre(key[2:]))
            self._pulls[key] = _STEP * (steps - 1) + _FAR * far * far + turned
        return self._pulls[key]


def _groups(point: Point) -> Sequence[str]:
    return (_ENGLAND, point.region, point.county) if point.county else (_ENGLAND, point.region)


def _price(group: str) -> int:
    if group == _ENGLAND:
        return _PIECE_OF_COUNTRY
    return _PIECE_OF_COUNTY if group.startswith("E") and group[1:].isdigit() else _PIECE_OF_REGION


def _turned(one: Point, other: Point, drawn: tuple[int, int]) -> int:
    """Return how far the direction on the map is from that in the country: 0 to 100."""
    across, down = other.across - one.across, other.down - one.down
    length = sqrt(across * across + down * down) * sqrt(drawn[0] ** 2 + drawn[1] ** 2)
    along = (across * drawn[0] + down * drawn[1]) / length if length else 0.0
    return round(_TURNED * (1 - along))
