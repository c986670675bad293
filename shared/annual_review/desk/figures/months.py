"""Decisions by month as a row of bars.

Months are counted one by one and not added up: what statisticians look for is a month in which
decisions failed to arrive, or arrived twice. The sum stands beside the bars.
"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from annual_review.domain.reporting_year import ReportingYear

WIDTH: Final = 96
HEIGHT: Final = 24
_STEP: Final = 8
_GAP: Final = 2
_MONTHS: Final = (*month_name[4:], *month_name[1:4])


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: where its bar stands in the picture, and how high."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MonthBars:
    """The decisions of a year by month, April first. The highest month fills the picture."""

    year: ReportingYear
    months: tuple[int, ...]

    @property
    def bars(self) -> Sequence[Bar]:
        """The bars; a month with any decision has one that can be seen."""
        most = max(self.months)
        heights = [-(-count * HEIGHT // most) if most else 0 for count in self.months]
        return [
            Bar(place * _STEP, HEIGHT - height, _STEP - _GAP, height)
            for place, height in enumerate(heights)
            if height
        ]

    @property
    def words(self) -> str:
        """What the picture shows: "Decisions by month of 2020: April 3, May 4 …"."""
        told = ", ".join(
            f"{name} {count:,}" for name, count in zip(_MONTHS, self.months, strict=True)
        )
        return f"Decisions by month of {self.year}: {told}"
