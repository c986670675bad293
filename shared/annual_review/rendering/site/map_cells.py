"""Where councils lie on the map: an authority keeps its cells for ever, whoever takes over."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode

_CELLS: Final = Path(__file__).parent / "map_cells.csv"
# A pointed hexagon of half the width 15 and the radius 17, in whole units.
_HALF_WIDTH: Final = 15
_ROW: Final = 26
CORNERS: Final = ((0, -17), (15, -9), (15, 9), (0, 17), (-15, 9), (-15, -9))
_ACROSS: Final = ((1, -1), (1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1))
"""The neighbour across the side between two corners: the first and the next."""


@dataclass(frozen=True, slots=True)
class Place:
    """One cell: its axial coordinates, the county around it, and who took over there since."""

    q: int
    r: int
    county: str
    later: AuthorityCode | None

    @property
    def x(self) -> int:
        """Its centre, across."""
        return _HALF_WIDTH * (2 * self.q + self.r)

    @property
    def y(self) -> int:
        """Its centre, down."""
        return _ROW * self.r

    @property
    def around(self) -> Sequence[tuple[int, int]]:
        """The coordinates of the six cells beside it, in the order of its sides."""
        return [(self.q + q, self.r + r) for q, r in _ACROSS]


@cache
def places() -> Mapping[AuthorityCode, Place]:
    """Return the cell of every council of 2020."""
    with _CELLS.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {
                AuthorityCode(row["code"]): Place(
                    int(row["q"]),
                    int(row["r"]),
                    row["county"],
                    AuthorityCode(row["later"]) if row["later"] else None,
                )
                for row in csv.DictReader(lines)
            }
        )


def cells_of(authorities: Iterable[Authority]) -> Mapping[AuthorityCode, Sequence[Place]]:
    """Return the cells of those authorities that are on the map.

    A cell belongs to its council of 2020 where that is among them, else to whoever took over: a
    successor has the cells of all that it took over from. One whose code has changed keeps its own.
    """
    asked = {code: each.code for each in authorities for code in each.codes}
    found: dict[AuthorityCode, list[Place]] = defaultdict(list)
    for code, place in places().items():
        if owner := asked.get(code) or (place.later and asked.get(place.later)):
            found[owner].append(place)
    return found


def neighbours(
    code: AuthorityCode, cells: Mapping[AuthorityCode, Sequence[Place]]
) -> Sequence[AuthorityCode]:
    """Return who lies beside an authority on the map, by code."""
    own = {beside for place in cells.get(code, ()) for beside in place.around}
    return sorted(
        other
        for other, theirs in cells.items()
        if other != code and any((place.q, place.r) in own for place in theirs)
    )


def borders(areas: Mapping[str, Sequence[Place]]) -> Mapping[str, str]:
    """Draw a line around each area, as the path of an SVG."""
    lines = {}
    for name, area in areas.items():
        inside = {(place.q, place.r) for place in area}
        lines[name] = "".join(
            line(place.x, place.y, (CORNERS[side], CORNERS[(side + 1) % len(CORNERS)]))
            for place in area
            for side, beside in enumerate(place.around)
            if beside not in inside
        )
    return lines


def line(x: int, y: int, corners: Iterable[tuple[int, int]]) -> str:
    """Draw a line from corner to corner of the cell whose centre is given."""
    return "M" + "L".join(f"{x + across} {y + down}" for across, down in corners)
