"""The points of the register: what the map is computed from."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from infrastructure.map.grid import WIDTH

_REGISTER: Final = Path(__file__).resolve().parents[1] / "register"
_DAY: Final = date(2020, 3, 31)
_ON_THE_MAP: Final = frozenset({"district", "unitary", "metropolitan", "london"})
ISLES: Final = frozenset({"E06000046", "E06000053"})
"""Isle of Wight and Isles of Scilly: the sea lies between them and all others."""

_KM_A_DEGREE: Final = 111.2
_ACROSS_PER_DOWN: Final = 0.6046
"""How much narrower a degree of longitude is than one of latitude, in the middle of England."""
_MIDDLE: Final = (-1.5, 52.8)
_KM_A_CELL: Final = 21.8
"""So wide that as many cells as there are authorities cover as much as England does."""


@dataclass(frozen=True, slots=True)
class Point:
    """An authority of 31 March 2020 that has a cell, and where it lies, in units of the grid."""

    code: str
    name: str
    region: str
    county: str
    later: str
    """Who took over since; empty where nobody did."""
    across: float
    down: float

    @property
    def is_isle(self) -> bool:
        """Whether its cell touches no other."""
        return self.code in ISLES

    def square_to(self, other: Point) -> float:
        """Return the square of its distance from another."""
        across, down = self.across - other.across, self.down - other.down
        return across * across + down * down


def points_of_the_register() -> Sequence[Point]:
    """Return the authorities on the map, by code."""
    rows = [*_rows("authorities-2020.csv"), *_rows("authorities-other-years.csv")]
    successors = {row["code"]: row["successor"] for row in rows}
    counties = {row["district"]: row["county"] for row in _rows("districts-counties-2020.csv")}
    return sorted(
        (
            _point(row, counties.get(row["code"], ""), _later(row["code"], successors))
            for row in _rows("authorities-2020.csv")
            if row["type"] in _ON_THE_MAP and _was_there(row)
        ),
        key=lambda point: point.code,
    )


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with (_REGISTER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _was_there(row: Mapping[str, str]) -> bool:
    begun = row["in_being_from"]
    return not begun or date.fromisoformat(begun) <= _DAY


def _later(code: str, successors: Mapping[str, str]) -> str:
    later = ""
    while code := successors.get(code, ""):
        later = code
    return later


def _point(row: Mapping[str, str], county: str, later: str) -> Point:
    across, down = float(row["longitude"]) - _MIDDLE[0], _MIDDLE[1] - float(row["latitude"])
    scale = _KM_A_DEGREE * WIDTH / _KM_A_CELL
    return Point(
        row["code"],
        row["name"],
        row["region"],
        county,
        later,
        across * _ACROSS_PER_DOWN * scale,
        down * scale,
    )
