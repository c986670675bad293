"""The map: one hexagon for each council below the counties, coloured where there are cases."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.statistics import Bound, StatisticName
from annual_review.rendering.site import addresses
from annual_review.rendering.site.compare_page import Row, rows_of
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.statistic_words import WORDS, Reading
from annual_review.services.publication.public_year import PublicYear

_CELLS: Final = Path(__file__).parent / "map_cells.csv"
# A pointed hexagon of half the width 15 and the radius 17, in whole units.
_HALF_WIDTH: Final = 15
_ROW: Final = 26
_CORNERS: Final = ((0, -17), (15, -9), (15, 9), (0, 17), (-15, 9), (-15, -9))
# The neighbour across the side between two corners: the first and the next.
_ACROSS: Final = ((1, -1), (1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1))
_MARGIN: Final = 22

CLASSES: Final[Mapping[StatisticName, Sequence[int]]] = MappingProxyType(
    {
        StatisticName.UPHOLD_RATE: (30, 45, 60, 75),
        StatisticName.COMPLIANCE_RATE: (70, 80, 90, 100),
        StatisticName.SATISFACTORY_REMEDY_RATE: (10, 20, 30, 40),
    }
)
"""From which whole percentage on each colour but the first stands."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an authority lies: its axial coordinates, and the county around it."""

    q: int
    r: int
    county: str

    @property
    def x(self) -> int:
        """Its centre, across."""
        return _HALF_WIDTH * (2 * self.q + self.r)

    @property
    def y(self) -> int:
        """Its centre, down."""
        return _ROW * self.r


@dataclass(frozen=True, slots=True)
class Cell:
    """One hexagon of the map."""

    code: AuthorityCode
    q: int
    r: int
    x: int
    y: int
    kind: str
    short: str
    label: str


@cache
def places() -> Mapping[AuthorityCode, Place]:
    """Return where every authority lies: an authority keeps its cell."""
    with _CELLS.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {
                AuthorityCode(row["code"]): Place(int(row["q"]), int(row["r"]), row["county"])
                for row in csv.DictReader(lines)
            }
        )


def map_pages(site: Site, year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Make the map of every statistic of a year."""
    for name in StatisticName:
        rows = rows_of(year, name)
        path = addresses.map_of(year.year, name)
        yield (
            path,
            site.page(
                path,
                "map",
                of=year,
                statistic=name,
                words=WORDS[name],
                rows=rows,
                cells=sorted(_cells(rows, _places_of(year)), key=lambda cell: (cell.r, cell.q)),
                borders=_borders(),
                counties=[row for row in rows if row.type is AuthorityType.COUNTY],
                others=[row for row in rows if row.type is AuthorityType.OTHER],
                legend=_legend(name),
                outline=_line(0, 0, _CORNERS) + "Z",
                view_box=_view_box(),
            ),
        )


def kind_of(reading: Reading) -> str:
    """Return how a statistic is coloured; under five cases it is not."""
    if not reading.own.denominator:
        return "no-case"
    if reading.is_few:
        return "few"
    printed = reading.own.printed()
    percentage = printed.whole if printed else 0
    return f"c{1 + sum(percentage >= each for each in CLASSES[reading.name])}"


def _places_of(year: PublicYear) -> Mapping[AuthorityCode, Place]:
    """Return where the authorities of a year lie: one whose code has changed keeps its cell."""
    return {
        each.authority.code: places()[code]
        for each in year.authorities
        for code in each.authority.codes
        if code in places()
    }


def _cells(rows: Iterable[Row], places_of_year: Mapping[AuthorityCode, Place]) -> Iterator[Cell]:
    for row in rows:
        if place := places_of_year.get(row.code):
            reading = row.reading
            kind = kind_of(reading)
            share = f", {reading.percent}" if kind.startswith("c") else ""
            counts = f"{reading.fraction} {reading.words.hits}{share}"
            said = "no case" if kind == "no-case" else counts
            label = f"{row.name}: {said}"
            shape = (place.q, place.r, place.x, place.y)
            yield Cell(row.code, *shape, kind, _short(reading), label)


def _short(reading: Reading) -> str:
    """Write a statistic so that it fits a hexagon: `45`, `>99`, `2 of 4`."""
    printed = reading.own.printed()
    if printed is None:
        return "–"
    if reading.is_few:
        return reading.fraction
    sign = {Bound.MORE_THAN: ">", Bound.LESS_THAN: "<"}.get(printed.bound, "")
    return f"{sign}{printed.whole}"


def _borders() -> list[str]:
    """Draw each county around its districts: the sides beyond which another county lies."""
    at = {(place.q, place.r): place for place in places().values()}
    lines: dict[str, list[str]] = defaultdict(list)
    for place in places().values():
        if place.county:
            for side, (q, r) in enumerate(_ACROSS):
                beside = at.get((place.q + q, place.r + r))
                if beside is None or beside.county != place.county:
                    ends = (_CORNERS[side], _CORNERS[(side + 1) % 6])
                    lines[place.county].append(_line(place.x, place.y, ends))
    return ["".join(lines[county]) for county in sorted(lines)]


def _line(x: int, y: int, corners: Iterable[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x + across} {y + down}" for across, down in corners)


def _legend(name: StatisticName) -> list[tuple[str, str]]:
    starts = (0, *CLASSES[name])
    ends = (*(each - 1 for each in CLASSES[name]), 100)
    return [
        (f"c{number}", f"{start}%" if start == end else f"{start}% to {end}%")
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _view_box() -> str:
    across = [place.x for place in places().values()]
    down = [place.y for place in places().values()]
    left, top = min(across) - _MARGIN, min(down) - _MARGIN
    width, height = max(across) + _MARGIN - left, max(down) + _MARGIN - top
    return f"{left} {top} {width} {height}"
