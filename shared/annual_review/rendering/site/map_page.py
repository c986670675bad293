"""The map: one hexagon for each council below the counties, coloured where there are cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.statistics import Bound, StatisticName
from annual_review.rendering.site import addresses
from annual_review.rendering.site.compare_page import Row, rows_of
from annual_review.rendering.site.map_cells import (
    CORNERS,
    Place,
    borders,
    cells_of,
    line,
    places,
)
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.statistic_words import WORDS, Reading
from annual_review.services.publication.public_year import PublicYear

_MARGIN: Final = 22
_CELL: Final = "l" + "l".join(
    f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(CORNERS)
)
"""The way around a cell from its top, from corner to corner."""

CLASSES: Final[Mapping[StatisticName, Sequence[int]]] = MappingProxyType(
    {
        StatisticName.UPHOLD_RATE: (30, 45, 60, 75),
        StatisticName.COMPLIANCE_RATE: (70, 80, 90, 100),
        StatisticName.SATISFACTORY_REMEDY_RATE: (10, 20, 30, 40),
    }
)
"""From which whole percentage on each colour but the first stands."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An authority on the map: its hexagons, one of which bears its number."""

    code: AuthorityCode
    places: Sequence[Place]
    kind: str
    short: str
    label: str

    @property
    def middle(self) -> Place:
        """The hexagon nearest to the middle of them all."""
        count = len(self.places)
        across, down = (sum(getattr(each, way) for each in self.places) for way in ("x", "y"))
        return min(
            self.places,
            key=lambda each: (each.x * count - across) ** 2 + (each.y * count - down) ** 2,
        )


@dataclass(frozen=True, slots=True)
class SmallMap:
    """The cells of each colour as the path of an SVG."""

    view_box: str
    shapes: Mapping[str, str]


def map_pages(site: Site, year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Make the map of every statistic of a year."""
    in_being = [each.authority for each in year.authorities if each.authority.existed_in(year.year)]
    codes = frozenset(each.code for each in in_being)
    cells = cells_of(in_being)
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
                cells=sorted(_cells(rows, cells), key=lambda cell: (cell.middle.r, cell.middle.q)),
                counties=[
                    row for row in rows if row.type is AuthorityType.COUNTY and row.code in codes
                ],
                county_borders=list(borders(_districts(in_being)).values()),
                merged_borders=list(
                    borders({code: own for code, own in cells.items() if len(own) > 1}).values()
                ),
                others=[
                    row
                    for row in rows
                    if row.type is not AuthorityType.COUNTY and row.code in codes.difference(cells)
                ],
                ended=[row for row in rows if row.code not in codes],
                legend=_legend(name),
                outline=line(0, 0, CORNERS) + "Z",
                view_box=_view_box(),
            ),
        )


def small_map(year: PublicYear) -> SmallMap:
    """Draw the map of complaints upheld without its numbers, to be seen before it is opened."""
    cells = cells_of(each.authority for each in year.authorities)
    shapes: dict[str, list[str]] = {}
    for row in rows_of(year, StatisticName.UPHOLD_RATE):
        for place in cells.get(row.code, ()):
            shapes.setdefault(kind_of(row.reading), []).append(f"M{place.x} {place.y - 17}{_CELL}")
    return SmallMap(_view_box(), {kind: "".join(each) for kind, each in sorted(shapes.items())})


def kind_of(reading: Reading) -> str:
    """Return how a statistic is coloured; under five cases it is not."""
    if not reading.own.denominator:
        return "no-case"
    if reading.is_few:
        return "few"
    printed = reading.own.printed()
    percentage = printed.whole if printed else 0
    return f"c{1 + sum(percentage >= each for each in CLASSES[reading.name])}"


def _cells(rows: Iterable[Row], cells: Mapping[AuthorityCode, Sequence[Place]]) -> Iterator[Cell]:
    for row in rows:
        if row.code in cells:
            reading = row.reading
            kind = kind_of(reading)
            share = f", {reading.percent}" if kind.startswith("c") else ""
            counts = f"{reading.fraction} {reading.words.hits}{share}"
            said = "no case" if kind == "no-case" else counts
            yield Cell(row.code, cells[row.code], kind, _short(reading), f"{row.name}: {said}")


def _districts(in_being: Iterable[Authority]) -> Mapping[str, Sequence[Place]]:
    """Return the cells of every county in being, by its code."""
    counties = {code for each in in_being for code in each.codes}
    areas: dict[str, list[Place]] = {}
    for place in places().values():
        if place.county in counties:
            areas.setdefault(place.county, []).append(place)
    return areas


def _short(reading: Reading) -> str:
    """Write a statistic so that it fits a hexagon: `45`, `>99`, `2 of 4`."""
    printed = reading.own.printed()
    if printed is None:
        return "–"
    if reading.is_few:
        return reading.fraction
    sign = {Bound.MORE_THAN: ">", Bound.LESS_THAN: "<"}.get(printed.bound, "")
    return f"{sign}{printed.whole}"


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
