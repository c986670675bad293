"""The page on which all authorities of a type stand side by side, with a funnel plot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.statistics import StatisticName
from annual_review.rendering.site import addresses
from annual_review.rendering.site.charts import funnel
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.statistic_words import WORDS, Reading, readings
from annual_review.services.publication.public_year import PublicYear

_WIDTH = 700
_HEIGHT = 330


@dataclass(frozen=True, slots=True)
class Row:
    """One authority with one of its statistics."""

    code: AuthorityCode
    name: str
    type: AuthorityType
    reading: Reading


def rows_of(year: PublicYear, name: StatisticName) -> list[Row]:
    """Return one statistic of every authority that knows it, by their names."""
    rows = [
        Row(each.authority.code, each.authority.name, each.authority.type, reading)
        for each in year.authorities
        for reading in readings(each.figures.statistics, year.pools.get(each.authority.type, {}))
        if reading.name is name
    ]
    return sorted(rows, key=lambda row: (row.name, row.code))


def comparison_pages(site: Site, year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Make the pages of a year: of every type and statistic, and of authorities to choose."""
    found = [
        (each, readings(each.figures.statistics, year.pools.get(each.authority.type, {})))
        for each in sorted(year.authorities, key=lambda each: each.authority.name)
    ]
    path = addresses.side_by_side(year.year)
    yield path, site.page(path, "side_by_side", of=year, rows=found)
    for name in StatisticName:
        rows = rows_of(year, name)
        for type_, pool in year.pools.items():
            if name not in pool:
                continue
            alike = [row for row in rows if row.type is type_]
            counted = [row for row in alike if row.reading.own.denominator]
            path = addresses.comparison(year.year, type_, name)
            yield (
                path,
                site.page(
                    path,
                    "compare",
                    of=year,
                    type=type_,
                    statistic=name,
                    words=WORDS[name],
                    pool=pool[name],
                    rows=alike,
                    counted=len(counted),
                    beyond=[row for row in counted if row.reading.differs],
                    funnel=funnel((row.reading.own for row in counted), pool[name], _WIDTH, _HEIGHT)
                    if counted
                    else None,
                ),
            )
